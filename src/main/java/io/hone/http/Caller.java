package io.hone.http;

import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;

/**
 * Who asks, for owners and the audit.
 *
 * @param name account name; {@code key:NAME} for a key, {@code anonymous} for nobody known
 * @param requestId id of the request, as its answer carries it
 */
public record Caller(String name, String requestId) {

    /** The server itself, for what it does unasked. */
    public static final Caller SERVER = new Caller("hone", "");

    private static final String NOBODY = "anonymous";

    /** The caller of that request. */
    public static Caller of(HttpServletRequest request) {
        Principal principal = request.getUserPrincipal();
        return new Caller(
                principal == null ? NOBODY : principal.getName(),
                RequestContext.of(request).requestId());
    }
}
