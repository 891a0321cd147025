package dev.sluice.system;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an expression of PromQL asks for.
 *
 * @param metrics the names of series
 * @param labels the labels that it matches or groups by
 */
record PromQl(Set<String> metrics, Set<String> labels) {

    private static final Pattern TEXT = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
    private static final Pattern MATCHERS = Pattern.compile("\\{([^}]*)}");
    private static final Pattern GROUPING =
            Pattern.compile(
                    "\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
    private static final Pattern NAME =
            Pattern.compile("(?<![\\w.$])([a-zA-Z_:][\\w:]*)\\b(?!\\s*\\()");
    private static final Set<String> WORDS =
            Set.of("and", "or", "unless", "bool", "offset", "by", "without");

    static PromQl of(String expression) {
        var labels = new TreeSet<String>();
        String rest = TEXT.matcher(expression).replaceAll("");
        rest = RANGE.matcher(rest).replaceAll("");
        Matcher matchers = MATCHERS.matcher(rest);
        while (matchers.find()) {
            Arrays.stream(matchers.group(1).split(","))
                    .map(matcher -> matcher.replaceAll("[=!~\\s].*", "").strip())
                    .filter(label -> !label.isEmpty())
                    .forEach(labels::add);
        }
        rest = matchers.replaceAll("");
        Matcher grouping = GROUPING.matcher(rest);
        while (grouping.find()) {
            Arrays.stream(grouping.group(1).split(","))
                    .map(String::strip)
                    .filter(label -> !label.isEmpty())
                    .forEach(labels::add);
        }
        rest = grouping.replaceAll(" ");
        var metrics = new TreeSet<String>();
        Matcher names = NAME.matcher(rest);
        while (names.find()) {
            metrics.add(names.group(1));
        }
        metrics.removeAll(WORDS);
        return new PromQl(metrics, labels);
    }
}
