package io.hone.responses;

import io.hone.http.EntityTags;
import io.hone.http.HoldingResponse;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response that holds the body back, so that the whole answer can be kept, and notes the fields that are set. Where the
 * body gets larger than what is kept, it is passed on from there.
 */
final class HeldResponse extends HoldingResponse {

    private final boolean gzip;
    private final String statusWhenPassedOn;
    private final Runnable whenPassedOn;
    private final List<Fields.Field> noted = new ArrayList<>();
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
        super(response, mostBytes);
        this.gzip = gzip;
        this.statusWhenPassedOn = statusWhenPassedOn;
        this.whenPassedOn = whenPassedOn;
    }

    /** Whether a cookie was set: then the answer is for one client alone. */
    boolean hasCookies() {
        return cookies;
    }

    /** The body has its end: now it is known whether it was held whole. */
    void end() {
        flushWriter();
    }

    /** The answer, which is complete; not to be called after it was passed on. */
    Answer answer() {
        List<Fields.Field> fields = new ArrayList<>(noted);
        String type = getContentType();
        if (type != null) {
            fields.add(new Fields.Field("Content-Type", type));
        }
        return new Answer(getStatus(), Fields.of(fields), held());
    }

    /** Stops holding: what follows goes to the client at once. */
    void passOn() throws IOException {
        release(true);
    }

    @Override
    protected boolean compresses(boolean larger) {
        whenPassedOn.run();
        HttpServletResponse response = (HttpServletResponse) getResponse();
        response.setHeader(CacheStatus.FIELD, statusWhenPassedOn);
        boolean compress = larger && gzip && isCompressible();
        String tag = response.getHeader("ETag");
        if (compress && tag != null) {
            response.setHeader("ETag", EntityTags.compressed(tag));
        }
        return compress;
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
    public boolean isCommitted() {
        return isReleased() || super.isCommitted();
    }

    @Override
    public void reset() {
        forget();
        noted.clear();
        cookies = false;
        super.reset();
    }

    /** What follows is written by whoever is before the cache, past it. */
    @Override
    public void sendError(int status) throws IOException {
        forget();
        release(false);
        super.sendError(status);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        sendError(status);
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        forget();
        release(false);
        super.sendRedirect(location);
    }

    /** The end of the answer comes soon; a part of it cannot be kept. */
    @Override
    public void flushBuffer() throws IOException {
        if (isReleased()) {
            release(false).flush();
            super.flushBuffer();
        }
    }

    private void note(String name, @Nullable String value) {
        if (value != null && !name.equalsIgnoreCase("Content-Type")) {
            noted.add(new Fields.Field(name, value));
            cookies |= name.equalsIgnoreCase("Set-Cookie");
        }
    }
}
