package io.hone.http;

import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What keeps other people's pages away from this server, and foreign code out of ours. Thread-safe. */
final class PageSecurity {

    /** For answers that are no pages: nothing runs, even where a browser shows one as it is. */
    static final String NOTHING_AT_ALL = "default-src 'none'; frame-ancestors 'none'";

    private static final Pattern IMPORT_MAP =
            Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);
    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

    /** How long a browser remembers that it may ask. */
    private static final String PREFLIGHT_SECONDS = "600";

    private final Settings settings;
    private final String contentSecurityPolicy;
    private final boolean loopbackOnly;

    PageSecurity(Settings settings, ServletContext context) {
        this.settings = settings;
        // The import map is the one inline script; its hash lets it run without opening the door to others.
        contentSecurityPolicy = "default-src 'self'; script-src 'self' '" + importMapHash(context)
                + "'; style-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none';"
                + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
        loopbackOnly = LOOPBACK_NAMES.contains(settings.get(SettingsCatalogue.HOST));
    }

    String contentSecurityPolicy() {
        return contentSecurityPolicy;
    }

    /**
     * Refuses what a page of another site sends through the browser of somebody who may reach this server: writes from a
     * foreign origin, and requests for a foreign host name that was made to point here (DNS rebinding).
     *
     * @throws ProblemException 403
     */
    void refuseForeign(HttpServletRequest request) {
        if (loopbackOnly && !LOOPBACK_NAMES.contains(request.getServerName().toLowerCase(Locale.ROOT))) {
            throw new ProblemException(
                    ProblemType.FORBIDDEN, "This server listens on this machine alone: ask for localhost or 127.0.0.1");
        }
        boolean changes = !SAFE_METHODS.contains(request.getMethod()) || RequestContext.isWebSocket(request);
        String origin = request.getHeader("Origin");
        if (changes && isForeign(origin, request) && !isAllowed(origin)) {
            throw new ProblemException(ProblemType.FORBIDDEN, "Requests from pages of another origin are refused");
        }
    }

    /**
     * Lets pages of the configured origins read the answer (Fetch, section 3.2); without any, answers carry no field of
     * it. Cookies are never allowed along.
     */
    void allowOrigin(HttpServletRequest request, HttpServletResponse response) {
        if (settings.get(SettingsCatalogue.CORS_ORIGINS).isBlank()) {
            return;
        }
        response.addHeader("Vary", "Origin");
        String origin = request.getHeader("Origin");
        if (isAllowed(origin)) {
            response.setHeader("Access-Control-Allow-Origin", origin);
            response.setHeader("Access-Control-Expose-Headers", "ETag, Location, Retry-After, X-Request-ID");
            // Its answers are for others to read: that is what was configured.
            response.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
        }
    }

    /**
     * Answers a request of a page of such an origin that only asks for permission.
     *
     * @return whether it was one
     */
    boolean answerPreflight(HttpServletRequest request, HttpServletResponse response) {
        if (!"OPTIONS".equals(request.getMethod())
                || request.getHeader("Access-Control-Request-Method") == null
                || !isAllowed(request.getHeader("Origin"))) {
            return false;
        }
        response.setHeader("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE");
        response.setHeader(
                "Access-Control-Allow-Headers",
                "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-ID, traceparent");
        response.setHeader("Access-Control-Max-Age", PREFLIGHT_SECONDS);
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        return true;
    }

    private boolean isAllowed(@Nullable String origin) {
        if (origin == null) {
            return false;
        }
        for (String allowed : settings.get(SettingsCatalogue.CORS_ORIGINS).split(",", -1)) {
            if (!allowed.isBlank() && allowed.strip().equalsIgnoreCase(origin)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isForeign(@Nullable String origin, HttpServletRequest request) {
        if (origin == null) {
            return "cross-site".equals(request.getHeader("Sec-Fetch-Site"));
        }
        try {
            URI uri = new URI(origin);
            return uri.getAuthority() == null || !uri.getAuthority().equalsIgnoreCase(request.getHeader("Host"));
        } catch (URISyntaxException e) {
            return true;
        }
    }

    private static String importMapHash(ServletContext context) {
        try (InputStream index = context.getResourceAsStream(StaticFiles.INDEX)) {
            if (index == null) {
                throw new IllegalStateException("The WAR has no " + StaticFiles.INDEX);
            }
            String page = new String(index.readAllBytes(), StandardCharsets.UTF_8);
            Matcher map = IMPORT_MAP.matcher(page);
            if (!map.find()) {
                throw new IllegalStateException(StaticFiles.INDEX + " has no import map");
            }
            return "sha256-" + Base64.getEncoder().encodeToString(Encoding.sha256(map.group(1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
