package dev.sluice.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.chassis.http.JsonFetch.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** The body of another service's answer: a JSON object, or a reason why there is none. */
class JsonFetchFuzzTest {

    private static final int OK = 200;
    private static final JsonFetch FETCH = new JsonFetch(() -> 0); // asks nobody

    @FuzzTest
    void isAnObjectOrAReason(byte[] input) throws IOException {
        switch (FETCH.read(OK, new ByteArrayInputStream(input), 0)) {
            case Answer.Json json -> assertThat(json.body().isObject()).isTrue();
            case Answer.Failed failed ->
                    assertThat(failed.reason()).isEqualTo(JsonFetch.Reason.NOT_JSON);
        }
    }
}
