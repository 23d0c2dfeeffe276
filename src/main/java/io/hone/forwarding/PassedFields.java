package io.hone.forwarding;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;

/** Which header fields pass the gateway, in both directions. */
final class PassedFields {

    /** Of one connection only (RFC 9110, section 7.6.1), or set anew by who sends. */
    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings",
            "expect",
            "content-length",
            "host");

    /** What lets somebody in at Hone, or tells the provider whom Hone serves. */
    private static final Set<String> OF_THE_CLIENT = Set.of(
            "authorization",
            "x-api-key",
            "api-key",
            "cookie",
            "origin",
            "referer",
            "forwarded",
            "via",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-real-ip",
            "x-request-id",
            "traceparent",
            "tracestate");

    /** What would act on Hone's own pages and cookies, or is Hone's to say. */
    private static final Set<String> OF_THE_ORIGIN = Set.of(
            "set-cookie",
            "set-cookie2",
            "clear-site-data",
            "content-security-policy",
            "content-security-policy-report-only",
            "x-frame-options",
            "x-content-type-options",
            "referrer-policy",
            "permissions-policy",
            "cross-origin-opener-policy",
            "cross-origin-embedder-policy",
            "cross-origin-resource-policy",
            "strict-transport-security",
            "alt-svc",
            "nel",
            "report-to",
            "reporting-endpoints",
            "refresh",
            "server",
            "x-request-id",
            "x-response-time",
            "server-timing",
            "cache-status",
            "www-authenticate");

    private static final String OWN = "x-hone-";
    private static final String CORS = "access-control-";

    private PassedFields() {}

    /** Passes on what a client says to the provider. */
    static void ofRequest(HttpServletRequest request, BiConsumer<String, String> to) {
        Set<String> named = named(Collections.list(request.getHeaders("Connection")));
        for (String name : Collections.list(request.getHeaderNames())) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!OF_THE_CONNECTION.contains(lower)
                    && !OF_THE_CLIENT.contains(lower)
                    && !lower.startsWith(OWN)
                    && !lower.startsWith("sec-fetch-")
                    && !named.contains(lower)) {
                Collections.list(request.getHeaders(name)).forEach(value -> to.accept(name, value));
            }
        }
    }

    /** Whether a field of a provider's answer goes to the client. */
    static boolean isOfAnswer(String name, Set<String> named) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !OF_THE_CONNECTION.contains(lower)
                && !OF_THE_ORIGIN.contains(lower)
                && !lower.startsWith(OWN)
                && !lower.startsWith(CORS)
                && !named.contains(lower);
    }

    /** Fields that the values of {@code Connection} name as its own. */
    static Set<String> named(List<String> connection) {
        Set<String> names = new HashSet<>();
        for (String value : connection) {
            for (String name : value.split(",", -1)) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }
}
