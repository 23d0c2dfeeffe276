package io.hone.responses;

import io.hone.http.Encoding;
import io.hone.http.EntityTags;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A response that holds the body back, so that the whole answer can be kept, and notes the fields that are set. Where the
 * body gets larger than what is kept, it is passed on from there.
 */
final class HeldResponse extends HttpServletResponseWrapper {

    private final int mostBytes;
    private final boolean gzip;
    private final String statusWhenPassedOn;
    private final Runnable whenPassedOn;
    private final List<Fields.Field> noted = new ArrayList<>();
    private ByteArrayOutputStream held = new ByteArrayOutputStream(1_024);
    private @Nullable OutputStream out;
    private @Nullable ServletOutputStream stream;
    private @Nullable PrintWriter writer;
    private long length = -1;
    private boolean cookies;

    /**
     * @param mostBytes largest body that is held
     * @param gzip whether a larger one may be compressed
     * @param statusWhenPassedOn {@code Cache-Status} of a larger one
     * @param whenPassedOn called once where it is not held to its end
     */
    HeldResponse(
            HttpServletResponse response,
            int mostBytes,
            boolean gzip,
            String statusWhenPassedOn,
            Runnable whenPassedOn) {
        super(response);
        this.mostBytes = mostBytes;
        this.gzip = gzip;
        this.statusWhenPassedOn = statusWhenPassedOn;
        this.whenPassedOn = whenPassedOn;
    }

    /** Whether the client has the answer, or some of it, already. */
    boolean isPassedOn() {
        return out != null;
    }

    /** Whether a cookie was set: then the answer is for one client alone. */
    boolean hasCookies() {
        return cookies;
    }

    /** The answer, which is complete; not to be called after it was passed on. */
    Answer answer() {
        if (writer != null) {
            writer.flush();
        }
        List<Fields.Field> fields = new ArrayList<>(noted);
        String type = getContentType();
        if (type != null) {
            fields.add(new Fields.Field("Content-Type", type));
        }
        return new Answer(getStatus(), Fields.of(fields), held.toByteArray());
    }

    /** Stops holding: what follows goes to the client at once. */
    void passOn() throws IOException {
        passOn(gzip);
    }

    private void passOn(boolean compress) throws IOException {
        if (out != null) {
            return;
        }
        whenPassedOn.run();
        HttpServletResponse response = (HttpServletResponse) getResponse();
        response.setHeader(CacheStatus.FIELD, statusWhenPassedOn);
        String type = response.getContentType();
        OutputStream plain = response.getOutputStream();
        if (compress
                && response.getHeader("Content-Encoding") == null
                && type != null
                && Encoding.isCompressible(type.toLowerCase(Locale.ROOT))) {
            response.setHeader("Content-Encoding", "gzip");
            String tag = response.getHeader("ETag");
            if (tag != null) {
                response.setHeader("ETag", compressed(tag));
            }
            out = new GZIPOutputStream(plain, 4_096, true);
        } else {
            if (length >= 0) {
                response.setContentLengthLong(length);
            }
            out = plain;
        }
        held.writeTo(out);
        held = new ByteArrayOutputStream(0);
    }

    /** Ends an answer that was passed on. */
    void finish() throws IOException {
        if (writer != null) {
            writer.flush();
        }
        if (out instanceof GZIPOutputStream compressing) {
            compressing.finish();
        }
    }

    /** The tag of the compressed form: a strong one names bytes. */
    static String compressed(String tag) {
        return tag.startsWith("W/") || !tag.endsWith("\"")
                ? tag
                : tag.substring(0, tag.length() - 1) + EntityTags.GZIP_SUFFIX + '"';
    }

    @Override
    public void setHeader(String name, @Nullable String value) {
        if (isLength(name, value)) {
            return;
        }
        noted.removeIf(field -> field.name().equalsIgnoreCase(name));
        note(name, value);
        super.setHeader(name, value);
    }

    @Override
    public void addHeader(String name, @Nullable String value) {
        boolean again = name.equalsIgnoreCase("Vary") && noted.contains(new Fields.Field(name, String.valueOf(value)));
        if (isLength(name, value) || again) {
            return;
        }
        note(name, value);
        super.addHeader(name, value);
    }

    @Override
    public void setIntHeader(String name, int value) {
        setHeader(name, Integer.toString(value));
    }

    @Override
    public void addIntHeader(String name, int value) {
        addHeader(name, Integer.toString(value));
    }

    @Override
    public void setDateHeader(String name, long value) {
        setHeader(name, HttpDate.write(Instant.ofEpochMilli(value)));
    }

    @Override
    public void addDateHeader(String name, long value) {
        addHeader(name, HttpDate.write(Instant.ofEpochMilli(value)));
    }

    @Override
    public void addCookie(Cookie cookie) {
        cookies = true;
        super.addCookie(cookie);
    }

    @Override
    public void setContentLength(int bytes) {
        length = bytes;
    }

    @Override
    public void setContentLengthLong(long bytes) {
        length = bytes;
    }

    @Override
    public ServletOutputStream getOutputStream() {
        if (stream == null) {
            stream = new HoldingStream();
        }
        return stream;
    }

    @Override
    public PrintWriter getWriter() {
        if (writer == null) {
            writer = new PrintWriter(new OutputStreamWriter(getOutputStream(), StandardCharsets.UTF_8));
        }
        return writer;
    }

    @Override
    public boolean isCommitted() {
        return out != null || super.isCommitted();
    }

    @Override
    public void reset() {
        forget();
        noted.clear();
        cookies = false;
        super.reset();
    }

    @Override
    public void resetBuffer() {
        forget();
        if (out == null) {
            super.resetBuffer();
        }
    }

    /** What follows is written by whoever is before the cache, past it. */
    @Override
    public void sendError(int status) throws IOException {
        forget();
        passOn(false);
        super.sendError(status);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        sendError(status);
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        forget();
        passOn(false);
        super.sendRedirect(location);
    }

    /** The end of the answer comes soon; a part of it cannot be kept. */
    @Override
    public void flushBuffer() throws IOException {
        if (out != null) {
            out.flush();
            super.flushBuffer();
        }
    }

    private void forget() {
        held.reset();
        length = -1;
    }

    private boolean isLength(String name, @Nullable String value) {
        if (!name.equalsIgnoreCase("Content-Length")) {
            return false;
        }
        length = value == null ? -1 : Long.parseLong(value);
        return true;
    }

    private void note(String name, @Nullable String value) {
        if (value != null && !name.equalsIgnoreCase("Content-Type")) {
            noted.add(new Fields.Field(name, value));
            cookies |= name.equalsIgnoreCase("Set-Cookie");
        }
    }

    private final class HoldingStream extends ServletOutputStream {

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            if (out == null && held.size() + (long) count > mostBytes) {
                passOn();
            }
            if (out != null) {
                out.write(bytes, offset, count);
            } else {
                held.write(bytes, offset, count);
            }
        }

        @Override
        public void flush() throws IOException {
            if (out != null) {
                out.flush();
            }
        }

        @Override
        public void close() {
            // The filter finishes the answer.
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new IllegalStateException("Answers that are held are written by blocking calls");
        }
    }
}
