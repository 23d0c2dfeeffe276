package io.hone.sessions;

import io.hone.sessions.SessionStatistics.Durations;
import io.hone.sessions.SessionStatistics.ModelCount;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * What is counted of sessions in one bucket, or in several added up; also a difference, whose counts may be negative.
 * Confined to one thread.
 *
 * <p>It is stored as bytes, not as a row for each count: a window of 30 days has thousands of counts, which a database
 * takes milliseconds to group. Numbers are in zigzag LEB128 as in Protocol Buffers, so that most take one byte.
 */
final class Tally {

    /** What is counted by label; the names are stored. */
    enum Kind {
        STATUS,
        TECHNIQUE,
        VERDICT,
        /** Sessions with an error, by its category. */
        FAILURE
    }

    /** First byte of what is stored, for the day on which the rest changes. */
    private static final byte FORMAT = 1;

    private static final int CONTINUES = 0x80;
    private static final int SEVEN_BITS = 0x7f;

    /** A model's numbers: sessions, completed, completed or failed. */
    private static final int MODEL_SESSIONS = 0;

    private static final int MODEL_COMPLETED = 1;
    private static final int MODEL_ENDED = 2;
    private static final int MODEL_NUMBERS = 3;

    private final EnumMap<Kind, Map<String, long[]>> labels = new EnumMap<>(Kind.class);
    private final Map<String, long[]> models = new HashMap<>();
    private long[] durations = {};
    private long durationSum;
    private long created;
    private long completed;
    private long failed;

    /** Adds what happened in the bucket: sessions created, completed, failed. */
    void addFlow(long moreCreated, long moreCompleted, long moreFailed) {
        created += moreCreated;
        completed += moreCompleted;
        failed += moreFailed;
    }

    /** Adds to the count of a label. */
    void add(Kind kind, String label, long n) {
        labels.computeIfAbsent(kind, key -> new HashMap<>()).computeIfAbsent(label, key -> new long[1])[0] += n;
    }

    /** Adds sessions of a model, and how many of them have completed, and have completed or failed. */
    void addModel(String model, long sessions, long ofThemCompleted, long ofThemEnded) {
        long[] numbers = models.computeIfAbsent(model, key -> new long[MODEL_NUMBERS]);
        numbers[MODEL_SESSIONS] += sessions;
        numbers[MODEL_COMPLETED] += ofThemCompleted;
        numbers[MODEL_ENDED] += ofThemEnded;
    }

    /** Adds sessions that took that long. */
    void addDuration(long durationMs, long n) {
        addBin(DurationBins.of(durationMs), n);
        durationSum += durationMs * n;
    }

    /** Adds all of another one. */
    void add(Tally other) {
        addFlow(other.created, other.completed, other.failed);
        other.labels.forEach((kind, counts) -> counts.forEach((label, n) -> add(kind, label, n[0])));
        other.models.forEach((model, n) -> addModel(model, n[MODEL_SESSIONS], n[MODEL_COMPLETED], n[MODEL_ENDED]));
        for (int bin = 0; bin < other.durations.length; bin++) {
            addBin(bin, other.durations[bin]);
        }
        durationSum += other.durationSum;
    }

    long created() {
        return created;
    }

    long completed() {
        return completed;
    }

    long failed() {
        return failed;
    }

    /** Counts by label, without those that are 0. */
    Map<String, Long> counts(Kind kind) {
        Map<String, Long> counts = new TreeMap<>();
        labels.getOrDefault(kind, Map.of()).forEach((label, n) -> putUnlessZero(counts, label, n[0]));
        return counts;
    }

    /** The models that have sessions, in no order. */
    List<ModelCount> models() {
        List<ModelCount> counts = new ArrayList<>();
        models.forEach((model, n) -> {
            if (n[MODEL_SESSIONS] != 0) {
                Double rate = SessionStatistics.rate(n[MODEL_COMPLETED], n[MODEL_ENDED] - n[MODEL_COMPLETED]);
                counts.add(new ModelCount(model, n[MODEL_SESSIONS], rate));
            }
        });
        return counts;
    }

    /** How long ended sessions took. */
    Durations durations() {
        long ended = Arrays.stream(durations).sum();
        return new Durations(
                ended == 0 ? null : (double) durationSum / ended,
                DurationBins.percentileMs(durations, 0.5),
                DurationBins.percentileMs(durations, 0.95));
    }

    /** Whether it counts nothing. */
    boolean isEmpty() {
        return named().isEmpty();
    }

