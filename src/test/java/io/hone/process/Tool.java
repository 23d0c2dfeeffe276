package io.hone.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A command of {@code ./hone} that ran to its end.
 *
 * @param out what it printed for programs
 * @param err what it printed for people
 */
public record Tool(int exit, String out, String err) {

    /** The demo computes. */
    private static final long PATIENCE_SECONDS = 240;

    public static Tool run(String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile("hone", ".out");
        Path err = Files.createTempFile("hone", ".err");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-jar",
                System.getProperty("hone.jar", "target/hone.jar")));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " did not end within %d s".formatted(PATIENCE_SECONDS));
            }
            return new Tool(
                    process.exitValue(),
                    Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }
}
