package io.hone.forwarding;

import java.io.Serializable;

/**
 * What is kept of an explanation.
 *
 * @param provider who answered
 * @param model the one that answered
 * @param costNanoUsd what it cost, in billionths of a dollar; 0 where that is not known
 */
record Explained(String text, String provider, String model, long costNanoUsd) implements Serializable {}
