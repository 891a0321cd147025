package dev.sluice.protocol;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON of the compacted topics and of the HTTP answers: {@code snake_case}, times in RFC 3339.
 */
public final class ProtocolJson {

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                    // a record with a part missing is no record; absent Optionals are empty
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    // a newer version may say more than this one knows
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    private ProtocolJson() {}

    public static JsonMapper mapper() {
        return MAPPER;
    }

    public static Body encode(Object value) {
        return Body.of(MAPPER.writeValueAsBytes(value));
    }

    public static <T> T decode(Body body, Class<T> type) throws UnreadableRecordException {
        try {
            T value = MAPPER.readValue(body.bytes(), type);
            if (value == null) { // the JSON text null
                throw new UnreadableRecordException("not a " + type.getSimpleName() + ": null");
            }
            return value;
        } catch (JacksonException e) {
            throw new UnreadableRecordException(
                    "not a " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
        }
    }
}
