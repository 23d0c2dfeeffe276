package io.hone.http;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is known of a request from its first to its last byte. One thread at a time uses it. */
public final class RequestContext {

    /** Attribute with the container's own request: each call through the proxy of Jakarta REST costs a look-up. */
    public static final String REQUEST = RequestContext.class.getName() + ".request";

    private static final String ATTRIBUTE = RequestContext.class.getName();
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{8,128}");

    /** W3C Trace Context, section 3.2: version, trace id, parent id, flags; only later versions may go on. */
    private static final Pattern TRACEPARENT = Pattern.compile(
            "(?!ff|00-.{53})[0-9a-f]{2}-((?!0{32})[0-9a-f]{32})-((?!0{16})[0-9a-f]{16})-[0-9a-f]{2}(-.*)?");

    private static final HexFormat HEX = HexFormat.of();

    private final String requestId;
    private final String traceId;
    private final long startNanos;
    private @Nullable String template;

    private RequestContext(String requestId, String traceId, long startNanos) {
        this.requestId = requestId;
        this.traceId = traceId;
        this.startNanos = startNanos;
    }

    /**
     * The context of a request that begins now.
     *
     * @param requestId what the client sent, or null; taken over only in the form the interface allows
     * @param traceparent what the client sent, or null; a malformed one starts a new trace
     */
    static RequestContext begin(@Nullable String requestId, @Nullable String traceparent) {
        return new RequestContext(
                requestId != null && REQUEST_ID.matcher(requestId).matches() ? requestId : randomHex(),
                traceparent == null ? randomHex() : traceId(traceparent),
                System.nanoTime());
    }

    /** For what the server does unasked: an id and a trace of its own. */
    public static RequestContext unasked() {
        return begin(null, null);
    }

    private static String traceId(String traceparent) {
        Matcher trace = TRACEPARENT.matcher(traceparent);
        return trace.matches() ? trace.group(1) : randomHex();
    }

    /** The context of that request. */
    public static RequestContext of(ServletRequest request) {
        RequestContext context = (RequestContext) request.getAttribute(ATTRIBUTE);
        if (context == null) {
            // Requests that the container refuses reach the error page without having passed the filter.
            context = begin(null, null);
            context.attachTo(request);
        }
        return context;
    }

    /** Whether a WebSocket begins here, whose request and response must reach the container as they are. */
    public static boolean isWebSocket(HttpServletRequest request) {
        // Other upgrades exist: clients that know HTTP/2 offer h2c with ordinary requests.
        return "GET".equals(request.getMethod()) && "websocket".equalsIgnoreCase(request.getHeader("Upgrade"));
    }

    void attachTo(ServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
        request.setAttribute(REQUEST, request);
    }

    public String requestId() {
        return requestId;
    }

    /** W3C trace id, 32 hexadecimal digits. */
    public String traceId() {
        return traceId;
    }

    /** What other servers are told of the trace: this request is the parent of what they do. */
    public String traceparent() {
        return "00-%s-%s-01"
                .formatted(traceId, HEX.toHexDigits(ThreadLocalRandom.current().nextLong() | 1));
    }

    long elapsedNanos() {
        return System.nanoTime() - startNanos;
    }

    /** Path template that matched, such as {@code /api/v1/sessions/{id}}; null where none did. */
    public @Nullable String template() {
        return template;
    }

    /** Notes the template that matched. */
    public void template(String matched) {
        template = matched;
    }

    private static String randomHex() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(random.nextLong() | 1);
    }
}