    /** Every count that is not 0 by a name for people, in order. */
    Map<String, Long> named() {
        Map<String, Long> named = new TreeMap<>();
        putUnlessZero(named, "created", created);
        putUnlessZero(named, "completed", completed);
        putUnlessZero(named, "failed", failed);
        labels.forEach((kind, counts) -> counts.forEach((label, n) -> putUnlessZero(named, kind + " " + label, n[0])));
        models.forEach((model, n) -> {
            putUnlessZero(named, "MODEL " + model, n[MODEL_SESSIONS]);
            putUnlessZero(named, "MODEL_COMPLETED " + model, n[MODEL_COMPLETED]);
            putUnlessZero(named, "MODEL_ENDED " + model, n[MODEL_ENDED]);
        });
        for (int bin = 0; bin < durations.length; bin++) {
            putUnlessZero(named, "DURATION " + bin, durations[bin]);
        }
        putUnlessZero(named, "DURATION_SUM", durationSum);
        return named;
    }

    /** All but the flow, which has columns of its own. */
    byte[] encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        out.write(FORMAT);
        write(out, labels.size());
        labels.forEach((kind, counts) -> {
            write(out, kind.name());
            writeEach(out, counts, 1);
        });
        writeEach(out, models, MODEL_NUMBERS);
        write(out, durationSum);
        write(out, Arrays.stream(durations).filter(n -> n != 0).count());
        int last = 0;
        for (int bin = 0; bin < durations.length; bin++) {
            if (durations[bin] != 0) {
                write(out, bin - last);
                write(out, durations[bin]);
                last = bin;
            }
        }
        return out.toByteArray();
    }

    /**
     * Adds what {@link #encode} wrote.
     *
     * @throws IllegalStateException if these are no such bytes
     */
    void addEncoded(byte[] bytes) {
        try {
            new Decoder(bytes).addTo(this);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new IllegalStateException("Damaged counts of sessions", e);
        }
    }

    private void addBin(int bin, long n) {
        if (n != 0) {
            if (bin >= durations.length) {
                durations = Arrays.copyOf(durations, bin + 1);
            }
            durations[bin] += n;
        }
    }

    private static void putUnlessZero(Map<String, Long> counts, String name, long n) {
        if (n != 0) {
            counts.put(name, n);
        }
    }

    private static void writeEach(ByteArrayOutputStream out, Map<String, long[]> counts, int numbers) {
        // What has gone back to nothing is forgotten: a model that was renamed away takes no room for ever.
        counts.values().removeIf(n -> Arrays.stream(n).allMatch(one -> one == 0));
        write(out, counts.size());
        counts.forEach((name, n) -> {
            write(out, name);
            for (int i = 0; i < numbers; i++) {
                write(out, n[i]);
            }
        });
    }

    private static void write(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        write(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void write(ByteArrayOutputStream out, long number) {
        long left = (number << 1) ^ (number >> (Long.SIZE - 1));
        while ((left & ~SEVEN_BITS) != 0) {
            out.write((int) (left & SEVEN_BITS) | CONTINUES);
            left >>>= 7;
        }
        out.write((int) left);
    }

    private static final class Decoder {
        private final byte[] bytes;
        private int at;

        Decoder(byte[] bytes) {
            this.bytes = bytes;
        }

        void addTo(Tally tally) {
            if (bytes[at++] != FORMAT) {
                throw new IllegalStateException("Counts of sessions in an unknown format: " + bytes[0]);
            }
            for (long kinds = number(); kinds > 0; kinds--) {
                Kind kind = Kind.valueOf(text());
                each(1, (label, n) -> tally.add(kind, label, n[0]));
            }
            each(
                    MODEL_NUMBERS,
                    (model, n) -> tally.addModel(model, n[MODEL_SESSIONS], n[MODEL_COMPLETED], n[MODEL_ENDED]));
            tally.durationSum += number();
            int bin = 0;
            for (long bins = number(); bins > 0; bins--) {
                bin += (int) number();
                tally.addBin(bin, number());
            }
        }

        private void each(int numbers, BiConsumer<String, long[]> count) {
            for (long names = number(); names > 0; names--) {
                String name = text();
                long[] n = new long[numbers];
                for (int i = 0; i < numbers; i++) {
                    n[i] = number();
                }
                count.accept(name, n);
            }
        }

        private String text() {
            int length = (int) number();
            String text = new String(bytes, at, length, StandardCharsets.UTF_8);
            at += length;
            return text;
        }

        private long number() {
            long zigzag = 0;
            int shift = 0;
            byte next;
            do {
                next = bytes[at++];
                zigzag |= (long) (next & SEVEN_BITS) << shift;
                shift += 7;
            } while ((next & CONTINUES) != 0);
            return (zigzag >>> 1) ^ -(zigzag & 1);
        }
    }
}
