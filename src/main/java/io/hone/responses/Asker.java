package io.hone.responses;

import io.hone.responses.CacheStatus.Forward;
import io.hone.responses.UpstreamCache.Upstream;

/**
 * Somebody who waits for an answer.
 *
 * @param wishes what the question says about kept answers
 * @param why what is kept was not enough
 * @param client gets the answer
 */
record Asker(Question question, Terms terms, Wishes wishes, Forward why, Upstream upstream, Receiver client) {

    /** The same with a reason. */
    Asker because(Forward reason) {
        return new Asker(question, terms, wishes, reason, upstream, client);
    }

    /** Whether an answer will do that has just been fetched for somebody else. */
    boolean accepts(StoredAnswer fetched, long nowMs) {
        return fetched.suits(question.fields())
                && wishes.accept(fetched.life().ageMs(nowMs), fetched.life().leftMs(nowMs))
                && !Directives.of(fetched.answer().fields()).hasWhole("no-cache");
    }

    /** Has somebody asked; a refusal is a failure like any other. */
    void ask(Question asked, Receiver reply) {
        try {
            upstream.ask(asked, reply);
        } catch (RuntimeException e) {
            reply.fail(e);
        }
    }
}
