package io.hone.forwarding;

import io.hone.gateway.Spender;
import io.hone.http.RequestContext;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for: all that is sent on of its request, so that it can be sent again once the request is over.
 *
 * @param fields names and values in turn, only those that may pass
 * @param contentType of the body; null where none was said
 * @param hasBody whether a body is sent, which may be empty
 * @param deadlineNanos by {@link System#nanoTime} when the client gives up; null for never
 */
record Call(
        String method,
        Target target,
        List<String> fields,
        @Nullable String contentType,
        byte[] body,
        boolean hasBody,
        String requestId,
        String traceparent,
        Spender spender,
        Question question,
        @Nullable Long deadlineNanos) {

    /** Repeating these does nothing more (RFC 9110, section 9.2.2). */
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE");

    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    static Call of(
            HttpServletRequest request,
            Target target,
            byte[] body,
            Spender spender,
            Question question,
            @Nullable Long deadlineNanos) {
        List<String> fields = new ArrayList<>();
        PassedFields.ofRequest(request, (name, value) -> {
            fields.add(name);
            fields.add(value);
        });
        RequestContext context = RequestContext.of(request);
        return new Call(
                request.getMethod(),
                target,
                fields,
                request.getContentType(),
                body,
                body.length > 0 || request.getHeader("Transfer-Encoding") != null,
                context.requestId(),
                context.traceparent(),
                spender,
                question,
                deadlineNanos);
    }

    /** Whether sending it twice does no more than sending it once. */
    boolean isIdempotent() {
        if (IDEMPOTENT.contains(method)) {
            return true;
        }
        for (int i = 0; i < fields.size(); i += 2) {
            if (fields.get(i).equalsIgnoreCase(IDEMPOTENCY_KEY)) {
                return true;
            }
        }
        return false;
    }

    /** The same question as a cache asks it. */
    Call asking(String otherMethod, List<String> otherFields) {
        return new Call(
                otherMethod,
                target,
                otherFields,
                contentType,
                body,
                hasBody,
                requestId,
                traceparent,
                spender,
                question,
                deadlineNanos);
    }

    /** The same for another provider. */
    Call to(String provider, byte[] otherBody, String model) {
        return new Call(
                method,
                new Target(provider, target.path(), target.query()),
                fields,
                contentType,
                otherBody,
                hasBody,
                requestId,
                traceparent,
                new Spender(spender.account(), spender.project(), spender.session(), provider),
                new Question(model, question.inputTokens(), question.outputTokens(), question.chance()),
                deadlineNanos);
    }
}
