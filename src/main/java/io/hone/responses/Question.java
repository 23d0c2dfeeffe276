package io.hone.responses;

import java.util.Collection;

/**
 * A request to an origin server, without its body: whoever asks has that.
 *
 * @param uri its target: absolute
 * @param fields as the origin gets them
 */
public record Question(String method, String uri, Fields fields) {

    /** The same with other fields. */
    Question with(Fields others) {
        return new Question(method, uri, others);
    }

    /** Whether one of those fields is there. */
    boolean hasAny(Collection<String> names) {
        return names.stream().anyMatch(fields::has);
    }
}
