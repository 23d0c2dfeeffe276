package io.hone.responses;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * By which terms answers to a request are kept, besides what they say themselves.
 *
 * @param past why nothing is kept, in lower-case words joined by dashes; null where something may be
 * @param again whether what is kept will not do
 * @param key who may get the answer, and of what else it is one; those with another key never get it
 * @param space whose addresses they are: the same address means something else in another one
 * @param path without query, decoded, as clients name it
 * @param rule that it is kept by; null for none
 * @param freshMs how long it is fresh where it says nothing about that; negative for what RFC 9111 guesses
 * @param tags of the rule
 * @param epoch of all its tags, of before anything was asked
 * @param outdates tags that a write to the address outdates
 */
public record Terms(
        @Nullable String past,
        boolean again,
        String key,
        String space,
        String path,
        @Nullable CacheRule rule,
        long freshMs,
        List<String> tags,
        long epoch,
        List<String> outdates) {

    public Terms {
        tags = List.copyOf(tags);
        outdates = List.copyOf(outdates);
    }

    /** What everything is tagged with that is kept of an address, for whomever: a write there outdates it. */
    static String tagOf(String space, String uri) {
        return "upstream:" + space + ' ' + uri;
    }

    /** All that outdates an answer from that address. */
    static List<String> tags(String space, String uri, @Nullable CacheRule rule) {
        List<String> all = new ArrayList<>(3);
        all.add(tagOf(space, uri));
        if (rule != null) {
            all.addAll(rule.tags());
            all.add(rule.ownTag());
        }
        return all;
    }

    /** The same, but nothing is kept. */
    public Terms past(String why) {
        return new Terms(why, again, key, space, path, rule, freshMs, tags, epoch, outdates);
    }

    /** The same, but what is kept will not do. */
    public Terms anew() {
        return new Terms(past, true, key, space, path, rule, freshMs, tags, epoch, outdates);
    }

    /** How long past its time an answer that says nothing about that is given while another is fetched; 0 for not at all. */
    long staleWhileRevalidateSeconds() {
        return rule == null ? 0 : rule.staleWhileRevalidateSeconds();
    }

    /** The same where another cannot be had. */
    long staleIfErrorSeconds() {
        return rule == null ? 0 : rule.staleIfErrorSeconds();
    }
}
