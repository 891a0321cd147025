package dev.sluice.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.EofException;
import org.junit.jupiter.api.Test;

class FailuresTest {

    @Test
    void tellsAClientsDoingFromABug() {
        assertThat(Failures.ofClient(new EofException("Early EOF")).orElseThrow().status())
                .isEqualTo(400);
        assertThat(
                        Failures.ofClient(new HttpException.RuntimeException(400, "zz"))
                                .orElseThrow()
                                .detail())
                .doesNotContain("zz");
        assertThat(
                        Failures.ofClient(
                                        new RuntimeException(
                                                new HttpException.RuntimeException(431, "x")))
                                .orElseThrow()
                                .status())
                .isEqualTo(431);
        assertThat(
                        Failures.ofClient(new IOException(new TimeoutException()))
                                .orElseThrow()
                                .status())
                .isEqualTo(408);
        assertThat(Failures.ofClient(new UncheckedIOException(new IOException("reset"))))
                .isPresent();
        assertThat(Failures.ofClient(new IllegalStateException("a bug"))).isEmpty();
        assertThat(Failures.ofClient(new RuntimeException(new TimeoutException()))).isEmpty();
    }
}
