package io.hone.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** What nobody may find where it does not belong: every password, key, token and code that a test has used. */
final class Secrets {

    /** Who can read these may do everything anyway: that is what they are for. */
    private static final Set<String> PRIVATE_FILES = Set.of("secret.key", "operator-token");

    private final Set<String> known = ConcurrentHashMap.newKeySet();

    /** Remembers a secret, and returns it. */
    String keep(String secret) {
        assertThat(secret).hasSizeGreaterThanOrEqualTo(12);
        known.add(secret);
        return secret;
    }

    /** Remembers the tokens of an answer, and returns it. */
    JsonNode keep(JsonNode tokens) {
        keep(tokens.get("access_token").asText());
        if (tokens.hasNonNull("refresh_token")) {
            keep(tokens.get("refresh_token").asText());
        }
        return tokens;
    }

    /** Looks for all of them in what the server printed, told its metrics, and wrote into its data folder. */
    void assertNowhere(ServerProcess server, Path data) throws IOException, InterruptedException {
        assertThat(known).isNotEmpty();
        keep(server.operatorToken());
        List<String> found = new ArrayList<>();
        // The sign-in link is for the person at the machine, once.
        String printed = server.output().replaceAll("(?m)^Sign in, once, within 15 minutes: .*$", "");
        String metrics = server.get("/metrics").body();
        assertThat(metrics).contains("http_server_requests");
        find("the output", printed, found);
        find("/metrics", metrics, found);
        List<Path> files;
        try (Stream<Path> all = Files.walk(data)) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> !PRIVATE_FILES.contains(file.getFileName().toString()))
                    .toList();
        }
        assertThat(files).anyMatch(file -> file.endsWith("hone.db")).anyMatch(file -> file.endsWith("hone.db-wal"));
        for (Path file : files) {
            find(data.relativize(file).toString(), Files.readString(file, StandardCharsets.ISO_8859_1), found);
        }
        assertThat(found).isEmpty();
    }

    private void find(String where, String text, List<String> found) {
        for (String secret : known) {
            // What is behind the last dot of a token is its signature: the rest alone lets nobody in.
            for (String part : List.of(secret, secret.substring(secret.lastIndexOf('.') + 1))) {
                if (text.contains(part)) {
                    found.add("%s in %s".formatted(part, where));
                }
            }
        }
    }
}
