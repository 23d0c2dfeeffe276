package io.hone.responses;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that a rule is for.
 *
 * @param key of what may be held
 * @param path decoded, without query
 * @param ttlMs how long the answer to it is fresh as the rule says
 * @param tags what outdates the answer
 * @param epoch of the tags, of before anything was asked
 * @param fields of the request
 * @param wishes what the request says about stored answers
 * @param head whether only the fields are asked for
 * @param body what was read of the request; null where nothing was
 */
record Lookup(
        String key,
        String path,
        CacheRule rule,
        long ttlMs,
        List<String> tags,
        long epoch,
        Fields fields,
        Wishes wishes,
        boolean head,
        byte @Nullable [] body) {

    boolean wantsGzip() {
        return StoredAnswer.wantsGzip(fields);
    }
}
