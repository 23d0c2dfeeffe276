package io.hone.http;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that is refused: what goes wrong, where, and what would be right. Thrown by features, rendered once as
 * {@code application/problem+json} (RFC 9457).
 */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * One invalid place of the input.
     *
     * @param pointer JSON Pointer (RFC 6901) into the body, or {@code ?name} for a query parameter
     */
    public record Violation(String pointer, String detail) implements java.io.Serializable {}

    private final ProblemType type;
    private final transient List<Violation> errors;
    private final transient Map<String, Object> extensions;
    private final transient Map<String, String> headers;

    public ProblemException(ProblemType type, String detail) {
        this(type, detail, List.of(), Map.of(), Map.of());
    }

    private ProblemException(
            ProblemType type,
            String detail,
            List<Violation> errors,
            Map<String, Object> extensions,
            Map<String, String> headers) {
        // No stack trace: a refusal is an answer, not a fault, and happens at the rate of requests.
        super(detail, null, false, false);
        this.type = type;
        this.errors = List.copyOf(errors);
        this.extensions = Map.copyOf(extensions);
        this.headers = Map.copyOf(headers);
    }

    /** Invalid input in one place. */
    public static ProblemException invalid(String pointer, String detail) {
        return invalid(List.of(new Violation(pointer, detail)));
    }

    /** Invalid input in several places. */
    public static ProblemException invalid(List<Violation> errors) {
        Violation first = errors.get(0);
        String detail = errors.size() == 1
                ? "%s: %s".formatted(first.pointer(), first.detail())
                : "%d places are invalid, the first is %s: %s"
                        .formatted(errors.size(), first.pointer(), first.detail());
        return new ProblemException(ProblemType.VALIDATION, detail, errors, Map.of(), Map.of());
    }

    /** The body of a request, which JSON {@code null} and nothing at all are not. */
    public static <T> T requireBody(@Nullable T body) {
        if (body == null) {
            throw invalid("", "the body is missing");
        }
        return body;
    }

    /** Nothing is there under that name. */
    public static ProblemException notFound(String what, Object id) {
        return new ProblemException(ProblemType.NOT_FOUND, "There is no %s %s".formatted(what, id));
    }

    /** The same problem with further members in its body. */
    public ProblemException with(Map<String, Object> members) {
        return new ProblemException(type, detail(), errors, members, headers);
    }

    /** The same problem with header fields of its answer. */
    public ProblemException withHeaders(Map<String, String> fields) {
        return new ProblemException(type, detail(), errors, extensions, fields);
    }

    /** The same violations, of a value that stands at a place of a larger input. */
    public ProblemException within(String pointer) {
        return errors.isEmpty()
                ? this
                : invalid(errors.stream()
                        .map(error -> new Violation(pointer + error.pointer(), error.detail()))
                        .toList());
    }

    public ProblemType type() {
        return type;
    }

    public String detail() {
        String message = getMessage();
        return message == null ? type.title() : message;
    }

    public List<Violation> errors() {
        return errors;
    }

    Map<String, String> headers() {
        return headers;
    }

    Map<String, Object> extensions() {
        return extensions;
    }
}
