package io.hone.cache;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes a value takes on the heap, estimated for what values are made of: texts, numbers, arrays, records,
 * collections. Sizes are those of a 64-bit JVM with compressed references (JEP 450's table of today's headers).
 */
final class HeapSize {

    /** Caffeine's node, our entry, the key and its array, and their share of the table. */
    static final int ENTRY = 240;

    private static final int HEADER = 16;
    private static final int REFERENCE = 4;
    private static final int DEEPEST = 32;

    private HeapSize() {}

    /** An entry with all that belongs to it; at most {@code Integer.MAX_VALUE}. */
    static int ofEntry(@Nullable Object[] key, Object value) {
        long size = ENTRY + of(value, 0);
        for (Object part : key) {
            size += of(part, 0);
        }
        return (int) Math.min(Integer.MAX_VALUE, size);
    }

    private static long of(@Nullable Object value, int depth) {
        if (value == null || value instanceof Enum<?> || value instanceof Boolean || depth > DEEPEST) {
            return 0;
        }
        if (value instanceof byte[] bytes) {
            return HEADER + aligned(bytes.length);
        }
        if (value instanceof CharSequence text) {
            return 2 * HEADER + 8 + aligned(text.length());
        }
        if (value instanceof Optional<?> optional) {
            return HEADER + of(optional.orElse(null), depth + 1);
        }
        if (value instanceof Collection<?> collection) {
            long size = 2 * HEADER + 8L;
            for (Object element : collection) {
                size += REFERENCE + of(element, depth + 1);
            }
            return size;
        }
        if (value instanceof Map<?, ?> map) {
            long size = 3 * HEADER;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                size += 40 + of(entry.getKey(), depth + 1) + of(entry.getValue(), depth + 1);
            }
            return size;
        }
        if (value instanceof Object[] array) {
            long size = HEADER;
            for (Object element : array) {
                size += REFERENCE + of(element, depth + 1);
            }
            return size;
        }
        if (value instanceof Record members) {
            return ofRecord(members, depth);
        }
        // Numbers, times, identifiers: a header and one or two words.
        return HEADER + 8;
    }

    private static long ofRecord(Record value, int depth) {
        long size = HEADER;
        for (RecordComponent component : COMPONENTS.get(value.getClass())) {
            size += component.getType().isPrimitive() ? Long.BYTES : REFERENCE;
            if (!component.getType().isPrimitive()) {
                size += of(read(component, value), depth + 1);
            }
        }
        return aligned(size);
    }

    private static final ClassValue<RecordComponent[]> COMPONENTS = new ClassValue<>() {
        @Override
        protected RecordComponent[] computeValue(Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            for (RecordComponent component : components) {
                component.getAccessor().setAccessible(true);
            }
            return components;
        }
    };

    private static @Nullable Object read(RecordComponent component, Record value) {
        try {
            return component.getAccessor().invoke(value);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("Cannot measure " + component, e);
        }
    }

    private static long aligned(long bytes) {
        return (bytes + 7) & ~7L;
    }
}
