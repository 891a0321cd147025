package dev.sluice.stats.services;

import dev.sluice.protocol.ServiceInfo;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What became of asking one service.
 *
 * @param name its id, or the setting that names it
 * @param announced its own words, where it is one of ours
 * @param url that was asked
 * @param reason why there are no figures, in a word
 * @param detail the same in a few words
 * @param tookMs until it answered, or was given up
 * @param stats its figures
 */
public record ServiceReport(
        String name,
        Optional<ServiceInfo> announced,
        Optional<URI> url,
        State state,
        Optional<String> reason,
        Optional<String> detail,
        long tookMs,
        Optional<JsonNode> stats) {

    /** Whether there are figures, and if not, why. */
    public enum State {
        UP("up"),
        FAILED("failed"),
        DOWN("down"),
        NOT_CONFIGURED("not_configured");

        private final String text;

        State(String text) {
            this.text = text;
        }

        /** As it stands in the answer. */
        public String text() {
            return text;
        }
    }

    /** The same with these figures. */
    ServiceReport with(JsonNode figures) {
        return new ServiceReport(
                name, announced, url, state, reason, detail, tookMs, Optional.of(figures));
    }

    /** It answered, and not what it should. */
    ServiceReport unreadable(String why) {
        return new ServiceReport(
                name,
                announced,
                url,
                State.FAILED,
                Optional.of("unreadable"),
                Optional.of(why),
                tookMs,
                Optional.empty());
    }

    /** As it stands in the answer. */
    public Map<String, Object> json() {
        var json = new LinkedHashMap<String, Object>();
        json.put("name", name);
        json.put("kind", announced.map(info -> info.kind().text()).orElse("external"));
        json.put("state", state.text());
        announced.map(ServiceInfo::url).or(() -> url).ifPresent(u -> json.put("url", shown(u)));
        announced.ifPresent(info -> json.put("started_at", info.startedAt()));
        announced
                .filter(info -> state == State.DOWN)
                .map(ServiceInfo::announcedAt)
                .map(Instant::toString)
                .ifPresent(since -> json.put("since", since));
        reason.ifPresent(why -> json.put("reason", why));
        detail.ifPresent(why -> json.put("detail", why));
        if (state == State.UP || state == State.FAILED) {
            json.put("took_ms", tookMs);
        }
        stats.ifPresent(figures -> json.put("stats", figures));
        return json;
    }

    /** Without a name and password, should somebody have put them there. */
    private static String shown(URI url) {
        String user = url.getRawUserInfo();
        return user == null ? url.toString() : url.toString().replace(user + "@", "");
    }
}
