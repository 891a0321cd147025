package dev.sluice.stats;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.stats.http.StatsRoutes;
import java.io.IOException;
import java.io.InputStream;
import tools.jackson.databind.JsonNode;

/** The JSON Schema of the answer, which answers are held against. */
public final class Schema {

    private Schema() {}

    /** Fails with all that the answer has wrong. */
    public static void check(JsonNode answer) throws IOException {
        try (InputStream in = StatsRoutes.class.getResourceAsStream(StatsRoutes.SCHEMA)) {
            if (in == null) {
                throw new AssertionError("no schema");
            }
            var schema =
                    SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                            .getSchema(ProtocolJson.mapper().readTree(in));
            assertThat(schema.validate(answer)).isEmpty();
        }
    }
}
