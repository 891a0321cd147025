package dev.sluice.worker.credentials;

import java.util.Arrays;

/** Parts of a text, each from one place up to another; they may overlap. */
final class Spans {

    private int[] places = new int[8];
    private int used;

    void add(int from, int to) {
        if (used == places.length) {
            places = Arrays.copyOf(places, 2 * used);
        }
        places[used++] = from;
        places[used++] = to;
    }

    int count() {
        return used / 2;
    }

    int from(int i) {
        return places[2 * i];
    }

    int to(int i) {
        return places[2 * i + 1];
    }
}
