package io.hone.cache;

import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.ObjectStreamField;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * Entries as the bytes that leave the heap: Java serialization behind a small head, compressed where it is long. What
 * was written by a version of Hone whose classes differ is refused, records included, whose own check lets missing and
 * new members pass. Thread-safe.
 */
final class Codec {

    /** Changes with the head. */
    private static final int FORMAT = 1;

    /** No read may cost more memory than this, whatever a compressed entry claims; nor is more written. */
    static final int MOST_BYTES = 16 * 1_024 * 1_024;

    private static final ObjectInputFilter FILTER = ObjectInputFilter.Config.createFilter(
            "maxdepth=64;maxbytes=%d;io.hone.**;java.base/*;!*".formatted(MOST_BYTES));

    // What the head says of the body.
    private static final int PLAIN = 0;
    private static final int ZLIB = 1;
    private static final int GZIP = 2;

    /**
     * An entry outside the heap.
     *
     * @param stamp epochs of before the value was loaded
     * @param expiresAt milliseconds since 1970
     * @param loadNanos what loading it took
     */
    record Packed(Object value, long stamp, long expiresAt, long loadNanos) {}

    private final Settings settings;

    Codec(Settings settings) {
        this.settings = settings;
    }

    /**
     * The bytes of an entry.
     *
     * @param counts learns what compression saved
     * @throws IOException if the value cannot be serialised, or is larger than {@link #MOST_BYTES}
     */
    byte[] encode(Packed entry, TierCounts counts) throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(plain)) {
            out.writeObject(entry.value());
        }
        if (plain.size() > MOST_BYTES) {
            throw new IOException("The value has %d bytes, over %d".formatted(plain.size(), MOST_BYTES));
        }
        int compression = plain.size() <= settings.get(SettingsCatalogue.CACHE_COMPRESS_MIN)
                ? PLAIN
                : settings.get(SettingsCatalogue.CACHE_COMPRESSION).equals("gzip") ? GZIP : ZLIB;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.size() / 2 + 64);
        DataOutputStream head = new DataOutputStream(bytes);
        head.writeByte(FORMAT);
        head.writeByte(compression);
        head.writeLong(entry.stamp());
        head.writeLong(entry.expiresAt());
        head.writeLong(entry.loadNanos());
        int headBytes = bytes.size();
        if (compression == PLAIN) {
            plain.writeTo(bytes);
        } else {
            try (OutputStream out =
                    compression == GZIP ? new GZIPOutputStream(bytes) : new DeflaterOutputStream(bytes)) {
                plain.writeTo(out);
            }
        }
        if (compression != PLAIN) {
            counts.plainBytes.add(plain.size());
            counts.storedBytes.add(bytes.size() - headBytes);
        }
        return bytes.toByteArray();
    }

    /**
     * The stamp of an entry, without its value.
     *
     * @throws IOException if it is of another format
     */
    static long stamp(byte[] bytes) throws IOException {
        DataInputStream head = new DataInputStream(new ByteArrayInputStream(bytes));
        requireFormat(head);
        head.readByte();
        return head.readLong();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IOException if another version of Hone wrote it, or nobody who may
     * @throws ClassNotFoundException the same
     */
    static Packed decode(byte[] bytes) throws IOException, ClassNotFoundException {
        DataInputStream head = new DataInputStream(new ByteArrayInputStream(bytes));
        requireFormat(head);
        int compression = head.readByte();
        long stamp = head.readLong();
        long expiresAt = head.readLong();
        long loadNanos = head.readLong();
        InputStream body = compression == ZLIB
                ? new InflaterInputStream(head)
                : compression == GZIP ? new GZIPInputStream(head) : head;
        try (SameClasses in = new SameClasses(body)) {
            return new Packed(in.readObject(), stamp, expiresAt, loadNanos);
        }
    }

    private static void requireFormat(DataInputStream head) throws IOException {
        int format = head.readByte();
        if (format != FORMAT) {
            throw new InvalidClassException("Entry of format " + format);
        }
    }

    /** Reads objects of classes that have the same members here. */
    private static final class SameClasses extends ObjectInputStream {

        SameClasses(InputStream in) throws IOException {
            super(in);
            setObjectInputFilter(FILTER);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass written) throws IOException, ClassNotFoundException {
            Class<?> known = Class.forName(written.getName(), false, Codec.class.getClassLoader());
            ObjectStreamClass here = ObjectStreamClass.lookup(known);
            if (known.isRecord() && here != null && !fields(here).equals(fields(written))) {
                throw new InvalidClassException(written.getName(), "has other members here");
            }
            return known;
        }

        private static String fields(ObjectStreamClass type) {
            StringBuilder fields = new StringBuilder();
            ObjectStreamField[] all = type.getFields().clone();
            Arrays.sort(all, (a, b) -> a.getName().compareTo(b.getName()));
            for (ObjectStreamField field : all) {
                fields.append(field.getName())
                        .append(' ')
                        .append(field.getTypeString() == null ? field.getTypeCode() : field.getTypeString())
                        .append(';');
            }
            return fields.toString();
        }
    }
}
