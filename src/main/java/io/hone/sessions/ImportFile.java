package io.hone.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.http.Json;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of sessions, read line by line; what is wrong is told with the number of its line, the first being 1. */
final class ImportFile {

    /** An export has at most some 5,000 values or 500 audit entries a line. */
    private static final int LONGEST_LINE = 16 * 1_024 * 1_024;

    private static final int BUFFER = 1 << 16;

    private ImportFile() {}

    /** What is done with the lines. What is refused names a place of the line, which gets the number before it. */
    interface Reader {

        /** A line that carries what {@code POST /sessions} takes. */
        void body(long number, NewSession body);

        /** A line of an export. */
        void line(long number, ExportLine line);

        /**
         * After the last line.
         *
         * @param number of the last line; 0 for an empty file
         */
        void end(long number);
    }

    /** @throws ProblemException 422 naming the first bad line */
    static void read(Path file, Reader reader) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            long number = 0;
            int b;
            do {
                b = in.read();
                if (b >= 0 && b != '\n') {
                    line.write(b);
                    if (line.size() > LONGEST_LINE) {
                        throw ProblemException.invalid(
                                "/" + (number + 1), "is longer than %d bytes".formatted(LONGEST_LINE));
                    }
                } else if (b >= 0 || line.size() > 0) {
                    number++;
                    read(number, line.toByteArray(), reader);
                    line.reset();
                }
            } while (b >= 0);
            reader.end(number);
        }
    }

    private static void read(long number, byte[] line, Reader reader) {
        if (isBlank(line)) {
            return;
        }
        try {
            JsonNode json = Json.parse(line);
            if (!json.isObject()) {
                throw ProblemException.invalid("", "is no object");
            }
            if (json.has(ExportLine.TYPE)) {
                reader.line(number, Json.parse(json, ExportLine.class));
            } else {
                reader.body(number, Json.parse(json, NewSession.class));
            }
        } catch (ProblemException e) {
            if (e.type() == ProblemType.FORBIDDEN) {
                throw e;
            }
            String at = "/" + number;
            if (e.type() == ProblemType.MALFORMED_JSON) {
                throw ProblemException.invalid(at, "is no valid JSON");
            }
            throw e.errors().isEmpty() ? ProblemException.invalid(at, e.detail()) : e.within(at);
        }
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\r' && b != '\t') {
                return false;
            }
        }
        return true;
    }
}
