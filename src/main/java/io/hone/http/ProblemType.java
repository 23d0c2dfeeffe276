package io.hone.http;

import java.util.Locale;

/** Every problem a client may see: its status and title. The type is {@code /problems/} and the name in lower case. */
public enum ProblemType {
    MALFORMED_JSON(400, "Malformed JSON"),
    BAD_REQUEST(400, "Bad request"),
    UNAUTHORIZED(401, "Not signed in"),
    BUDGET_EXHAUSTED(402, "Budget exhausted"),
    FORBIDDEN(403, "Forbidden"),
    NOT_FOUND(404, "Not found"),
    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    NOT_ACCEPTABLE(406, "Not acceptable"),
    CONFLICT(409, "Conflict"),
    ILLEGAL_TRANSITION(409, "Illegal transition"),
    PRECONDITION_FAILED(412, "Precondition failed"),
    TOO_LARGE(413, "Too large"),
    URI_TOO_LONG(414, "Address too long"),
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
    VALIDATION(422, "Invalid input"),
    IDEMPOTENCY_KEY_REUSED(422, "Idempotency key reused"),
    PRECONDITION_REQUIRED(428, "Precondition required"),
    TOO_MANY_REQUESTS(429, "Too many requests"),
    INTERNAL(500, "Internal error"),
    NOT_IMPLEMENTED(501, "Not implemented"),
    PROVIDER_UNUSABLE(502, "Provider cannot be used"),
    PROVIDER_UNREACHABLE(502, "Provider not reached"),
    PROVIDER_TIMEOUT(504, "Provider too slow"),
    STORAGE_UNAVAILABLE(503, "Storage unavailable"),
    OVERLOADED(503, "Overloaded"),
    PROVIDER_PAUSED(503, "Provider left alone"),
    NOT_CACHED(504, "Not cached");

    private final int status;
    private final String title;

    ProblemType(int status, String title) {
        this.status = status;
        this.title = title;
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** Relative address that names this type; the same for every occurrence. */
    public String uri() {
        return "/problems/" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The type for a status that something else decided, such as the container. */
    static ProblemType ofStatus(int status) {
        for (ProblemType type : values()) {
            if (type.status == status && type != MALFORMED_JSON) {
                return type;
            }
        }
        return status >= 500 ? INTERNAL : BAD_REQUEST;
    }
}
