package io.hone.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A response that holds its first bytes back until it knows whether there are enough of them to be worth compressing.
 * The strong entity tag of a compressed answer gets a suffix, since the tag names bytes.
 */
final class CompressingResponse extends HoldingResponse {

    private final boolean accepted;
    private @Nullable String tag;

    CompressingResponse(HttpServletResponse response, boolean accepted, int minBytes) {
        super(response, minBytes);
        this.accepted = accepted;
    }

    @Override
    protected boolean compresses(boolean larger) {
        HttpServletResponse response = (HttpServletResponse) getResponse();
        boolean compressible = larger && isCompressible();
        if (compressible) {
            response.addHeader("Vary", "Accept-Encoding");
        }
        boolean compress = compressible && accepted;
        if (tag != null) {
            response.setHeader("ETag", compress ? EntityTags.compressed(tag) : tag);
        }
        return compress;
    }

    @Override
    public void setHeader(String name, String value) {
        if (!isHeldBack(name, value)) {
            super.setHeader(name, value);
        }
    }

    @Override
    public void addHeader(String name, String value) {
        if (!isHeldBack(name, value)) {
            super.addHeader(name, value);
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
        release(false).flush();
        super.flushBuffer();
    }

    /** Sends what is held, and the end of the compressed stream. */
    @Override
    public void finish() throws IOException {
        flushWriter();
        release(false);
        super.finish();
    }

    private void discard() {
        forget();
        tag = null;
    }

    private boolean isHeldBack(String name, @Nullable String value) {
        if (value == null) {
            return false;
        }
        if (name.equalsIgnoreCase("ETag")) {
            tag = value;
            return true;
        }
        return isLength(name, value);
    }
}
