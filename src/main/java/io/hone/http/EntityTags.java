package io.hone.http;

import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/**
 * Preconditions of RFC 9110, section 13, over versions that count up. A compressed answer carries the same tag with
 * {@code -gzip} behind it, since a strong tag names bytes; both forms are understood.
 */
public final class EntityTags {

    /** What a compressed answer's tag ends with. */
    public static final String GZIP_SUFFIX = "-gzip";

    private EntityTags() {}

    /** The strong tag of a version. */
    public static EntityTag of(long version) {
        return new EntityTag("v" + version);
    }

    /** The answer to a read: 304 without a body where the client has that version already. */
    public static Response answer(HttpHeaders headers, long version, Object entity) {
        String known = headers.getHeaderString(HttpHeaders.IF_NONE_MATCH);
        if (known != null && matches(known, version, true)) {
            return Response.notModified(of(version)).build();
        }
        return Response.ok(entity).tag(of(version)).build();
    }

    /** The version check an {@code If-Match} header asks for; null where there is none. */
    public static @Nullable String condition(HttpHeaders headers) {
        return headers.getHeaderString(HttpHeaders.IF_MATCH);
    }

    /**
     * Checks {@code If-Match} against the version that is about to change.
     *
     * @param condition the header, or null for none
     * @throws ProblemException 412 if the client saw another version
     */
    public static void check(@Nullable String condition, long version) {
        if (condition != null && !matches(condition, version, false)) {
            throw new ProblemException(
                    ProblemType.PRECONDITION_FAILED,
                    "If-Match is %s but the current version is \"v%d\"".formatted(condition, version));
        }
    }

    /** Weak comparison for reads, strong for writes (RFC 9110, section 8.8.3.2). */
    private static boolean matches(String header, long version, boolean weak) {
        return matches(header, "v" + version, weak);
    }

    /** Whether a list of tags, or {@code *}, covers that tag in either form. */
    static boolean matches(String header, String tag, boolean weak) {
        if (header.strip().equals("*")) {
            return true;
        }
        for (String part : header.split(",", -1)) {
            String candidate = part.strip();
            if (weak && candidate.startsWith("W/")) {
                candidate = candidate.substring(2);
            }
            if (candidate.equals('"' + tag + '"') || candidate.equals('"' + tag + GZIP_SUFFIX + '"')) {
                return true;
            }
        }
        return false;
    }

    /** The tag of the compressed form: a strong one names bytes, so that has another; a weak one names both. */
    public static String compressed(String tag) {
        return tag.startsWith("W/") || !tag.endsWith("\"")
                ? tag
                : tag.substring(0, tag.length() - 1) + GZIP_SUFFIX + '"';
    }
}
