package io.hone.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.gateway.StubProvider;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** A provider whose every call takes 1,500 tokens in and 200 out, for 0.005 dollars, and a job that calls it through a server. */
final class PaidCalls implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final LocalServer server;
    private final StubProvider stub;
    private final String provider = "paid-" + UUID.randomUUID().toString().substring(0, 8);
    private final String key;
    private volatile int status = 200;

    PaidCalls(LocalServer server) throws IOException {
        this.server = server;
        stub = new StubProvider();
        stub.on(
                "/chat/completions",
                (exchange, asked) -> StubProvider.send(
                        exchange,
                        status,
                        "application/json",
                        status == 200
                                ? "{\"usage\": {\"prompt_tokens\": 1500, \"completion_tokens\": 200}}"
                                : "{\"error\": {\"message\": \"Internal server error\"}}"));
        Map<String, Object> price = Map.of("input_usd_per_million", "2", "output_usd_per_million", "10");
        server.send(
                "POST",
                "/providers",
                Map.of(
                        "name",
                        provider,
                        "kind",
                        "openai",
                        "base_url",
                        stub.address(),
                        "allow_private",
                        true,
                        "prices",
                        Map.of("tiny", price)));
        key = server.send("POST", "/keys", Map.of("name", provider, "role", "reporter"))
                .get("key")
                .asText();
    }

    /** Answers with that status from now on. */
    void answerWith(int answered) {
        status = answered;
    }

    String provider() {
        return provider;
    }

    /**
     * Calls once.
     *
     * @param fields names and values, by turns
     * @return the status of the answer
     */
    int call(String... fields) throws IOException, InterruptedException {
        HttpRequest.Builder call = HttpRequest.newBuilder(
                        URI.create(server.address() + "/gateway/" + provider + "/chat/completions"))
                .header("Authorization", "Bearer " + key)
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\": \"tiny\", \"max_tokens\": 200}"));
        for (int i = 0; i < fields.length; i += 2) {
            call.header(fields[i], fields[i + 1]);
        }
        return HTTP.send(call.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /** Waits until so many calls of a session are settled. */
    void awaitSettled(String session, int calls) {
        Awaitility.await()
                .until(() -> server.send("GET", "/sessions/" + session + "/cost", null)
                                .get("calls")
                                .asInt()
                        == calls);
    }

    /** Waits until so many answers from the cache are in the sums of the provider's budgets. */
    void awaitHits(int hits) {
        JsonNode budgets = server.send("GET", "/budgets?scope=provider&subject=" + provider, null);
        String history = "/budgets/" + budgets.at("/items/0/id").asText() + "/history?days=";
        // Histories are cached by their length: each look has one of its own.
        AtomicInteger days = new AtomicInteger(31);
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> server.send("GET", history + days.incrementAndGet(), null)
                                .at("/days/0/spending/cache_hits")
                                .asInt()
                        == hits);
    }

    @Override
    public void close() {
        stub.close();
    }
}
