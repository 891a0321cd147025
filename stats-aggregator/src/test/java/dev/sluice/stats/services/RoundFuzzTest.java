package dev.sluice.stats.services;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.ServiceInfo;
import dev.sluice.protocol.ServiceKind;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The figures of an ingress and of a worker, as services that are broken may give them. */
class RoundFuzzTest {

    private static final Instant AT = Instant.parse("2026-11-21T12:00:00Z");

    @FuzzTest
    void putsTogetherWhatCanBeRead(byte[] input) {
        JsonNode figures;
        try {
            figures = ProtocolJson.mapper().readTree(new String(input, StandardCharsets.UTF_8));
        } catch (JacksonException e) {
            return;
        }
        if (!figures.isObject()) {
            return; // JsonFetch has said so
        }
        var ingress = report(ServiceKind.INGRESS, figures);
        var worker = report(ServiceKind.NODE_WORKER, figures);
        Round round = Round.of(0, 1, List.of(ingress, worker));
        assertThat(round.services()).hasSize(2);
        boolean read = round.services().getFirst().state() == ServiceReport.State.UP;
        assertThat(round.ingresses()).isEqualTo(read ? 1 : 0);
        // one that cannot be read says why, and is no figure of the others
        assertThat(round.services().getFirst().reason().isPresent()).isEqualTo(!read);
        assertThat(round.keepers().values()).allMatch("node-worker"::equals);
        assertThat(ProtocolJson.mapper().writeValueAsString(round.services().getFirst().json()))
                .isNotEmpty();
        assertThat(ProtocolJson.mapper().writeValueAsString(round.traffic())).isNotEmpty();
    }

    private static ServiceReport report(ServiceKind kind, JsonNode figures) {
        var info = new ServiceInfo(kind.text(), kind, URI.create("http://127.0.0.1:1"), AT, AT);
        return new ServiceReport(
                kind.text(),
                Optional.of(info),
                Optional.empty(),
                ServiceReport.State.UP,
                Optional.empty(),
                Optional.empty(),
                1,
                Optional.of(figures));
    }
}
