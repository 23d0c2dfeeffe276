package io.hone.responses;

import io.hone.http.FirstByteResponse;
import jakarta.servlet.http.HttpServletResponse;

/** The response to a write, which does something before its first byte leaves: nobody knows of the write before. */
final class WriteResponse extends FirstByteResponse {

    private final Runnable beforeFirstByte;
    private boolean done;

    WriteResponse(HttpServletResponse response, Runnable beforeFirstByte) {
        super(response);
        this.beforeFirstByte = beforeFirstByte;
    }

    /** To be called at the end: not every answer has bytes. */
    void finish() {
        flushWriter();
        beforeBytes();
    }

    @Override
    protected void beforeBytes() {
        if (!done) {
            done = true;
            beforeFirstByte.run();
        }
    }
}
