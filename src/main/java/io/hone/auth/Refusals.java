package io.hone.auth;

import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decides whether a caller may do what is asked, and finds the words where not. Thread-safe. */
@Singleton
public class Refusals {

    private static final String INVALID = Refusals.class.getName() + ".invalid";
    private static final String MANAGEMENT = Refusals.class.getName() + ".management";
    private static final String FAILURE = Refusals.class.getName() + ".failure";

    private final RateLimits limits;

    @Inject
    public Refusals(RateLimits limits) {
        this.limits = limits;
    }

    static void noteInvalid(HttpServletRequest request) {
        request.setAttribute(INVALID, true);
    }

    static void noteFailure(HttpServletRequest request, RuntimeException failure) {
        request.setAttribute(FAILURE, failure);
    }

    /** Who asks; null for nobody known. */
    static @Nullable Identity identity(HttpServletRequest request) {
        Principal principal = request.getUserPrincipal();
        return principal instanceof AccessPrincipal known ? known.identity() : null;
    }

    /**
     * Counts a request that is answered without asking its operation, which would count it.
     *
     * @param management whether it counts as management too, as {@link #isManagement} said of the one that was answered
     *     by the operation
     * @throws ProblemException 429 after too many of these
     */
    public void count(HttpServletRequest request, boolean management) {
        Identity identity = identity(request);
        if (identity != null) {
            limits.take(RateLimits.Limit.REQUESTS, identity.name());
            if (management) {
                limits.take(RateLimits.Limit.MANAGEMENT, identity.name());
            }
        }
    }

    /** Whether an operation that this request asked for was counted as management. */
    public static boolean isManagement(HttpServletRequest request) {
        return request.getAttribute(MANAGEMENT) != null;
    }

    /** Counts a request for an operation that manages something. */
    void countManagement(HttpServletRequest request, Identity identity) {
        request.setAttribute(MANAGEMENT, true);
        limits.take(RateLimits.Limit.MANAGEMENT, identity.name());
    }

    /**
     * Lets whoever has one of the roles pass.
     *
     * @param roles any of these; empty for nobody
     * @throws ProblemException 401 for nobody known, 403 for the wrong role, 429 after too many of these
     */
    void require(HttpServletRequest request, List<String> roles) {
        if (request.getAttribute(FAILURE) instanceof RuntimeException failure) {
            throw failure;
        }
        Identity identity = identity(request);
        if (identity == null) {
            limits.take(RateLimits.Limit.REFUSED, request.getRemoteAddr());
            throw unauthorized(request);
        }
        if (Collections.disjoint(identity.role().included(), roles)) {
            throw new ProblemException(
                    ProblemType.FORBIDDEN,
                    roles.isEmpty()
                            ? "Nobody may do this"
                            : "This takes the role %s; %s is %s"
                                    .formatted(String.join(" or ", roles), identity.name(), identity.role()));
        }
        limits.take(RateLimits.Limit.REQUESTS, identity.name());
    }

    private static ProblemException unauthorized(HttpServletRequest request) {
        boolean invalid = request.getAttribute(INVALID) != null;
        return new ProblemException(
                        ProblemType.UNAUTHORIZED,
                        invalid
                                ? "The token or key is unknown, expired or revoked"
                                : "Sign in, or send a key as Authorization: Bearer KEY")
                .withHeaders(Map.of(
                        "WWW-Authenticate",
                        invalid ? "Bearer realm=\"hone\", error=\"invalid_token\"" : "Bearer realm=\"hone\""));
    }
}
