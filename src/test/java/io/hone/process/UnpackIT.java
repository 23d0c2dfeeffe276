package io.hone.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds unpack themselves beside the build, whoever else starts at the same time. */
class UnpackIT {

    private static final String COMPLETE = "complete";
    private static final long PATIENCE_SECONDS = 120;

    @Test
    void startWhileAnotherStillUnpacks_goesOnWhenThatIsDone_andStillRuns(@TempDir Path folder) throws Exception {
        run(folder).waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        Path unpacked = only(folder, "");
        Path lockFile = only(folder, ".lock");
        Files.delete(unpacked.resolve(COMPLETE));

        // As a server does that runs: it shares the lock until it ends.
        try (FileChannel other = FileChannel.open(lockFile, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            other.lock(0, Long.MAX_VALUE, true);
            Process second = run(folder);
            Awaitility.await().atMost(PATIENCE_SECONDS, TimeUnit.SECONDS).until(() -> hasOpen(second, lockFile));
            Files.createFile(unpacked.resolve(COMPLETE));

            assertThat(second.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isZero();
        }
    }

    private static Process run(Path folder) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        System.getProperty("hone.jar", "target/hone.jar"),
                        "--version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("HONE_RUNTIME_DIR", folder.toString());
        return builder.start();
    }

    private static Path only(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(file -> ending.isEmpty()
                            ? Files.isDirectory(file)
                            : file.toString().endsWith(ending))
                    .toList();
            assertThat(found).hasSize(1);
            return found.get(0);
        }
    }

    private static boolean hasOpen(Process process, Path file) throws IOException {
        try (Stream<Path> handles = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
            for (Path handle : handles.toList()) {
                if (Files.isSymbolicLink(handle)
                        && Files.readSymbolicLink(handle).toString().equals(file.toString())) {
                    return true;
                }
            }
        }
        return false;
    }
}
