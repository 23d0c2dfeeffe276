package io.hone.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.http.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What holds for every answer, whatever was asked. */
final class Answers {

    /** Words that would tell what the server is made of. */
    private static final Pattern INSIDES = Pattern.compile(
            "Exception|java\\.|jakarta\\.|io\\.hone|at org\\.|com\\.fasterxml|jackson|jdbi|sqlite_|hikari",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern PRODUCTS =
            Pattern.compile("jersey|payara|grizzly|glassfish|catalina", Pattern.CASE_INSENSITIVE);

    private Answers() {}

    /** Headers by name in lower case; several of a name are joined. */
    static Map<String, String> headers(HttpResponse<?> response) {
        Map<String, String> headers = new TreeMap<>();
        response.headers()
                .map()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
        return headers;
    }

    /** What is wrong with an answer of any status. */
    static List<String> check(ApiDocument document, int status, Map<String, String> headers, byte[] body) {
        List<String> wrong = new ArrayList<>();
        if (status >= 500 && status != 501 && status != 503) {
            wrong.add("is " + status);
        }
        require(headers, "x-request-id", "[A-Za-z0-9._-]{8,128}", wrong);
        require(headers, "x-response-time", "\\d+\\.\\d{3}ms", wrong);
        require(headers, "server-timing", "(.+, )?total;dur=\\d+\\.\\d{3}", wrong);
        for (String banner : List.of("server", "x-powered-by", "via")) {
            if (headers.containsKey(banner)) {
                wrong.add("has header %s: %s".formatted(banner, headers.get(banner)));
            }
        }
        if (PRODUCTS.matcher(headers.toString()).find()
                || INSIDES.matcher(headers.toString()).find()) {
            wrong.add("names its insides in " + headers);
        }
        if (status >= 400) {
            wrong.addAll(checkProblem(document, status, headers, body));
        }
        return wrong;
    }

    /** Fails unless the answer is a problem of that status. */
    static JsonNode problem(ApiDocument document, int status, RawHttp.Answer answer) throws IOException {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(check(document, answer.status(), answer.headers(), answer.body()))
                .as(answer.toString())
                .isEmpty();
        return Json.MAPPER.readTree(answer.body());
    }

    /**
     * Whether an answer is the bare refusal of the layer below the application, which never sees a request that is not
     * HTTP: a status and nothing else.
     */
    static boolean isBare(RawHttp.Answer answer) {
        return answer.status() >= 400
                && answer.status() < 600
                && answer.body().length == 0
                && Set.of("connection", "content-length", "date", "x-frame-options", "allow")
                        .containsAll(answer.headers().keySet());
    }

    private static List<String> checkProblem(
            ApiDocument document, int status, Map<String, String> headers, byte[] body) {
        List<String> wrong = new ArrayList<>();
        String text = new String(body, StandardCharsets.UTF_8);
        if (INSIDES.matcher(text).find() || PRODUCTS.matcher(text).find()) {
            wrong.add("names its insides");
        }
        if (!headers.getOrDefault("content-type", "").startsWith("application/problem+json")) {
            wrong.add("is of type " + headers.get("content-type"));
            return wrong;
        }
        try {
            JsonNode problem = Json.MAPPER.readTree(body);
            wrong.addAll(document.check(document.schema("Problem"), problem));
            if (problem.path("status").asInt() != status) {
                wrong.add("says status " + problem.path("status"));
            }
            if (!problem.path("request_id").asText().equals(headers.get("x-request-id"))) {
                wrong.add("says request_id " + problem.path("request_id"));
            }
        } catch (IOException e) {
            wrong.add("is no JSON");
        }
        return wrong;
    }

    private static void require(Map<String, String> headers, String name, String pattern, List<String> wrong) {
        String value = headers.get(name);
        if (value == null) {
            wrong.add("has no header " + name);
        } else if (!value.matches(pattern)) {
            wrong.add("has header %s: %s".formatted(name, value));
        }
    }
}
