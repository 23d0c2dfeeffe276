package io.hone.http;

import io.hone.metrics.RequestParts;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A response that says how long it took, just before its first byte leaves, and whose errors are problems instead of
 * the container's pages.
 */
final class TimedResponse extends HttpServletResponseWrapper {

    private final HttpServletRequest request;
    private final RequestContext context;
    private final RequestParts parts;
    /** Sets the headers of every answer, which a reset takes away. */
    private final Runnable common;

    private boolean timed;
    private boolean written;
    private @Nullable ServletOutputStream stream;
    private @Nullable PrintWriter writer;

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
    public ServletOutputStream getOutputStream() throws IOException {
        if (stream == null) {
            stream = new TimedStream(super.getOutputStream());
        }
        return stream;
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        if (writer == null) {
            writer = new PrintWriter(new OutputStreamWriter(getOutputStream(), StandardCharsets.UTF_8));
        }
        return writer;
    }

    @Override
    public void reset() {
        super.reset();
        written = false;
        common.run();
    }

    @Override
    public void flushBuffer() throws IOException {
        addTimes();
        super.flushBuffer();
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

    @Override
    public void sendRedirect(String location) throws IOException {
        addTimes();
        super.sendRedirect(location);
    }

    void finish() throws IOException {
        if (writer != null) {
            writer.flush();
        }
        if (getStatus() >= SC_BAD_REQUEST && !written && !isCommitted() && !"HEAD".equals(request.getMethod())) {
            // Refused by the container without a word, as for a malformed Accept field.
            Problems.write(Problems.ofStatus(getStatus(), null), request, this);
        }
        addTimes();
    }

    private void addTimes() {
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

    private final class TimedStream extends ServletOutputStream {

        private final ServletOutputStream out;

        TimedStream(ServletOutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            written = true;
            addTimes();
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            written |= length > 0;
            addTimes();
            out.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            addTimes();
            out.flush();
        }

        @Override
        public void close() throws IOException {
            addTimes();
            out.close();
        }

        @Override
        public boolean isReady() {
            return out.isReady();
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            out.setWriteListener(listener);
        }
    }
}
