package io.hone.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A response that holds its first bytes back until it knows whether there are enough of them to be worth compressing.
 * The strong entity tag of a compressed answer gets a suffix, since the tag names bytes.
 */
final class CompressingResponse extends HttpServletResponseWrapper {

    private final boolean accepted;
    private final int minBytes;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream(512);
    private @Nullable OutputStream out;
    private @Nullable ServletOutputStream stream;
    private @Nullable PrintWriter writer;
    private long length = -1;
    private @Nullable String tag;

    CompressingResponse(HttpServletResponse response, boolean accepted, int minBytes) {
        super(response);
        this.accepted = accepted;
        this.minBytes = minBytes;
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
    public void setContentLength(int bytes) {
        length = bytes;
    }

    @Override
    public void setContentLengthLong(long bytes) {
        length = bytes;
    }

    @Override
    public void setHeader(String name, String value) {
        if (!held(name, value)) {
            super.setHeader(name, value);
        }
    }

    @Override
    public void addHeader(String name, String value) {
        if (!held(name, value)) {
            super.addHeader(name, value);
        }
    }

    @Override
    public void resetBuffer() {
        held.reset();
        length = -1;
        if (out == null) {
            super.resetBuffer();
        }
    }

    @Override
    public void sendError(int status) throws IOException {
        discard();
        super.sendError(status);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        discard();
        super.sendError(status, message);
    }

    @Override
    public void flushBuffer() throws IOException {
        decide().flush();
        super.flushBuffer();
    }

    /** Sends what is held, and the end of the compressed stream. */
    void finish() throws IOException {
        if (writer != null) {
            writer.flush();
        }
        if (out == null) {
            decide();
        }
        if (out instanceof GZIPOutputStream gzip) {
            gzip.finish();
        }
    }

    private void discard() {
        held.reset();
        length = -1;
        tag = null;
    }

    private boolean held(String name, @Nullable String value) {
        if (value == null) {
            return false;
        }
        if (name.equalsIgnoreCase("Content-Length")) {
            length = Long.parseLong(value);
            return true;
        }
        if (name.equalsIgnoreCase("ETag")) {
            tag = value;
            return true;
        }
        return false;
    }

    private OutputStream decide() throws IOException {
        if (out != null) {
            return out;
        }
        HttpServletResponse response = (HttpServletResponse) getResponse();
        String type = response.getContentType();
        boolean compressible = held.size() > minBytes
                && response.getHeader("Content-Encoding") == null
                && type != null
                && Encoding.isCompressible(type.toLowerCase(Locale.ROOT));
        if (compressible) {
            response.addHeader("Vary", "Accept-Encoding");
        }
        boolean compress = compressible && accepted;
        if (tag != null) {
            response.setHeader(
                    "ETag",
                    compress && tag.endsWith("\"")
                            ? tag.substring(0, tag.length() - 1) + EntityTags.GZIP_SUFFIX + '"'
                            : tag);
        }
        OutputStream plain = response.getOutputStream();
        if (compress) {
            response.setHeader("Content-Encoding", "gzip");
            out = new GZIPOutputStream(plain, 4_096, true);
        } else {
            if (length >= 0) {
                response.setContentLengthLong(length);
            }
            out = plain;
        }
        held.writeTo(out);
        held.reset();
        return out;
    }

    private final class HoldingStream extends ServletOutputStream {

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            if (out != null) {
                out.write(bytes, offset, count);
                return;
            }
            held.write(bytes, offset, count);
            if (held.size() > minBytes) {
                decide();
            }
        }

        @Override
        public void flush() throws IOException {
            // Frameworks flush after every answer; only a stream that has begun gains by it.
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
            throw new IllegalStateException("Answers that are compressed are written by blocking calls");
        }
    }
}
