package io.hone.responses;

/**
 * A request to an origin server.
 *
 * @param uri its target as the client named it: absolute, or a path with query
 * @param body empty for none
 */
public record Question(String method, String uri, Fields fields, byte[] body) {

    /** The same with other fields. */
    Question with(Fields others) {
        return new Question(method, uri, others, body);
    }
}
