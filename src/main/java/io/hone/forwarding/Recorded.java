package io.hone.forwarding;

import java.io.Serializable;
import java.util.ArrayList;

/**
 * An answer as it is cached.
 *
 * @param fields names and values in turn
 * @param lifeMs how long it is fresh
 * @param storedAtMs wall clock
 * @param model that it was asked of, for what a hit saves
 * @param costNanoUsd what it cost, in billionths of a dollar
 */
record Recorded(
        int status, ArrayList<String> fields, byte[] body, long lifeMs, long storedAtMs, String model, long costNanoUsd)
        implements Serializable {

    private static final long serialVersionUID = 1L;
}
