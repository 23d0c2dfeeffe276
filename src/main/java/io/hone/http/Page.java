package io.hone.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param items in the order of the list; empty when nothing is found
 * @param nextCursor where the next page begins, or null on the last one
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {

    public Page {
        items = List.copyOf(items);
    }

    /** A list that always fits on one page. */
    public static <T> Page<T> whole(List<T> items) {
        return new Page<>(items, null);
    }
}
