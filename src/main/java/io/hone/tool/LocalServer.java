package io.hone.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The server that runs on a data folder of this machine, for commands of whoever may read that folder: the server leaves
 * its address and a token in it.
 */
public final class LocalServer {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A request that cannot be made, or was refused; the message is for people. */
    static final class FailedException extends Exception {

        private static final long serialVersionUID = 1L;

        FailedException(String message) {
            super(message);
        }
    }

    private final String address;
    private final String token;

    private LocalServer(String address, String token) {
        this.address = address;
        this.token = token;
    }

    /** The folder that commands look into: what they are told, else what the server would take. */
    static Path folder(@Nullable String given) {
        return Path.of(given == null ? Settings.ofProcess().get(SettingsCatalogue.DATA_DIR) : given);
    }

    static Path addressFile(Path folder) {
        return folder.resolve("server").resolve("address");
    }

    /** The operator's token for a server at that address; null if that is another machine, or no server ran here. */
    public static @Nullable String tokenFor(URI address) {
        try {
            return InetAddress.getByName(address.getHost()).isLoopbackAddress() ? read(tokenFile(folder(null))) : null;
        } catch (UnknownHostException e) {
            return null;
        } catch (IOException e) {
            // Somebody else's data folder: the command goes on without, and the server says what is missing.
            return null;
        }
    }

    /** @throws FailedException if no server runs there, or its folder cannot be read */
    static LocalServer of(Path folder) throws FailedException {
        try {
            String address = read(addressFile(folder));
            String token = read(tokenFile(folder));
            if (address != null && token != null) {
                return new LocalServer(address, token);
            }
        } catch (IOException e) {
            throw new FailedException("Cannot read %s: %s".formatted(folder, e.getMessage()));
        }
        throw new FailedException("No server has run on %s; start one with ./hone serve, or name its folder with --data"
                .formatted(folder.toAbsolutePath().normalize()));
    }

    String address() {
        return address;
    }

    /** The answer to a request of the operator; {@code body} is sent as JSON, null for none. */
    JsonNode send(String method, String path, @Nullable Map<String, ?> body)
            throws FailedException, InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(address + path))
                    .timeout(PATIENCE)
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/json")
                    .method(
                            method,
                            body == null
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                    .build();
            HttpResponse<String> response = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofString());
            JsonNode answer = JSON.readTree(response.body());
            if (response.statusCode() >= 400) {
                throw new FailedException(answer.path("detail").asText("The server answered " + response.statusCode()));
            }
            return answer;
        } catch (IOException e) {
            throw new FailedException("No server answers at %s: %s".formatted(address, e));
        }
    }

    private static Path tokenFile(Path folder) {
        return folder.resolve("server").resolve("operator-token");
    }

    private static @Nullable String read(Path file) throws IOException {
        try {
            return Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
