package io.hone.responses;

/**
 * A whole answer.
 *
 * @param status of RFC 9110
 * @param fields header fields, without {@code Content-Length}
 * @param body content as it stands in the answer to a GET; not to be changed
 */
public record Answer(int status, Fields fields, byte[] body) {}
