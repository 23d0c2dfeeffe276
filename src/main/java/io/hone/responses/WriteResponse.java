package io.hone.responses;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The response to a write, which does something before its first byte leaves: nobody knows of the write before. */
final class WriteResponse extends HttpServletResponseWrapper {

    private final Runnable beforeFirstByte;
    private boolean done;
    private @Nullable ServletOutputStream stream;
    private @Nullable PrintWriter writer;

    WriteResponse(HttpServletResponse response, Runnable beforeFirstByte) {
        super(response);
        this.beforeFirstByte = beforeFirstByte;
    }

    /** To be called at the end: not every answer has bytes. */
    void finish() {
        if (writer != null) {
            writer.flush();
        }
        begin();
    }

    private void begin() {
        if (!done) {
            done = true;
            beforeFirstByte.run();
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
    public void flushBuffer() throws IOException {
        begin();
        super.flushBuffer();
    }

    @Override
    public void sendError(int status) throws IOException {
        begin();
        super.sendError(status);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        begin();
        super.sendError(status, message);
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        begin();
        super.sendRedirect(location);
    }

    private final class Stream extends ServletOutputStream {

        private final ServletOutputStream out;

        Stream(ServletOutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            begin();
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            begin();
            out.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            begin();
            out.flush();
        }

        @Override
        public void close() throws IOException {
            begin();
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
