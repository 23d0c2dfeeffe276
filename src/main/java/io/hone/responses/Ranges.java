package io.hone.responses;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parts of answers that are held whole (RFC 9110, section 14). */
final class Ranges {

    /** One range of bytes: from one to another, from one to the end, or the last few. */
    private static final Pattern ONE = Pattern.compile("bytes=(?:(\\d{1,10})-(\\d{1,10})?|-(\\d{1,10}))");

    private static final int PARTIAL = 206;

    private Ranges() {}

    /**
     * The part that a request asks for.
     *
     * @param whole 200, with its fields as they go to the client
     * @return null where that is not one part which is there: then the origin is to say what it makes of it
     */
    static @Nullable Answer part(Answer whole, String range) {
        Matcher wanted = ONE.matcher(range.strip());
        if (whole.status() != 200 || !wanted.matches()) {
            return null;
        }
        long length = whole.body().length;
        String last = wanted.group(3);
        long from = last == null ? Long.parseLong(wanted.group(1)) : Math.max(0, length - Long.parseLong(last));
        long to = wanted.group(2) == null ? length - 1 : Math.min(length - 1, Long.parseLong(wanted.group(2)));
        if (from > to) {
            return null;
        }
        byte[] body = new byte[(int) (to - from + 1)];
        System.arraycopy(whole.body(), (int) from, body, 0, body.length);
        return new Answer(
                PARTIAL, whole.fields().with("Content-Range", "bytes %d-%d/%d".formatted(from, to, length)), body);
    }
}
