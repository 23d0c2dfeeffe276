package io.hone.failures;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;

/** Messages that tools print, with the category that a person gave them. */
final class Corpus {

    private static final int PARTS = 3;

    /** One message. */
    record Line(String category, String tool, String message) {

        /** Whether rules were written without looking at how they do on it; by its text alone. */
        boolean isHeldOut() {
            CRC32 crc = new CRC32();
            crc.update(message.getBytes(StandardCharsets.UTF_8));
            return crc.getValue() % PARTS == 0;
        }
    }

    static final List<Line> ALL = read();

    private Corpus() {}

    private static List<Line> read() {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(Corpus.class.getResourceAsStream("/failures/corpus.tsv")),
                StandardCharsets.UTF_8))) {
            return reader.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("\t", 3))
                    .map(parts -> new Line(
                            parts[0], parts[1], parts[2].replace("\\n", "\n").replace("\\t", "\t")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
