package io.hone.tool;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.tool.LocalServer.FailedException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sign-in}: a way back in for somebody whose password is lost, on the server's machine. */
@Command(
        name = "sign-in",
        mixinStandardHelpOptions = true,
        description =
                "Prints a link that signs in to an account, once, within 15 minutes. Runs on the server's machine.")
final class SignInCommand implements Callable<Integer> {

    @Option(names = "--account", defaultValue = "admin", description = "Username (${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String account;

    @Option(names = "--data", description = "Data folder of the server (HONE_DATA_DIR, ./data).")
    private @Nullable String data;

    @Override
    public Integer call() throws InterruptedException {
        try {
            LocalServer server = LocalServer.of(LocalServer.folder(data));
            String id = find(server);
            JsonNode link = server.send("POST", "/api/v1/accounts/" + id + "/sign-in-link", null);
            System.out.println(server.address() + link.get("path").asText());
            return 0;
        } catch (FailedException e) {
            System.err.println(e.getMessage());
            return 1;
        }
    }

    private String find(LocalServer server) throws FailedException, InterruptedException {
        String cursor = "";
        do {
            JsonNode page = server.send("GET", "/api/v1/accounts?limit=500" + cursor, null);
            for (JsonNode one : page.get("items")) {
                if (one.get("username").asText().equals(account)) {
                    return one.get("id").asText();
                }
            }
            JsonNode next = page.get("next_cursor");
            cursor = next.isNull() ? null : "&cursor=" + URLEncoder.encode(next.asText(), StandardCharsets.UTF_8);
        } while (cursor != null);
        throw new FailedException("There is no account " + account);
    }
}
