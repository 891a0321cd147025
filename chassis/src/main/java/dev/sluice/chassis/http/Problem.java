package dev.sluice.chassis.http;

import dev.sluice.protocol.ProtocolJson;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An error as {@code application/problem+json} (RFC 9457).
 *
 * @param status the HTTP status
 * @param type a word for programs, stands as {@code urn:sluice:problem:<type>}
 * @param title the same for people, always the same for one type
 * @param detail what is wrong here and what to do
 * @param more further members, such as {@code outcome}
 */
public record Problem(
        int status, String type, String title, String detail, Map<String, Object> more) {

    public static final String CONTENT_TYPE = "application/problem+json";

    public Problem {
        more = Map.copyOf(more);
    }

    public Problem(int status, String type, String title, String detail) {
        this(status, type, title, detail, Map.of());
    }

    public byte[] json() {
        var members = new LinkedHashMap<String, Object>();
        members.put("type", "urn:sluice:problem:" + type);
        members.put("title", title);
        members.put("status", status);
        members.put("detail", detail);
        members.putAll(more);
        return ProtocolJson.mapper().writeValueAsBytes(members);
    }
}
