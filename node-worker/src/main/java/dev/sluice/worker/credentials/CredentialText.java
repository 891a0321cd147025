package dev.sluice.worker.credentials;

import dev.sluice.protocol.NodeSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * How credentials are written down. No message of it repeats anything that may be a secret.
 *
 * <p>One word is a token, sent as {@code Authorization: Bearer <word>}; its hosts stand beside it.
 * Anything else is YAML with {@code value} and {@code hosts}, and perhaps {@code header} and {@code
 * allow_http}.
 */
public final class CredentialText {

    private static final YAMLMapper YAML =
            YAMLMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();
    private static final Set<String> KEYS =
            new TreeSet<>(Set.of("header", "value", "hosts", "allow_http"));
    private static final Pattern ONE_WORD = Pattern.compile("[\\x21-\\x7e]+");
    private static final Pattern ONE_LINE =
            Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");
    // common limit of servers for all header fields together
    private static final int VALUE_MAX_CHARS = 8 * 1024;
    // of the connection, of the message, or set by Sluice
    private static final Pattern NOT_A_CREDENTIALS_HEADER =
            Pattern.compile(
                    "(?i)host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect"
                            + "|keep-alive|sluice-.*");

    /** The text that cannot be read as a whole, or the credentials of a secrets file. */
    public sealed interface OfFile {

        /** Each of them, good or bad. */
        record Entries(Map<String, Entry> entries) implements OfFile {}

        /** Nothing of it can be read. */
        record Unreadable(String why) implements OfFile {}
    }

    private CredentialText() {}

    /**
     * Reads one credential.
     *
     * @param hostsBeside hosts that stand in another place than the text
     * @param hint where hosts are to be written that are missing
     */
    public static Entry parse(
            String name, String text, Optional<String> hostsBeside, String hint, String from) {
        String stripped = text.strip();
        if (stripped.isEmpty()) {
            return Entry.bad(List.of("it is empty"), from);
        }
        if (ONE_WORD.matcher(stripped).matches() && !stripped.startsWith("{")) {
            return new Fields(name, hint, hostsBeside).bearer(stripped).entry(from);
        }
        try {
            JsonNode root = YAML.readTree(stripped);
            return root.isObject()
                    ? new Fields(name, hint, hostsBeside).read(root).entry(from)
                    : Entry.bad(List.of("it must be one word, or YAML with value and hosts"), from);
        } catch (JacksonException e) {
            return Entry.bad(List.of(notYaml(e)), from);
        }
    }

    /** Reads a secrets file: {@code credentials:} and under it each one by its name. */
    public static OfFile parseFile(String text, String from) {
        JsonNode root;
        try {
            root = YAML.readTree(text);
        } catch (JacksonException e) {
            return new OfFile.Unreadable(notYaml(e));
        }
        JsonNode all = root.path("credentials");
        if (!root.isObject() || root.size() != 1 || !all.isObject()) {
            return new OfFile.Unreadable("it must have 'credentials:' at the top and nothing else");
        }
        var entries = new TreeMap<String, Entry>();
        for (Map.Entry<String, JsonNode> one : all.properties()) {
            String name = one.getKey();
            if (!NodeSpec.isId(name)) {
                return new OfFile.Unreadable(
                        "a name in it is none: letters, digits, dots, hyphens, underscores");
            }
            entries.put(
                    name,
                    one.getValue().isObject()
                            ? new Fields(name, "hosts: [api.example.com]", Optional.empty())
                                    .read(one.getValue())
                                    .entry(from)
                            : Entry.bad(List.of("it must have value and hosts"), from));
        }
        return new OfFile.Entries(entries);
    }

    /** What a parser says repeats the text; only the line is safe to tell. */
    private static String notYaml(JacksonException e) {
        int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
        return "it is not YAML" + (line > 0 ? ", see line " + line : "");
    }

    /** Goes through the fields of one credential and notes every mistake on the way. */
    private static final class Fields {

