package io.hone.logging;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hone.settings.Settings;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.function.Consumer;

/** A log that tests can read; the process's own stays as it is. */
public final class TestLogs {

    private TestLogs() {}

    /** The lines that this work writes. */
    public static List<String> written(Settings settings, Consumer<Logs> work) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Logs logs = new Logs(settings, out);
        work.accept(logs);
        logs.close();
        return out.toString(UTF_8).lines().toList();
    }
}
