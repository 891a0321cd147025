package dev.sluice.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Random;

/** The request of a number: each of another method, type and size, always the same. */
record MixedRequest(int number) {

    private static final int MAX_BYTES = 900 * 1024;
    private static final List<String> METHODS =
            List.of("POST", "PUT", "GET", "PATCH", "DELETE", "OPTIONS", "HEAD");

    String method() {
        return METHODS.get(number % METHODS.size());
    }

    /** What the node is to see; percent signs and empty values must come through as they are. */
    String target() {
        return "/v1/m%C3%BCx%2F/" + number + "?n=" + number + "&empty=&q=a+b%20c";
    }

    String type() {
        return switch (number % 3) {
            case 0 -> "text/plain;charset=utf-8";
            case 1 -> "application/json";
            default -> "application/octet-stream";
        };
    }

    byte[] body() {
        if (method().equals("HEAD")) {
            return new byte[0];
        }
        return switch (number % 3) {
            case 0 -> "grüße €%d\n".formatted(number).repeat(size() / 16).getBytes(UTF_8);
            case 1 ->
                    ("{\"n\":" + number + ",\"s\":\"" + "x".repeat(size()) + "\"}").getBytes(UTF_8);
            default -> {
                var bytes = new byte[size()];
                new Random(number).nextBytes(bytes);
                yield bytes;
            }
        };
    }

    /** Nothing, one byte, mostly small, and now and then large. */
    private int size() {
        var random = new Random(number);
        return switch (number % 20) {
            case 0 -> 0;
            case 1 -> 1;
            case 2, 3 -> random.nextInt(MAX_BYTES);
            default -> random.nextInt(20_000);
        };
    }
}
