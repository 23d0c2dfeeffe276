package io.hone.responses;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Header fields of a message, in the order they came; names compare without case. Immutable. */
public final class Fields {

    /** None. */
    public static final Fields NONE = new Fields(List.of());

    /** Meant for one connection (RFC 9110, section 7.6.1), and those that old software treats so. */
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authentication-info",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** One line. */
    public record Field(String name, String value) {}

    private final List<Field> lines;

    private Fields(List<Field> lines) {
        this.lines = lines;
    }

    /** Those lines. */
    public static Fields of(Collection<Field> lines) {
        return new Fields(List.copyOf(lines));
    }

    /** Names and values in turn. */
    public static Fields of(String... namesAndValues) {
        List<Field> lines = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            lines.add(new Field(namesAndValues[i], namesAndValues[i + 1]));
        }
        return of(lines);
    }

    public boolean has(String name) {
        return first(name) != null;
    }

    /** The value of the first line of that name, or null. */
    public @Nullable String first(String name) {
        for (Field line : lines) {
            if (line.name().equalsIgnoreCase(name)) {
                return line.value();
            }
        }
        return null;
    }

    /** All lines of that name as one list, or null where there is none (RFC 9110, section 5.3). */
    public @Nullable String joined(String name) {
        String joined = null;
        for (Field line : lines) {
            if (line.name().equalsIgnoreCase(name)) {
                joined = joined == null ? line.value() : joined + ", " + line.value();
            }
        }
        return joined;
    }

    /** Members of a field that is a list of tokens, in lower case. */
    public Set<String> tokens(String name) {
        Set<String> tokens = new TreeSet<>();
        String joined = joined(name);
        if (joined != null) {
            for (String part : joined.split(",", -1)) {
                if (!part.isBlank()) {
                    tokens.add(part.strip().toLowerCase(Locale.ROOT));
                }
            }
        }
        return tokens;
    }

    /** These without those names. */
    public Fields without(Collection<String> names) {
        List<Field> kept = new ArrayList<>(lines);
        kept.removeIf(line -> names.stream().anyMatch(line.name()::equalsIgnoreCase));
        return new Fields(kept);
    }

    /** These with that one instead of all of its name. */
    public Fields with(String name, String value) {
        List<Field> changed = new ArrayList<>(without(List.of(name)).lines);
        changed.add(new Field(name, value));
        return new Fields(changed);
    }

    /** These, where each name that the others have too is theirs. */
    public Fields updatedBy(Fields others) {
        List<Field> changed =
                new ArrayList<>(without(others.lines.stream().map(Field::name).toList()).lines);
        changed.addAll(others.lines);
        return new Fields(changed);
    }

    /** These without what belongs to one connection only. */
    public Fields endToEnd() {
        Set<String> names = tokens("Connection");
        names.addAll(HOP_BY_HOP);
        return without(names);
    }

    public void forEach(BiConsumer<String, String> each) {
        lines.forEach(line -> each.accept(line.name(), line.value()));
    }

    /** How much of the heap they take; names are constants of the code, mostly. */
    int bytes() {
        if (lines.isEmpty()) {
            return 0;
        }
        // This, the list and its array with some room; a record and its place in the array for each.
        int bytes = 72;
        for (Field line : lines) {
            bytes += 28 + ofString(line.value().length());
        }
        return bytes;
    }

    /** A string of so many characters of Latin-1: itself, its array, and that filled up to words. */
    static int ofString(int length) {
        return 24 + ofArray(length);
    }

    /** An array of so many bytes. */
    static int ofArray(int length) {
        return 16 + ((length + 7) & ~7);
    }

    @Override
    public String toString() {
        return lines.toString();
    }
}
