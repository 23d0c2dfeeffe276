package io.hone.http;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Who asks, for owners and the audit.
 *
 * @param name account name; {@code local} while there are no accounts
 * @param requestId id of the request, as its answer carries it
 */
public record Caller(String name, String requestId) {

    /** The server itself, for what it does unasked. */
    public static final Caller SERVER = new Caller("hone", "");

    /** Name of everyone who reaches a server that has no accounts and listens on this machine alone. */
    private static final String LOCAL = "local";

    /** The caller of that request. */
    public static Caller of(HttpServletRequest request) {
        return new Caller(LOCAL, RequestContext.of(request).requestId());
    }
}
