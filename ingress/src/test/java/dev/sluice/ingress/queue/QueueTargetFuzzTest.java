package dev.sluice.ingress.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A path and query below {@code /queue/}: byte for byte what the node gets, or refused. */
class QueueTargetFuzzTest {

    @FuzzTest
    void goesOnAsItCameAndNeverUpwards(byte[] input) {
        String[] parts = new String(input, StandardCharsets.ISO_8859_1).split("\\?", 2);
        String path = QueueTarget.PREFIX + parts[0];
        String query = parts.length > 1 ? parts[1] : null;
        switch (QueueTarget.parse(path, query)) {
            case QueueTarget.Bad bad -> assertThat(bad.why()).isNotBlank();
            case QueueTarget.Good(String pool, String target) -> {
                assertThat(pool).doesNotContain("/");
                String whole = query == null ? path : path + "?" + query;
                String sent = QueueTarget.PREFIX + pool + target;
                // a pool alone stands for its root
                assertThat(List.of(whole, whole + "/", whole.replaceFirst("\\?", "/?")))
                        .contains(sent);
                assertThat(target).startsWith("/").matches("[!-~]{1,16384}");
                for (String segment : target.split("\\?", 2)[0].split("/", -1)) {
                    assertThat(decoded(segment).split(";", 2)[0]).isNotIn(".", "..");
                }
            }
        }
    }

    private static String decoded(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException e) {
            return segment; // a '%' that is no escape
        }
    }
}
