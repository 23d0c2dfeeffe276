package io.hone.forwarding;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An answer as it is cached.
 *
 * @param fields names and values in turn
 * @param lifeMs how long it is fresh
 * @param keptMs how long it is kept, which is longer where it may be given when it is stale
 * @param storedAtMs wall clock
 * @param model that it was asked of, for what a hit saves
 * @param costNanoUsd what it cost, in billionths of a dollar
 */
record Recorded(
        int status,
        ArrayList<String> fields,
        byte[] body,
        long lifeMs,
        long keptMs,
        long storedAtMs,
        String model,
        long costNanoUsd)
        implements Serializable {

    private static final long serialVersionUID = 2L;

    /** How long it is fresh still, in milliseconds; negative once it is stale. */
    long leftMs(long nowMs) {
        return lifeMs - Math.max(0, nowMs - storedAtMs);
    }

    /** Its fields with {@code Age}. */
    List<String> fields(long nowMs) {
        List<String> aged = new ArrayList<>(fields);
        aged.add("Age");
        aged.add(Long.toString(TimeUnit.MILLISECONDS.toSeconds(Math.max(0, nowMs - storedAtMs))));
        return aged;
    }
}
