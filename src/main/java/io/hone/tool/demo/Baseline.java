package io.hone.tool.demo;

/**
 * The trained network that compression starts from.
 *
 * @param sessionId   the session it was trained in, which criteria compare with
 * @param network     copy it before use: networks are not thread-safe
 * @param accuracy    on the held-out points, 0 to 1
 */
record Baseline(String sessionId, Network network, double accuracy) {}
