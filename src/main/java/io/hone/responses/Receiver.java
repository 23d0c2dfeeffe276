package io.hone.responses;

/** Where an answer goes, part by part. One call at a time: each comes after the one before has returned. */
public interface Receiver {

    /** The answer begins. */
    void begin(Head head);

    /**
     * More of its body.
     *
     * @param flush whether it is to be sent at once
     * @param more run when the next part may come; never, where nobody wants one any more
     */
    void add(byte[] bytes, boolean flush, Runnable more);

    /** The answer is whole. */
    void end();

    /** There will be no answer, or no more of it. */
    void fail(Throwable failure);

    /** Has something called if nobody is left who wants the answer; at once, if so already. */
    void onGone(Runnable work);
}
