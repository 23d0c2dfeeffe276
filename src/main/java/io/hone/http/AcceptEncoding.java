package io.hone.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a client says about encodings (RFC 9110, section 12.5.3), as far as gzip goes. */
public final class AcceptEncoding {

    private AcceptEncoding() {}

    /** Whether gzip may be answered: named, or covered by {@code *}, with a weight other than 0. */
    public static boolean allowsGzip(@Nullable String header) {
        if (header == null) {
            return false;
        }
        Boolean any = null;
        for (String part : header.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] pieces = part.split(";", -1);
            String coding = pieces[0].strip();
            boolean wanted = true;
            for (int i = 1; i < pieces.length; i++) {
                wanted &= !pieces[i].strip().matches("q=0(\\.0{0,3})?");
            }
            if (coding.equals("gzip") || coding.equals("x-gzip")) {
                return wanted;
            }
            if (coding.equals("*")) {
                any = wanted;
            }
        }
        return Boolean.TRUE.equals(any);
    }
}
