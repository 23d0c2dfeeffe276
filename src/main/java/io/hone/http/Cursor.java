package io.hone.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a page begins: the sort keys of the last item before it. Opaque to clients; it holds positions, never rights,
 * so a made-up one reads nothing that the list would not show anyway.
 *
 * @param list which list and order it belongs to
 * @param position sort keys of the last item, as the list wrote them
 */
public record Cursor(String list, List<String> position) {

    private static final String SEPARATOR = "\u0000";

    public Cursor {
        position = List.copyOf(position);
    }

    /** The text that clients send back. */
    public String encode() {
        String text = list + SEPARATOR + String.join(SEPARATOR, position);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads what a client sent.
     *
     * @param keys how many sort keys the list has
     * @return null where no cursor was sent
     * @throws ProblemException if it is none of this list's
     */
    public static @Nullable Cursor decode(@Nullable String encoded, String list, int keys) {
        if (encoded == null) {
            return null;
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
            List<String> parts = List.of(text.split(SEPARATOR, -1));
            if (parts.size() == keys + 1 && parts.get(0).equals(list)) {
                return new Cursor(list, parts.subList(1, parts.size()));
            }
        } catch (IllegalArgumentException e) {
            throw refused();
        }
        throw refused();
    }

    /** A sort key that is a whole number. */
    public long number(int index) {
        try {
            return Long.parseLong(position.get(index));
        } catch (NumberFormatException e) {
            throw refused();
        }
    }

    /** A sort key that is a decimal number. */
    public double decimal(int index) {
        try {
            return Double.parseDouble(position.get(index));
        } catch (NumberFormatException e) {
            throw refused();
        }
    }

    private static ProblemException refused() {
        return ProblemException.invalid(
                "?cursor", "is no cursor of this list and order; take next_cursor from the page before, unchanged");
    }
}
