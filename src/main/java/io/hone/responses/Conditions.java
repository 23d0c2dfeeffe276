package io.hone.responses;

import io.hone.http.EntityTags;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whether a client has an answer already (RFC 9110, section 13, for GET and HEAD). */
final class Conditions {

    private Conditions() {}

    /**
     * Whether 304 says it all.
     *
     * @param request fields of the request
     * @param answer fields of the answer
     */
    static boolean isKnown(Fields request, Fields answer) {
        String tags = request.joined("If-None-Match");
        if (tags != null) {
            String tag = answer.first("ETag");
            return tag != null && covers(tags, tag);
        }
        String since = request.first("If-Modified-Since");
        if (since == null) {
            return false;
        }
        Instant known = date(since);
        Instant modified = date(answer.first("Last-Modified"));
        if (modified == null) {
            modified = date(answer.first("Date"));
        }
        return known != null && modified != null && !modified.isAfter(known);
    }

    /** Weak comparison (RFC 9110, section 8.8.3.2); the compressed form of an answer is the same answer. */
    private static boolean covers(String list, String tag) {
        if (list.strip().equals("*")) {
            return true;
        }
        String wanted = opaque(tag);
        int at = 0;
        while (at < list.length()) {
            int open = list.indexOf('"', at);
            int close = open < 0 ? -1 : list.indexOf('"', open + 1);
            if (close < 0) {
                return list.substring(at).replace(",", "").strip().equals(tag.strip());
            }
            if (opaque(list.substring(open, close + 1)).equals(wanted)) {
                return true;
            }
            at = close + 1;
        }
        return false;
    }

    /** What is between the quotes, without the suffix of a compressed form. */
    private static String opaque(String tag) {
        String bare = tag.strip();
        if (bare.startsWith("W/")) {
            bare = bare.substring(2);
        }
        if (bare.length() >= 2 && bare.startsWith("\"") && bare.endsWith("\"")) {
            bare = bare.substring(1, bare.length() - 1);
        }
        return bare.endsWith(EntityTags.GZIP_SUFFIX)
                ? bare.substring(0, bare.length() - EntityTags.GZIP_SUFFIX.length())
                : bare;
    }

    /** A date of HTTP; null where it is none. */
    static @Nullable Instant date(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return HttpDate.parse(text);
        } catch (DateTimeException e) {
            // What cannot be read says nothing (RFC 9110, section 13.1.3).
            return null;
        }
    }
}
