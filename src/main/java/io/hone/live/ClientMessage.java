package io.hone.live;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a live client sends.
 *
 * @param type {@code subscribe}, {@code unsubscribe}, {@code authenticate} or {@code ping}
 * @param lastSeq number of the last event seen, to resume after it
 * @param token a newer token, before the one that opened the connection expires
 */
record ClientMessage(
        @Nullable String type,
        @Nullable List<@Nullable String> topics,
        @Nullable Long lastSeq,
        @Nullable String token) {}
