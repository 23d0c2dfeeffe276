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
 * A response that holds its body back, up to a size, until it is decided what becomes of it; from there on it goes to the
 * client, compressed or not. Confined to the thread that answers.
 */
public abstract class HoldingResponse extends HttpServletResponseWrapper {

    private final int mostBytes;
    private ByteArrayOutputStream held = new ByteArrayOutputStream(512);
    private @Nullable OutputStream out;
    private @Nullable ServletOutputStream stream;
    private @Nullable PrintWriter writer;
    private long length = -1;

    /** @param mostBytes largest body that is held back whole */
    protected HoldingResponse(HttpServletResponse response, int mostBytes) {
        super(response);
        this.mostBytes = mostBytes;
    }

    /**
     * Called once, before the first byte goes to the client: the last chance to set fields.
     *
     * @param larger whether the body gets larger than what is held back
     * @return whether to compress it
     */
    protected abstract boolean compresses(boolean larger) throws IOException;

    /** Whether the client has the answer, or some of it, already. */
    public final boolean isReleased() {
        return out != null;
    }

    /** Whether the body is of a kind that compressing makes smaller, and nobody has encoded it. */
    protected final boolean isCompressible() {
        HttpServletResponse response = (HttpServletResponse) getResponse();
        String type = response.getContentType();
        return response.getHeader("Content-Encoding") == null
                && type != null
                && Encoding.isCompressible(type.toLowerCase(Locale.ROOT));
    }

    /** Stops holding back: what follows goes to the client at once. */
    protected final OutputStream release(boolean larger) throws IOException {
        if (out != null) {
            return out;
        }
        HttpServletResponse response = (HttpServletResponse) getResponse();
        boolean compress = compresses(larger);
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
        held = new ByteArrayOutputStream(0);
        return out;
    }

    /** What is held back, whole if nothing was released. */
    protected final byte[] held() {
        flushWriter();
        return held.toByteArray();
    }

    /** Forgets what is held back. */
    protected void forget() {
        held.reset();
        length = -1;
    }

    /** What a writer has of the body goes to where the rest is. */
    protected final void flushWriter() {
        if (writer != null) {
            writer.flush();
        }
    }

    /** Ends an answer that was released. */
    public void finish() throws IOException {
        flushWriter();
        if (out instanceof GZIPOutputStream compressing) {
            compressing.finish();
        }
    }

    /** Notes the length of the body instead of sending it: compressing changes it. */
    protected final boolean isLength(String name, @Nullable String value) {
        if (!name.equalsIgnoreCase("Content-Length")) {
            return false;
        }
        length = value == null ? -1 : Long.parseLong(value);
        return true;
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
    public void resetBuffer() {
        forget();
        if (out == null) {
            super.resetBuffer();
        }
    }

    private final class HoldingStream extends ServletOutputStream {

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            if (out == null && held.size() + (long) count <= mostBytes) {
                held.write(bytes, offset, count);
            } else {
                release(true).write(bytes, offset, count);
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
            throw new IllegalStateException("Answers that are held back are written by blocking calls");
        }
    }
}
