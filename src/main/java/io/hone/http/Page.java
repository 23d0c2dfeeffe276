package io.hone.http;

import java.util.List;
import java.util.function.Function;
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

    /**
     * The page of a list that was read with one item more than it shows.
     *
     * @param cursor where the next page begins, from the last item of this one
     */
    public static <T> Page<T> of(List<T> found, int limit, Function<T, Cursor> cursor) {
        return found.size() <= limit
                ? whole(found)
                : new Page<>(
                        found.subList(0, limit),
                        cursor.apply(found.get(limit - 1)).encode());
    }

    /** The same page of something else. */
    public <R> Page<R> map(Function<T, R> mapping) {
        return new Page<>(items.stream().map(mapping).toList(), nextCursor);
    }

    /** A list that always fits on one page. */
    public static <T> Page<T> whole(List<T> items) {
        return new Page<>(items, null);
    }
}
