package dev.sluice.worker.simulation;

import dev.sluice.protocol.ProtocolJson;
import dev.sluice.worker.link.Frame;
import tools.jackson.databind.json.JsonMapper;

/** Frames as they go over the wire; in most runs as they are, for that is faster. */
record Codec(boolean json) {

    private static final JsonMapper JSON = ProtocolJson.mapper();

    Frame overTheWire(Frame frame) {
        return json ? JSON.readValue(JSON.writeValueAsString(frame), Frame.class) : frame;
    }
}
