package io.hone.bench;

import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * Reads one answer of HTTP/1.1 after the other from a connection, as far as a load generator must: the status, and where
 * it ends (RFC 9112, section 6.3; with a length or in chunks).
 */
final class AnswerReader {

    private enum State {
        HEAD,
        BODY,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILER
    }

    private final StringBuilder line = new StringBuilder();
    private State state = State.HEAD;
    private long left;
    private boolean chunked;
    private int status;

    /** Status of the last answer. */
    int status() {
        return status;
    }

    /** Reads on; true once the answer is complete. */
    boolean read(ByteBuffer in) {
        while (in.hasRemaining()) {
            if (state == State.BODY || state == State.CHUNK) {
                int taken = (int) Math.min(left, in.remaining());
                in.position(in.position() + taken);
                left -= taken;
                if (left == 0 && state == State.BODY) {
                    return complete();
                }
                state = left == 0 ? State.CHUNK_END : state;
            } else if (readLine(in) && endOfLine()) {
                return complete();
            }
        }
        return false;
    }

    private boolean readLine(ByteBuffer in) {
        while (in.hasRemaining()) {
            char c = (char) (in.get() & 0xff);
            if (c == '\n') {
                return true;
            }
            if (c != '\r') {
                line.append(c);
            }
        }
        return false;
    }

    /** Takes a line in; true if the answer ends with it. */
    private boolean endOfLine() {
        String text = line.toString();
        line.setLength(0);
        switch (state) {
            case HEAD -> {
                return head(text);
            }
            case CHUNK_SIZE -> {
                int end = text.indexOf(';');
                left = Long.parseLong((end < 0 ? text : text.substring(0, end)).strip(), 16);
                state = left == 0 ? State.TRAILER : State.CHUNK;
            }
            case CHUNK_END -> state = State.CHUNK_SIZE;
            case TRAILER -> {
                return text.isEmpty();
            }
            default -> throw new IllegalStateException(state.name());
        }
        return false;
    }

    private boolean head(String text) {
        if (text.startsWith("HTTP/1.1 ")) {
            status = Integer.parseInt(text, 9, 12, 10);
            left = 0;
            chunked = false;
        } else if (!text.isEmpty()) {
            field(text.toLowerCase(Locale.ROOT));
        } else if (chunked) {
            state = State.CHUNK_SIZE;
        } else if (left == 0) {
            return true;
        } else {
            state = State.BODY;
        }
        return false;
    }

    private void field(String text) {
        if (text.startsWith("content-length:")) {
            left = Long.parseLong(text.substring("content-length:".length()).strip());
        } else if (text.startsWith("transfer-encoding:")) {
            chunked = text.contains("chunked");
        }
    }

    private boolean complete() {
        state = State.HEAD;
        return true;
    }
}
