package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sluice.protocol.ProtocolJson;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The OpenAPI description that an ingress serves, against which real answers are held. */
final class OpenApi {

    private static final Set<String> METHODS =
            Set.of("get", "head", "post", "put", "patch", "delete", "options");
    private static final Set<String> PROMISED_FIELDS = Set.of("Retry-After", "Location");

    private final JsonNode document;
    private final Set<String> seen = new TreeSet<>();

    OpenApi(JsonNode document) {
        this.document = document;
    }

    /** Every operation, as {@code get /path}. */
    Set<String> operations() {
        var operations = new TreeSet<String>();
        JsonNode paths = document.path("paths");
        for (String path : paths.propertyNames()) {
            for (String method : paths.path(path).propertyNames()) {
                if (METHODS.contains(method)) {
                    operations.add(method + " " + path);
                }
            }
        }
        return operations;
    }

    /** The operations of which an answer was held against the description. */
    Set<String> seen() {
        return seen;
    }

    /** Every reference in the document that leads nowhere. */
    List<String> brokenReferences() {
        var broken = new ArrayList<String>();
        for (JsonNode reference : document.findValues("$ref")) {
            if (document.at(pointer(reference)).isMissingNode()) {
                broken.add(reference.asString());
            }
        }
        return broken;
    }

    /** Fails if this answer to its request is not as described. */
    void check(HttpResponse<byte[]> answer) {
        String method = answer.request().method().toLowerCase(Locale.ROOT);
        String path = answer.request().uri().getRawPath();
        String template = template(path);
        JsonNode operation = document.path("paths").path(template).path(method);
        String what = method + " " + path + " -> " + Client.text(answer);
        assertThat(operation.isMissingNode()).as(what).isFalse();
        seen.add(method + " " + template);

        JsonNode responses = operation.path("responses");
        String status = Integer.toString(answer.statusCode());
        JsonNode response = resolved(responses.path(responses.has(status) ? status : "default"));
        assertThat(response.isMissingNode()).as(what).isFalse();
        for (String field : response.path("headers").propertyNames()) {
            if (PROMISED_FIELDS.contains(field)) {
                assertThat(answer.headers().firstValue(field)).as(what).isPresent();
            }
        }
        if (answer.body().length > 0) {
            checkBody(answer, response.path("content"), what);
        }
    }

    private void checkBody(HttpResponse<byte[]> answer, JsonNode content, String what) {
        if (content.has("*/*")) {
            return; // a node's or a service's own
        }
        String type = Client.header(answer, "Content-Type").replaceFirst(";.*", "");
        assertThat(content.has(type)).as(what + " as " + type).isTrue();
        if (type.endsWith("json")) {
            // the references of the schema lead into the document
            ObjectNode schema = ProtocolJson.mapper().createObjectNode();
            schema.set("components", document.path("components"));
            schema.putArray("allOf").add(content.path(type).path("schema"));
            var errors =
                    SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                            .getSchema(schema)
                            .validate(Client.json(answer));
            assertThat(errors).as(what).isEmpty();
        }
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(pointer(node.path("$ref"))) : node;
    }

    private static String pointer(JsonNode reference) {
        return reference.asString().substring(1);
    }

    /** The template of a path: of those that fit the one with the fewest variables. */
    private String template(String path) {
        Optional<String> best = Optional.empty();
        for (String template : document.path("paths").propertyNames()) {
            String pattern =
                    template.replaceAll("\\{path}", ".*").replaceAll("\\{[a-z]+}", "[^/]+");
            if (path.matches(pattern)
                    && best.map(b -> variables(template) < variables(b)).orElse(true)) {
                best = Optional.of(template);
            }
        }
        assertThat(best).as("described: " + path).isPresent();
        return best.orElseThrow();
    }

    private static long variables(String template) {
        return template.chars().filter(c -> c == '{').count();
    }
}
