package io.hone.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hone.http.Json;
import io.hone.process.ApiDocument.Operation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests made from {@code openapi.yaml}, each wrong in one place: none may fail the server, tell its insides, or pass
 * although the document says that it is invalid.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GeneratedInputIT {

    private static final ApiDocument DOCUMENT = ApiDocument.read();

    /** Failures told of one test; the rest are of the same kind. */
    private static final int MOST_TOLD = 25;

    private static final String HUGE = "x".repeat(100_000);

    /** JSON texts that take the place of a value. */
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "0",
            "-1",
            "1.5",
            "7",
            "1e400",
            "-1e400",
            "1e-400",
            "9223372036854775808",
            "99999999999999999999999999999999",
            "NaN",
            "Infinity",
            "01",
            ".5",
            "0x10",
            "\"\"",
            "\" \"",
            "\"x\"",
            "\"NaN\"",
            "\"5\"",
            "\"a\\u0000b\"",
            "\"\\ud800\"",
            "\"../../etc/passwd\"",
            "\"<script>alert(1)</script>\"",
            "\"'; DROP TABLE session; --\"",
            "\"${jndi:ldap://127.0.0.1/a}\"",
            "\"+999999999-12-31T23:59:59Z\"",
            "\"2026-11-20\"",
            "\"" + HUGE + "\"",
            "[]",
            "[null]",
            "[[]]",
            "{}",
            "{\"\":0}",
            "{\"a\":{\"b\":1}}",
            "[".repeat(2_000) + "]".repeat(2_000),
            "{\"a\":".repeat(200) + "1" + "}".repeat(200));

    /** Thousands of requests in a minute are what this is about. */
    private static final Map<String, String> NO_LIMITS = Map.of(
            "HONE_LIMIT_SIGN_IN_PER_MINUTE", "10000",
            "HONE_LIMIT_MANAGEMENT_PER_MINUTE", "1000000",
            "HONE_LIMIT_CACHE_MANAGEMENT_PER_MINUTE", "10000",
            "HONE_LIMIT_REFUSED_PER_MINUTE", "1000000");

    private static final String PASSWORD = "a password for generated input";

    private final List<String> failures = new ArrayList<>();
    private ServerProcess server;
    private RawHttp connection;
    private String session;
    private String budget;
    private String account;
    private String operator;
    private String signedIn;
    private int deleted;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = ServerProcess.start(data, NO_LIMITS);
        operator = server.authorizationLine();
        account = server.createAccount("generated", "viewer", PASSWORD);
        server.createAccount("signed-in", "viewer", PASSWORD);
        signedIn = "Authorization: "
                + ServerProcess.bearer(
                        server.signIn("signed-in", PASSWORD).get("access_token").asText());
        session = server.createSession("one");
        String criteria = "{\"name\":\"mobile\",\"criteria\":[{\"metric\":\"a\",\"op\":\">\",\"value\":1}]}";
        server.send("POST", "/api/v1/config/criteria", criteria);
        provider("mobile");
        budget = newBudget();
        connection = RawHttp.connect(server.port());
    }

    @AfterAll
    void stop() throws Exception {
        connection.close();
        server.close();
    }

    static List<Operation> operations() {
        return DOCUMENT.operations().stream()
                .filter(operation -> !operation.id().equals("live"))
                // Takes what providers take, which is any method, path and body: GatewayIT tries what it refuses.
                .filter(operation -> !operation.path().startsWith("/gateway/"))
                .toList();
    }

    static List<Operation> operationsWithBody() {
        return operations().stream()
                .filter(operation -> DOCUMENT.requestSchema(operation) != null)
                .toList();
    }

    /** Every member of every sample in turn: of every wrong kind, missing, and with an unknown one beside it. */
    @ParameterizedTest
    @MethodSource("operationsWithBody")
    void body_wrongInOnePlace(Operation operation) throws Exception {
        JsonNode schema = DOCUMENT.requestSchema(operation);
        for (JsonNode sample : DOCUMENT.requestExamples(operation)) {
            for (String body : mutations(sample)) {
                RawHttp.Answer answer = send(operation, address(operation), "application/json", bytes(body));
                Boolean valid = isValid(schema, body);
                if (Boolean.FALSE.equals(valid) && !isRefusal(operation, body, answer)) {
                    fail(operation, "takes what the document calls invalid: " + shortened(body), answer);
                }
            }
        }
        told();
    }

    /** Broken JSON: cut off at, and with a foreign character before, each position of a sample. */
    @ParameterizedTest
    @MethodSource("operationsWithBody")
    void body_brokenAtEachPosition(Operation operation) throws Exception {
        byte[] sample = bytes(DOCUMENT.requestExamples(operation).get(0).toString());
        for (int i = 0; i < sample.length; i++) {
            byte[] cut = java.util.Arrays.copyOf(sample, i);
            RawHttp.Answer answer = send(operation, address(operation), "application/json", cut);
            if (!isRefusal(operation, new String(cut, StandardCharsets.UTF_8), answer)) {
                fail(operation, "cut at " + i, answer);
            }
            for (byte foreign : new byte[] {0, '}', '"', (byte) 0xff}) {
                byte[] broken = new byte[sample.length + 1];
                System.arraycopy(sample, 0, broken, 0, i);
                broken[i] = foreign;
                System.arraycopy(sample, i, broken, i + 1, sample.length - i);
                send(operation, address(operation), "application/json", broken);
            }
        }
        told();
    }

    @ParameterizedTest
    @MethodSource("operationsWithBody")
    void body_ofAnotherMediaTypeOrEncoding(Operation operation) throws Exception {
        byte[] sample = bytes(DOCUMENT.requestExamples(operation).get(0).toString());
        for (String type : List.of(
                "text/plain",
                "text/html",
                "application/xml",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/octet-stream",
                "image/png")) {
            RawHttp.Answer answer = send(operation, address(operation), type, sample);
            if (answer.status() != 415) {
                fail(operation, type, answer);
            }
        }
        for (String type : List.of("nonsense", "/", "application/", ";;;", "application/json;charset=none", "*/*")) {
            RawHttp.Answer answer = send(operation, address(operation), type, sample);
            if (answer.status() >= 500) {
                fail(operation, type, answer);
            }
        }
        for (java.nio.charset.Charset charset : List.of(StandardCharsets.UTF_16, StandardCharsets.ISO_8859_1)) {
            send(
                    operation,
                    address(operation),
                    "application/json; charset=" + charset,
                    "{\"name\":\"\u00e9\"}".getBytes(charset));
        }
        told();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void query_wrongOrUnknown(Operation operation) throws Exception {
        List<String> names = new ArrayList<>(List.of("unknown", "a%00b", "%f0%9f%9a%80", ""));
        operation.parameters().stream()
                .filter(parameter -> parameter.path("in").asText().equals("query"))
                .forEach(parameter -> names.add(parameter.path("name").asText()));
        List<String> values = List.of(
                "",
                "x",
                "0",
                "-1",
                "501",
                "1.5",
                "99999999999999999999",
                "%00",
                "%0d%0aX-Injected:%201",
                "%ff%fe",
                "%F0%9F%9A%80",
                "%27%20OR%201=1--",
                "%25%5F!",
                "%2B999999999-12-31T23:59:59Z",
                "-999999999-01-01T00:00:00Z",
                "2026-11-20T00:00:00%2B25:00",
                "metric:",
                "metric:%00",
                "a:b:c",
                "y".repeat(5_000));
        for (String name : names) {
            for (String value : values) {
                RawHttp.Answer answer = send(
                        operation,
                        address(operation) + separator(operation) + name + "=" + value,
                        "application/json",
                        null);
                if (name.equals("limit") && answer.status() != 422) {
                    fail(operation, name + "=" + value, answer);
                }
            }
            send(
                    operation,
                    address(operation) + separator(operation) + name + "=1&" + name + "=2",
                    "application/json",
                    null);
        }
        told();
    }

    /** Cursors that are none, or none of this list, or hold what no list would write. */
    @ParameterizedTest
    @MethodSource("operations")
    void cursor_madeUp(Operation operation) throws Exception {
        if (operation.parameters().stream()
                .noneMatch(parameter -> parameter.path("name").asText().equals("cursor"))) {
            return;
        }
        List<String> decoded = new ArrayList<>();
        for (String list : List.of(
                "",
                "x",
                "audit",
                "-audit",
                "criteria",
                "versions",
                "projects",
                "accounts",
                "keys",
                "sessions -created_at")) {
            for (String position : List.of(
                    "",
                    "\0",
                    "\0x",
                    "\0NaN\0x\0y",
                    "\0" + "0\0NaN\0" + "1",
                    "\0" + "0\0Infinity\0" + "1",
                    "\0" + "9\0" + "1\0" + "99999999999999999999",
                    "\0" + "1\0-1\0-1",
                    "\0" + HUGE.substring(0, 2_000))) {
                decoded.add(list + position);
            }
        }
        for (String text : decoded) {
            String cursor = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(text));
            send(operation, address(operation) + separator(operation) + "cursor=" + cursor, "application/json", null);
        }
        for (String cursor : List.of("x", "%%%", "====", "%2B%2F", "%00", "AAAA", "null")) {
            RawHttp.Answer answer = send(
                    operation,
                    address(operation) + separator(operation) + "cursor=" + cursor,
                    "application/json",
                    null);
            if (answer.status() != 422 && answer.status() != 400) {
                fail(operation, "cursor=" + cursor, answer);
            }
        }
        told();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void path_withBadNames(Operation operation) throws Exception {
        if (!operation.path().contains("{")) {
            return;
        }
        for (String name : List.of(
                "x",
                "0",
                "%00",
                "%0a",
                "%20",
                "..",
                "%2e%2e",
                "%2e%2e%2f%2e%2e%2fWEB-INF",
                "%ff",
                "a;b=c",
                ";",
                "%3b",
                "%25",
                "*",
                "'",
                "%22",
                "<b>",
                "019aa2f0-5c00-7000-8000-0123456789ab",
                "019AA2F0-5C00-7000-8000-0123456789AB",
                "019aa2f05c00700080000123456789ab",
                "z".repeat(4_000),
                "%F0%9F%9A%80")) {
            String target = operation.path().replaceAll("\\{\\w+}", java.util.regex.Matcher.quoteReplacement(name));
            JsonNode schema = DOCUMENT.requestSchema(operation);
            byte[] body = schema == null
                    ? null
                    : bytes(DOCUMENT.requestExamples(operation).get(0).toString());
            RawHttp.Answer answer = send(operation, target, "application/json", body);
            // Some are good names of criteria, and what follows a semicolon is no part of a name.
            boolean isGoodName = operation.path().contains("{name}") && name.matches("[a-z0-9-]{1,100}(;.*)?");
            if (answer.status() < 400 && !isGoodName && !name.equals(";")) {
                fail(operation, target, answer);
            }
        }
        told();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void method_thatThePathDoesNotKnow(Operation operation) throws Exception {
        // /sessions/compare is also a /sessions/{id}, if one of no session.
        String asId = operation.path().replaceFirst("/[^/{}]+$", "/{id}");
        List<String> known = DOCUMENT.operations().stream()
                .filter(other ->
                        other.path().equals(operation.path()) || other.path().equals(asId))
                .map(Operation::method)
                .toList();
        for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "get", "FOO")) {
            if (known.contains(method)) {
                continue;
            }
            RawHttp.Answer answer = send(
                    new Operation(method, operation.path(), operation.node(), operation.parameters()),
                    address(operation),
                    "application/json",
                    method.equals("GET") ? null : new byte[0]);
            // RFC 9110, section 15.6.2: 501 is for methods that the server has never heard of.
            boolean unheardOf = List.of("PROPFIND", "get", "FOO").contains(method);
            if (answer.status() != 405 && !(unheardOf && answer.status() == 501)) {
                fail(operation, method, answer);
            }
            if (answer.status() == 405 && !answer.headers().containsKey("allow") && !method.equals("TRACE")) {
                fail(operation, method + " without Allow", answer);
            }
        }
        told();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void headers_wrong(Operation operation) throws Exception {
        for (String header : List.of(
                "Accept: nonsense",
                "Accept: ;;q=x",
                "Accept: application/xml",
                "Accept: " + "a/b,".repeat(1_000) + "c/d",
                "Accept-Language: \u0001",
                "Accept-Encoding: gzip;q=x, *;q=9",
                "If-Match: nonsense",
                "If-Match: \"v99\"",
                "If-None-Match: nonsense",
                "If-None-Match: \"" + "x".repeat(2_000),
                "Idempotency-Key: " + "k".repeat(300),
                "Idempotency-Key: a b",
                "X-Request-ID: <script>",
                "X-Request-ID: " + "i".repeat(3_000),
                "traceparent: nonsense",
                "Cookie: JSESSIONID=../../x",
                "Range: bytes=5-1",
                "Expect: nothing",
                "X-HTTP-Method-Override: DELETE",
                "X-Forwarded-Host: evil.example")) {
            JsonNode schema = DOCUMENT.requestSchema(operation);
            byte[] body = schema == null ? null : bytes("{}");
            send(operation, address(operation), "application/json", body, header);
        }
        told();
    }

    /** Keys that a client sends must come back in a problem's pointer as JSON Pointer has them. */
    @Test
    void problem_pointsToTheKeyThatIsWrong() throws Exception {
        Operation create = DOCUMENT.operation("createSession");
        Map<String, String> pointers = Map.of(
                "{\"name\":\"n\",\"model\":\"m\",\"technique\":\"other\",\"params\":{\"a/b~c\":[]}}", "/params/a~1b~0c",
                "{\"name\":\"n\",\"model\":\"m\",\"technique\":\"other\",\"tags\":{\"k\":1}}", "/tags/k",
                "{\"name\":1,\"model\":\"m\",\"technique\":\"other\"}", "/name",
                "{\"name\":\"n\",\"model\":\"m\",\"technique\":\"Other\"}", "/technique",
                "{\"name\":\"n\",\"model\":\"m\",\"technique\":\"other\",\"x\":1}", "/x",
                "{\"name\":\"n\",\"model\":\"m\",\"technique\":\"other\",\"baseline\":{\"a/b\":\"x\"}}",
                        "/baseline/a~1b");
        for (Map.Entry<String, String> entry : pointers.entrySet()) {
            RawHttp.Answer answer = send(create, create.path(), "application/json", bytes(entry.getKey()));
            JsonNode problem = Answers.problem(DOCUMENT, 422, answer);
            assertThat(problem.at("/errors/0/pointer").asText())
                    .as(answer.text())
                    .isEqualTo(entry.getValue());
        }
        told();
    }

    /** Criteria name their wrong places too, not only the body as a whole. */
    @Test
    void problem_pointsIntoCriteria() throws Exception {
        Operation create = DOCUMENT.operation("createCriteria");
        String before = "{\"name\":\"n\",\"criteria\":[{\"metric\":\"a\",\"op\":\">\",\"value\":1},{\"metric\":\"b\",";
        Map<String, String> pointers = Map.of(
                before + "\"op\":\"!\",\"value\":1}]}", "/criteria/1/op",
                before + "\"op\":\">\",\"value\":1,\"relative_to\":\"x\"}]}", "/criteria/1/relative_to",
                before + "\"op\":\">\",\"value\":\"1\"}]}", "/criteria/1/value",
                before + "\"op\":\">\",\"value\":1,\"weight\":0}]}", "/criteria/1/weight");
        for (Map.Entry<String, String> entry : pointers.entrySet()) {
            RawHttp.Answer answer = send(create, create.path(), "application/json", bytes(entry.getKey()));
            JsonNode problem = Answers.problem(DOCUMENT, 422, answer);
            assertThat(problem.at("/errors/0/pointer").asText())
                    .as(answer.text())
                    .isEqualTo(entry.getValue());
        }
        told();
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void server_isWellAfterAllOfIt() throws Exception {
        assertThat(server.get("/health/ready").statusCode()).isEqualTo(200);
        List<String> errors = server.output()
                .lines()
                .filter(line -> line.matches("\\S+ SEVERE .*|\\S*(Exception|Error)(:.*)?|\\tat .*"))
                .limit(MOST_TOLD)
                .toList();
        assertThat(errors).isEmpty();
    }

    private List<String> mutations(JsonNode sample) {
        List<String> bodies = new ArrayList<>(List.of(""));
        bodies.addAll(VALUES);
        String marker = "\"@here@\"";
        for (String with : mutated(sample, "@here@")) {
            VALUES.forEach(value -> bodies.add(with.replace(marker, value)));
        }
        visit(sample, (parent, key) -> {
            JsonNode removed = parent.remove(key);
            bodies.add(sample.toString());
            parent.set(key, removed);
            bodies.add(sample.toString().replaceFirst("\\{", "{\"" + key + "\":1,"));
            parent.put("unknown_member", 1);
            bodies.add(sample.toString());
            parent.remove("unknown_member");
        });
        return bodies;
    }

    /** The sample once for each of its values, with that value replaced. */
    private static List<String> mutated(JsonNode sample, String marker) {
        List<String> texts = new ArrayList<>();
        visit(sample, (parent, key) -> {
            JsonNode original = parent.get(key);
            parent.put(key, marker);
            texts.add(sample.toString());
            parent.set(key, original);
        });
        return texts;
    }

    private static void visit(JsonNode node, BiConsumer<ObjectNode, String> visitor) {
        if (node instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            for (Iterator<String> i = object.fieldNames(); i.hasNext(); ) {
                names.add(i.next());
            }
            for (String name : names) {
                visitor.accept(object, name);
                visit(object.get(name), visitor);
            }
        } else if (node instanceof ArrayNode array) {
            array.forEach(item -> visit(item, visitor));
        }
    }

    /** Whether the document allows a body; null where that cannot be told, since it is no JSON in the strict sense. */
    private static Boolean isValid(JsonNode schema, String body) {
        try {
            JsonNode parsed = Json.MAPPER.readTree(body);
            return parsed == null || parsed.isMissingNode()
                    ? Boolean.FALSE
                    : (Boolean) DOCUMENT.check(schema, parsed).isEmpty();
        } catch (IOException | NumberFormatException e) {
            return null;
        }
    }

    /** Whether the server took none of it; a body that need not be there may be empty. */
    private static boolean isRefusal(Operation operation, String body, RawHttp.Answer answer) {
        boolean optional =
                !operation.node().path("requestBody").path("required").asBoolean();
        return answer.status() == 400
                || answer.status() == 422
                || (answer.status() == 401 && operation.path().startsWith("/api/v1/auth/"))
                || (optional && (body.isBlank() || body.equals("null")));
    }

    private String address(Operation operation) throws IOException {
        boolean delete = operation.method().equals("DELETE");
        String id = operation.path().startsWith("/api/v1/accounts/")
                ? delete ? idOfNew("accounts", "username") : account
                : operation.path().startsWith("/api/v1/budgets/")
                        ? delete ? newBudget() : budget
                        : operation.path().startsWith("/api/v1/keys/") ? idOfNew("keys", "name") : session;
        String name = delete && operation.path().startsWith("/api/v1/providers/")
                ? provider("generated-" + deleted++)
                : "mobile";
        String address =
                operation.path().replace("{id}", id).replace("{name}", name).replace("{key}", "hone.slow-request-ms");
        return operation.id().equals("readSteps") ? address + "?metric=a" : address;
    }

    /** Each is deleted by the request that it is for, or the next. */
    private String idOfNew(String list, String nameMember) throws IOException {
        return created(list, Map.of(nameMember, "generated-" + deleted++, "role", "viewer"))
                .get("id")
                .asText();
    }

    private String provider(String name) throws IOException {
        return created("providers", Map.of("name", name, "kind", "generic", "base_url", "https://api.example.com"))
                .get("name")
                .asText();
    }

    private String newBudget() throws IOException {
        Map<String, String> body =
                Map.of("scope", "project", "subject", "generated-" + deleted++, "amount_usd", "1", "window", "day");
        return created("budgets", body).get("id").asText();
    }

    private JsonNode created(String list, Map<String, String> body) throws IOException {
        try {
            return ServerProcess.json(server.send("POST", "/api/v1/" + list, body));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static String separator(Operation operation) {
        return operation.id().equals("readSteps") ? "&" : "?";
    }

    private RawHttp.Answer send(Operation operation, String target, String type, byte[] body, String... headers)
            throws IOException {
        StringBuilder head =
                new StringBuilder("%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n".formatted(operation.method(), target));
        // Behind the access check: only who signed in has a password to change.
        head.append(operation.path().equals("/api/v1/auth/password") ? signedIn : operator)
                .append("\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        if (body != null) {
            head.append("Content-Type: %s\r\nContent-Length: %d\r\n".formatted(type, body.length));
        }
        RawHttp.Answer answer;
        try {
            connection.send(head.append("\r\n").toString());
            if (body != null) {
                connection.send(body);
            }
            answer = connection.read();
        } catch (IOException e) {
            connection.close();
            connection = RawHttp.connect(server.port());
            fail(operation, shortened(target) + " " + List.of(headers) + " ended the connection: " + e, null);
            return new RawHttp.Answer(0, Map.of(), new byte[0]);
        }
        if (isNoHttp(operation, target, headers) && Answers.isBare(answer)) {
            connection.close();
            connection = RawHttp.connect(server.port());
            return answer;
        }
        List<String> wrong = new ArrayList<>(Answers.check(DOCUMENT, answer.status(), answer.headers(), answer.body()));
        if (!wrong.isEmpty()) {
            fail(
                    operation,
                    wrong + " " + shortened(target) + " " + List.of(headers) + " "
                            + shortened(body == null ? "" : new String(body, StandardCharsets.UTF_8)),
                    answer);
        }
        if ("close".equalsIgnoreCase(answer.headers().get("connection"))) {
            connection.close();
            connection = RawHttp.connect(server.port());
        }
        return answer;
    }

    /** What the layer below the application refuses by itself, before any filter. */
    private static boolean isNoHttp(Operation operation, String target, String... headers) {
        String path = target.replaceAll("\\?.*", "");
        return operation.method().equals("TRACE")
                || path.contains("%00")
                || path.contains("%ff")
                || List.of(headers).contains("Expect: nothing")
                || List.of(headers).contains("Accept-Language: \u0001");
    }

    private void fail(Operation operation, String what, RawHttp.Answer answer) {
        failures.add("%s: %s → %s"
                .formatted(operation, what, answer == null ? "" : answer.status() + " " + shortened(answer.text())));
    }

    /** Fails with everything that was found since. */
    private void told() {
        List<String> told = failures.stream().limit(MOST_TOLD).toList();
        int count = failures.size();
        failures.clear();
        assertThat(told).as("%d failures", count).isEmpty();
    }

    private static String shortened(String text) {
        return text.length() <= 700 ? text : text.substring(0, 350) + "…" + text.substring(text.length() - 350);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
