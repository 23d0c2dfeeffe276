package io.hone.http;

import io.hone.metrics.RequestParts;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A response that says how long it took, just before its first byte leaves, and whose errors are problems instead of
 * the container's pages.
 */
final class TimedResponse extends FirstByteResponse {

    private final HttpServletRequest request;
    private final RequestContext context;
    private final RequestParts parts;
    /** Sets the headers of every answer, which a reset takes away. */
    private final Runnable common;

    private boolean timed;

    TimedResponse(
            HttpServletRequest request,
            HttpServletResponse response,
            RequestContext context,
            RequestParts parts,
            Runnable common) {
        super(response);
        this.request = request;
        this.context = context;
        this.parts = parts;
        this.common = common;
    }

    @Override
    public void reset() {
        super.reset();
        common.run();
    }

    @Override
    public void sendError(int status) throws IOException {
        sendError(status, null);
    }

    @Override
    public void sendError(int status, @Nullable String message) throws IOException {
        // The container's words may name classes; ours name the status alone.
        resetBuffer();
        if (status == SC_METHOD_NOT_ALLOWED || (status == SC_NOT_IMPLEMENTED && "PATCH".equals(request.getMethod()))) {
            // A servlet of ours: they read only, and the container's base class knows no PATCH.
            setHeader("Allow", "GET, HEAD, OPTIONS");
            Problems.write(Problems.ofStatus(SC_METHOD_NOT_ALLOWED, null), request, this);
            return;
        }
        Problems.write(Problems.ofStatus(status, null), request, this);
    }

    void finish() throws IOException {
        flushWriter();
        if (getStatus() >= SC_BAD_REQUEST && !isWritten() && !isCommitted() && !"HEAD".equals(request.getMethod())) {
            // Refused by the container without a word, as for a malformed Accept field.
            Problems.write(Problems.ofStatus(getStatus(), null), request, this);
        }
        beforeBytes();
    }

    @Override
    protected void beforeBytes() {
        if (timed || isCommitted()) {
            return;
        }
        timed = true;
        long total = context.elapsedNanos();
        HttpServletResponse response = (HttpServletResponse) getResponse();
        String totalMs = millis(total);
        response.setHeader("X-Response-Time", totalMs + "ms");
        StringBuilder timing = new StringBuilder(64);
        if (parts.cacheResult() != null) {
            timing.append("cache;dur=").append(millis(parts.cacheNanos())).append(";desc=");
            timing.append(parts.cacheResult()).append(", ");
        }
        if (parts.databaseNanos() > 0) {
            timing.append("db;dur=").append(millis(parts.databaseNanos())).append(", ");
        }
        if (parts.upstreamNanos() > 0) {
            timing.append("upstream;dur=").append(millis(parts.upstreamNanos())).append(", ");
        }
        response.setHeader(
                "Server-Timing", timing.append("total;dur=").append(totalMs).toString());
    }

    /** Milliseconds with three decimals; {@code String.format} would cost more than the rest of the filter. */
    static String millis(long nanos) {
        long micros = nanos / 1_000;
        long fraction = micros % 1_000;
        return micros / 1_000 + (fraction < 10 ? ".00" : fraction < 100 ? ".0" : ".") + fraction;
    }
}
