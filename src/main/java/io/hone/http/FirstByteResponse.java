package io.hone.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A response that does something just before its first byte leaves. Confined to the thread that answers. */
public abstract class FirstByteResponse extends HttpServletResponseWrapper {

    private boolean written;
    private @Nullable ServletOutputStream stream;
    private @Nullable PrintWriter writer;

    protected FirstByteResponse(HttpServletResponse response) {
        super(response);
    }

    /** Called before everything that may send the first byte, so more than once. */
    protected abstract void beforeBytes();

    /** Whether the body has a byte. */
    protected final boolean isWritten() {
        return written;
    }

    /** What a writer has of the body goes to where the rest is. */
    protected final void flushWriter() {
        if (writer != null) {
            writer.flush();
        }
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        if (stream == null) {
            stream = new Stream(super.getOutputStream());
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
    }

    @Override
    public void flushBuffer() throws IOException {
        beforeBytes();
        super.flushBuffer();
    }

    @Override
    public void sendError(int status) throws IOException {
        beforeBytes();
        super.sendError(status);
    }

    @Override
    public void sendError(int status, @Nullable String message) throws IOException {
        beforeBytes();
        super.sendError(status, message);
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        beforeBytes();
        super.sendRedirect(location);
    }

    private final class Stream extends ServletOutputStream {

        private final ServletOutputStream out;

        Stream(ServletOutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            written = true;
            beforeBytes();
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            written |= length > 0;
            beforeBytes();
            out.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            beforeBytes();
            out.flush();
        }

        @Override
        public void close() throws IOException {
            beforeBytes();
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
