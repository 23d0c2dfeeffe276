package io.hone.http;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.hone.database.LostTransactionException;
import io.hone.database.OverloadedException;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.WebApplicationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever went wrong into a problem, and a problem into {@code application/problem+json} (RFC 9457). */
final class Problems {

    static final String MEDIA_TYPE = "application/problem+json";

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final int RETRY_AFTER_SECONDS = 2;

    private Problems() {}

    /** The problem behind an exception. What nobody foresaw is logged here, once, and answered without detail. */
    static ProblemException of(Throwable thrown, RequestContext context) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            ProblemException known = known(cause);
            if (known != null) {
                return known;
            }
            if (isStorage(cause)) {
                LOG.error("Storage failed, request_id={}", context.requestId(), thrown);
                return new ProblemException(
                        ProblemType.STORAGE_UNAVAILABLE,
                        "The database did not take this request; nothing of it is stored. Try again");
            }
        }
        LOG.error("Request failed, request_id={}", context.requestId(), thrown);
        return new ProblemException(
                ProblemType.INTERNAL, "The server failed; its log has the details under the request_id of this answer");
    }

    /** The problem of JSON that is none, or not what was expected. */
    static ProblemException ofJson(IOException thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            ProblemException known = known(cause);
            if (known != null) {
                return known;
            }
        }
        return ProblemException.invalid("", "cannot be read");
    }

    /** Writes a problem as the answer. */
    static void write(ProblemException problem, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        byte[] body = body(problem, request).getBytes(StandardCharsets.UTF_8);
        head(problem, body.length, response);
        if (!"HEAD".equals(request.getMethod())) {
            response.getOutputStream().write(body);
        }
    }

    /** Status and fields of an answer with a problem. */
    static void head(ProblemException problem, int bytes, HttpServletResponse response) {
        response.setStatus(problem.type().status());
        response.setContentType(MEDIA_TYPE);
        response.setHeader("Cache-Control", "no-store");
        if (problem.type().status() == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            response.setIntHeader("Retry-After", RETRY_AFTER_SECONDS);
        }
        problem.headers().forEach(response::setHeader);
        response.setContentLength(bytes);
    }

    /** The body of a problem. */
    static String body(ProblemException problem, HttpServletRequest request) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", problem.type().uri());
        body.put("title", problem.type().title());
        body.put("status", problem.type().status());
        body.put("detail", problem.detail());
        Object asked = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        body.put("instance", asked == null ? request.getRequestURI() : asked);
        body.put("request_id", RequestContext.of(request).requestId());
        if (!problem.errors().isEmpty()) {
            body.put("errors", problem.errors());
        }
        body.putAll(problem.extensions());
        if (HoneApplication.isGateway(request)) {
            // Where clients of AI providers look, whichever provider's they are; it is all they hand to their callers.
            Map<String, Object> error = new LinkedHashMap<>(problem.extensions());
            error.put("message", problem.detail());
            error.put("type", problem.type().name().toLowerCase(Locale.ROOT));
            error.put("param", null);
            error.put("code", problem.type().name().toLowerCase(Locale.ROOT));
            body.put("error", error);
        }
        return Json.write(body);
    }

    private static @Nullable ProblemException known(Throwable cause) {
        if (cause instanceof ProblemException problem) {
            return problem;
        }
        if (cause instanceof OverloadedException overloaded) {
            return new ProblemException(ProblemType.OVERLOADED, overloaded.getMessage() + "; nothing of it is stored");
        }
        if (cause instanceof StreamConstraintsException) {
            return new ProblemException(
                    ProblemType.MALFORMED_JSON,
                    "The JSON is nested deeper than 64 levels, or has a value that is too long");
        }
        if (cause instanceof JsonParseException parse) {
            return new ProblemException(
                    ProblemType.MALFORMED_JSON,
                    "The body is no valid JSON: line %d, column %d"
                            .formatted(
                                    parse.getLocation().getLineNr(),
                                    parse.getLocation().getColumnNr()));
        }
        if (cause instanceof JsonMappingException mapping) {
            return ofMapping(mapping);
        }
        if (cause instanceof WebApplicationException web) {
            return ofStatus(web.getResponse().getStatus(), null);
        }
        return null;
    }

    /** The problem for a status that the container or Jakarta REST decided on. */
    static ProblemException ofStatus(int status, @Nullable String detail) {
        ProblemType type = ProblemType.ofStatus(status);
        return new ProblemException(
                type,
                detail != null
                        ? detail
                        : switch (type) {
                            case NOT_FOUND -> "There is nothing at this address";
                            case METHOD_NOT_ALLOWED ->
                                "This address does not know that method; the Allow field names those it knows";
                            case NOT_ACCEPTABLE -> "None of the media types that Accept names is to be had here";
                            case UNSUPPORTED_MEDIA_TYPE -> "Bodies of that Content-Type are not taken here";
                            default -> type.title();
                        });
    }

    private static @Nullable ProblemException ofMapping(JsonMappingException mapping) {
        // A refusal thrown while a record was built keeps its own words.
        for (Throwable cause = mapping.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemException problem) {
                return problem.within(pointer(mapping.getPath()));
            }
            if (cause instanceof JsonParseException || cause instanceof StreamConstraintsException) {
                return null;
            }
        }
        String pointer = pointer(mapping.getPath());
        if (mapping instanceof UnrecognizedPropertyException unknown) {
            String known = unknown.getKnownPropertyIds() == null
                    ? ""
                    : unknown.getKnownPropertyIds().stream()
                            .map(Object::toString)
                            .sorted()
                            .collect(Collectors.joining(", "));
            return ProblemException.invalid(pointer, "is unknown; known are " + known);
        }
        if (mapping instanceof com.fasterxml.jackson.databind.exc.MismatchedInputException mismatch) {
            Class<?> target = mismatch.getTargetType();
            return ProblemException.invalid(pointer, "is missing or not " + words(target));
        }
        return ProblemException.invalid(pointer, "cannot be read");
    }

    private static String pointer(List<JsonMappingException.Reference> path) {
        return path.stream()
                .map(reference -> reference.getFieldName() == null
                        ? "/" + reference.getIndex()
                        : "/" + Violations.token(reference.getFieldName()))
                .collect(Collectors.joining());
    }

    private static String words(@Nullable Class<?> target) {
        if (target == null) {
            return "of the expected type";
        }
        if (target.isEnum()) {
            return "one of "
                    + Arrays.stream(target.getEnumConstants())
                            .map(Object::toString)
                            .collect(Collectors.joining(", "));
        }
        if (target == String.class) {
            return "a string";
        }
        if (target == Boolean.class || target == boolean.class) {
            return "true or false";
        }
        if (target == Integer.class || target == Long.class || target == int.class || target == long.class) {
            return "a whole number";
        }
        if (Number.class.isAssignableFrom(target) || target == double.class) {
            return "a number";
        }
        if (Iterable.class.isAssignableFrom(target) || target.isArray()) {
            return "an array";
        }
        if (target == java.util.UUID.class) {
            return "a UUID";
        }
        if (target == java.time.Instant.class) {
            return "an RFC 3339 time";
        }
        return "an object";
    }

    private static boolean isStorage(Throwable cause) {
        return cause instanceof SQLException
                || cause instanceof ConnectionException
                || cause instanceof UnableToExecuteStatementException
                || cause instanceof LostTransactionException;
    }
}