        private final String name;
        private final String hint;
        private final Optional<String> hostsBeside;
        private final List<String> problems = new ArrayList<>();
        private final List<HostRule> hosts = new ArrayList<>();
        private String header = "Authorization";
        private String value = "";
        private boolean allowHttp;

        private Fields(String name, String hint, Optional<String> hostsBeside) {
            this.name = name;
            this.hint = hint;
            this.hostsBeside = hostsBeside;
        }

        private Fields bearer(String token) {
            value(token);
            value = "Bearer " + token;
            hosts(hostsBeside.map(CredentialText::words).orElse(List.of()));
            return this;
        }

        private Fields read(JsonNode object) {
            long unknown =
                    object.propertyNames().stream().filter(key -> !KEYS.contains(key)).count();
            if (unknown > 0) {
                // the key may be a secret in the wrong place
                problems.add(
                        "%d unknown %s; known are %s"
                                .formatted(
                                        unknown,
                                        unknown == 1 ? "key" : "keys",
                                        String.join(", ", KEYS)));
            }
            String text = text(object, "value");
            if (text == null && object.path("value").isMissingNode()) {
                problems.add("value is missing");
            } else if (text != null) {
                value(text.strip());
            }
            String named = text(object, "header");
            if (named != null) {
                header(named);
            } else if (value.indexOf(' ') >= 0) {
                problems.add(
                        "value must be the token alone, without blanks; for another scheme than"
                                + " Bearer add header: Authorization");
            } else {
                value = "Bearer " + value;
            }
            if (object.has("hosts") && hostsBeside.isPresent()) {
                problems.add("hosts are written down twice");
            }
            hosts(object.has("hosts") ? hosts(object.path("hosts")) : beside());
            JsonNode http = object.path("allow_http");
            if (!http.isMissingNode() && !http.isBoolean()) {
                problems.add("allow_http must be true or false");
            }
            allowHttp = http.asBoolean(false);
            return this;
        }

        private void value(String text) {
            if (!ONE_LINE.matcher(text).matches()) {
                problems.add("value must be printable ASCII on one line");
            } else if (text.length() > VALUE_MAX_CHARS) {
                problems.add("value must have at most " + VALUE_MAX_CHARS + " characters");
            }
            value = text;
        }

        private void header(String text) {
            if (!HEADER.matcher(text).matches()) {
                problems.add("header must be the name of a header field, such as X-Api-Key");
            } else if (NOT_A_CREDENTIALS_HEADER.matcher(text).matches()) {
                problems.add("header must not be one that HTTP or Sluice sets itself");
            } else {
                header = text;
            }
        }

        private List<String> beside() {
            return hostsBeside.map(CredentialText::words).orElse(List.of());
        }

        private List<String> hosts(JsonNode list) {
            if (list.isString()) {
                return words(list.asString());
            }
            var texts = new ArrayList<String>();
            for (JsonNode one : list) {
                texts.add(one.asString(""));
            }
            return texts;
        }

        private void hosts(List<String> texts) {
            if (texts.isEmpty()) {
                problems.add("hosts are missing: write where it may be sent to, as " + hint);
            }
            for (int i = 0; i < texts.size(); i++) {
                Optional<HostRule> rule = HostRule.parse(texts.get(i));
                if (rule.isPresent()) {
                    hosts.add(rule.get());
                } else {
                    // what stands there may be the secret, in the wrong place
                    problems.add("host %d of hosts must be %s".formatted(i + 1, HostRule.RULE));
                }
            }
        }

        private @Nullable String text(JsonNode object, String key) {
            JsonNode field = object.path(key);
            if (field.isMissingNode() || field.isString()) {
                return field.isString() ? field.asString() : null;
            }
            problems.add(key + " must be a text: put it in quotes");
            return null;
        }

        private Entry entry(String from) {
            return problems.isEmpty()
                    ? Entry.good(new Credential(name, header, value, hosts, allowHttp), from)
                    : Entry.bad(problems, from);
        }
    }

    /** Words between blanks, line breaks and commas. */
    private static List<String> words(String text) {
        return Arrays.stream(text.split("[\\s,]+", -1)).filter(word -> !word.isEmpty()).toList();
    }
}
