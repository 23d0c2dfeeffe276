package io.hone.live;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a live client sends.
 *
 * @param type {@code subscribe}, {@code unsubscribe} or {@code ping}
 * @param lastSeq number of the last event seen, to resume after it
 */
record ClientMessage(
        @Nullable String type,
        @Nullable List<@Nullable String> topics,
        @Nullable Long lastSeq) {}
