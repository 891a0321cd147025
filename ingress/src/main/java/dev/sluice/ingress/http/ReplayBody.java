package dev.sluice.ingress.http;

import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.ReplayOf;
import dev.sluice.replay.Rate;
import dev.sluice.replay.ReplayDraft;
import dev.sluice.replay.ReplayDraft.Flaw;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.node.ObjectNode;

/** The body of {@code POST /replays}. */
sealed interface ReplayBody {

    /** A replay that may be tried or started. */
    record Valid(String name, ReplayDraft draft, Optional<Rate> rate, boolean dryRun)
            implements ReplayBody {}

    /** Everything that is wrong with it. */
    record Invalid(List<String> problems) implements ReplayBody {}

    /** It is no JSON object. */
    record NotJson(String why) implements ReplayBody {}

    /** A field that nobody knows is a mistake: what it was to leave out would be sent. */
    ObjectReader DRAFTS =
            ProtocolJson.mapper()
                    .readerFor(ReplayDraft.class)
                    .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .with(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
                    .without(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

    /** The name of a replay that was given none. */
    DateTimeFormatter NAMES =
            DateTimeFormatter.ofPattern("'replay-'yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    static ReplayBody parse(String text, Instant now) {
        ObjectNode json;
        try {
            if (!(ProtocolJson.mapper().readTree(text) instanceof ObjectNode object)) {
                return new NotJson("the body must be a JSON object");
            }
            json = object;
        } catch (JacksonException e) {
            return new NotJson(e.getOriginalMessage());
        }
        Optional<JsonNode> name = Optional.ofNullable(json.remove("name"));
        Optional<JsonNode> rate = Optional.ofNullable(json.remove("rate"));
        Optional<JsonNode> dryRun = Optional.ofNullable(json.remove("dry_run"));
        var problems = new ArrayList<String>();
        if (name.isPresent() && !ReplayOf.isName(name.get().asString(""))) {
            problems.add("name must be " + ReplayOf.NAME_RULE);
        }
        Optional<Rate> parsed = rate.flatMap(node -> Rate.parse(node.asString("")));
        if (rate.isPresent() && parsed.isEmpty()) {
            problems.add("rate must be " + Rate.RULE);
        }
        if (dryRun.isPresent() && !dryRun.get().isBoolean()) {
            problems.add("dry_run must be true or false");
        }
        try {
            ReplayDraft draft = DRAFTS.readValue(json);
            draft.flaws(now).stream().map(Flaw::toString).forEach(problems::add);
            return problems.isEmpty()
                    ? new Valid(
                            name.map(JsonNode::asString).orElseGet(() -> NAMES.format(now)),
                            draft,
                            parsed,
                            dryRun.isPresent() && dryRun.get().booleanValue())
                    : new Invalid(problems);
        } catch (JacksonException e) {
            problems.add(e.getOriginalMessage());
            return new Invalid(problems);
        }
    }
}
