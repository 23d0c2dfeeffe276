package io.hone.http;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A request whose body ends with a problem where it grows over its bound, whether it declared its length or not. */
final class BoundedRequest extends HttpServletRequestWrapper {

    private final String setting;
    private final long mostBytes;
    private @Nullable ServletInputStream stream;
    private @Nullable BufferedReader reader;

    /** @param setting what the bound is from */
    BoundedRequest(HttpServletRequest request, String setting, long mostBytes) {
        super(request);
        this.setting = setting;
        this.mostBytes = mostBytes;
    }

    /** @throws ProblemException 413 if the client announces more than is taken */
    void refuseDeclaredLength() {
        if (getContentLengthLong() > mostBytes) {
            throw tooLarge();
        }
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        if (stream == null) {
            stream = new BoundedStream(super.getInputStream());
        }
        return stream;
    }

    @Override
    public BufferedReader getReader() throws IOException {
        if (reader == null) {
            reader = new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
        }
        return reader;
    }

    private ProblemException tooLarge() {
        return new ProblemException(
                ProblemType.TOO_LARGE, "The body is larger than %d bytes (%s)".formatted(mostBytes, setting));
    }

    private final class BoundedStream extends ServletInputStream {

        private final ServletInputStream in;
        private long read;

        BoundedStream(ServletInputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            int b = in.read();
            if (b >= 0) {
                count(1);
            }
            return b;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = in.read(bytes, offset, length);
            count(n);
            return n;
        }

        private void count(int n) {
            if (n > 0) {
                read += n;
                if (read > mostBytes) {
                    throw tooLarge();
                }
            }
        }

        @Override
        public boolean isFinished() {
            return in.isFinished();
        }

        @Override
        public boolean isReady() {
            return in.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            in.setReadListener(listener);
        }
    }
}
