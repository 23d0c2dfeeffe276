package io.hone.tool;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.tool.LocalServer.FailedException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code key}: makes a key for a job, on the server's machine. */
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        description = "Makes a key for a job and prints it, once. Runs on the server's machine, while the server runs.")
final class KeyCommand implements Callable<Integer> {

    @Option(
            names = "--role",
            required = true,
            description = "viewer (reads), reporter (also reports sessions) or admin.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String role;

    @Option(names = "--name", description = "Name of the key (default: the role and the time).")
    private @Nullable String name;

    @Option(names = "--days", description = "Days after which the key expires (default: never).")
    private @Nullable Integer days;

    @Option(names = "--data", description = "Data folder of the server (HONE_DATA_DIR, ./data).")
    private @Nullable String data;

    @Override
    public Integer call() throws InterruptedException {
        Map<String, Object> body = new LinkedHashMap<>();
        Instant now = Instant.now();
        body.put("role", role);
        body.put("name", name == null ? role + "-" + now.getEpochSecond() : name);
        if (days != null) {
            body.put("expires_at", now.plus(Duration.ofDays(days)).toString());
        }
        try {
            JsonNode key = LocalServer.of(LocalServer.folder(data)).send("POST", "/api/v1/keys", body);
            // Alone on standard output, so that HONE_KEY=$(./hone key --role reporter) works.
            System.out.println(key.get("key").asText());
            System.err.printf(
                    "Key %s (%s). It is shown this once: export HONE_KEY=..., or send it as Authorization: Bearer KEY%n",
                    key.get("name").asText(), key.get("role").asText());
            return 0;
        } catch (FailedException e) {
            System.err.println(e.getMessage());
            return 1;
        }
    }
}
