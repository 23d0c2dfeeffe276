package io.hone.forwarding;

import java.util.List;

/** Where a provider's answer goes, part by part. */
interface Sink {

    /**
     * The answer begins.
     *
     * @param fields names and values in turn, only those that may pass
     * @param length of the body in bytes; negative where it was not said
     * @param keepable whether the provider lets it be kept
     */
    void begin(int status, List<String> fields, long length, boolean keepable);

    /**
     * More of its body.
     *
     * @param flush whether it is to be sent at once
     * @param more run when the next part may come
     */
    void add(byte[] bytes, boolean flush, Runnable more);

    /**
     * The answer is whole.
     *
     * @param costNanoUsd what it cost, in billionths of a dollar; 0 where that is not known
     */
    void end(long costNanoUsd);

    /** There will be no answer, or no more of it. */
    void fail(Throwable failure);

    /** Has something called if nobody is left who wants the answer. */
    void onGone(Runnable work);
}
