package dev.sluice.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The forms in which inputs of fuzz tests are written, so that people can read and write them. */
final class FuzzInput {

    private FuzzInput() {}

    static String text(byte[] input) {
        return new String(input, StandardCharsets.UTF_8);
    }

    /** A record: lines {@code name: value}, then an empty line, then the value. */
    static WireRecord record(byte[] input) {
        Map<String, String> headers = new HashMap<>();
        int start = 0;
        while (start < input.length) {
            int end = start;
            while (end < input.length && input[end] != '\n') {
                end++;
            }
            String line = new String(input, start, end - start, StandardCharsets.UTF_8);
            start = Math.min(end + 1, input.length);
            int colon = line.indexOf(": ");
            if (colon < 0) {
                break;
            }
            // a header of several lines, such as a list of header fields, is written with '|'
            headers.put(line.substring(0, colon), line.substring(colon + 2).replace('|', '\n'));
        }
        byte[] value = new byte[input.length - start];
        System.arraycopy(input, start, value, 0, value.length);
        return new WireRecord(headers, Body.of(value));
    }

    /** Numbers of one byte each, handed out one after the other; 0 when there are no more. */
    static final class Numbers {

        private final byte[] input;
        private int at;

        Numbers(byte[] input) {
            this.input = input;
        }

        boolean areLeft() {
            return at < input.length;
        }

        int next(int below) {
            return at < input.length ? Byte.toUnsignedInt(input[at++]) % below : 0;
        }

        List<Integer> next(int count, int below) {
            var numbers = new ArrayList<Integer>();
            for (int i = 0; i < count; i++) {
                numbers.add(next(below));
            }
            return numbers;
        }
    }
}
