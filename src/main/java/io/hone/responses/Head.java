package io.hone.responses;

/**
 * What an answer begins with.
 *
 * @param fields header fields, without {@code Content-Length}
 * @param length of the body of an answer to a GET, in bytes; negative where it is not known
 * @param keepable false where who passes it on knows that it is for one request only; what the fields say comes on top
 */
public record Head(int status, Fields fields, long length, boolean keepable) {

    /** The same for clients, with that field. */
    Head marked(String cacheStatus) {
        return new Head(status, fields.endToEnd().with(CacheStatus.FIELD, cacheStatus), length, keepable);
    }
}
