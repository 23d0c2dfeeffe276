package io.hone.live;

/**
 * One event as it is sent.
 *
 * @param seq counts up over all topics; gaps are normal for a client that has not subscribed to all
 * @param json the whole message
 */
record LiveEvent(long seq, String topic, String json) {}
