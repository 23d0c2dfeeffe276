package io.hone.responses;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request without what the cache sees to by itself: conditions and encodings. What is behind it makes the whole answer,
 * which then serves everybody.
 */
final class PlainRequest extends HttpServletRequestWrapper {

    private static final Set<String> HIDDEN = Set.of("accept-encoding", "if-none-match", "if-modified-since");

    private final byte @Nullable [] body;
    private final HeldResponse response;

    /**
     * @param body what was read of the request already, or null where nothing was
     * @param response what holds the answer back, as long as it is made on this thread
     */
    PlainRequest(HttpServletRequest request, byte @Nullable [] body, HeldResponse response) {
        super(request);
        this.body = body;
        this.response = response;
    }

    /** What answers a GET answers HEAD too; nothing else tells them apart. */
    @Override
    public String getMethod() {
        String method = super.getMethod();
        return method.equals("HEAD") ? "GET" : method;
    }

    private static boolean isHidden(String name) {
        return HIDDEN.contains(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public @Nullable String getHeader(String name) {
        return isHidden(name) ? null : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        return isHidden(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
    }

    @Override
    public long getDateHeader(String name) {
        return isHidden(name) ? -1 : super.getDateHeader(name);
    }

    @Override
    public Enumeration<String> getHeaderNames() {
        return Collections.enumeration(Collections.list(super.getHeaderNames()).stream()
                .filter(name -> !isHidden(name))
                .toList());
    }

    @Override
    public AsyncContext startAsync() {
        passOn();
        return super.startAsync();
    }

    @Override
    public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
        passOn();
        return super.startAsync(request, response);
    }

    /** Who answers later, from another thread, answers the client itself. */
    private void passOn() {
        try {
            response.passOn();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        return body == null ? super.getInputStream() : new Replayed(body);
    }

    @Override
    public BufferedReader getReader() throws IOException {
        return body == null
                ? super.getReader()
                : new BufferedReader(new InputStreamReader(new Replayed(body), StandardCharsets.UTF_8));
    }

    private static final class Replayed extends ServletInputStream {

        private final ByteArrayInputStream in;

        Replayed(byte[] bytes) {
            in = new ByteArrayInputStream(bytes);
        }

        @Override
        public int read() {
            return in.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            return in.read(bytes, offset, length);
        }

        @Override
        public boolean isFinished() {
            return in.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new IllegalStateException("A body that was read is read by blocking calls");
        }
    }
}
