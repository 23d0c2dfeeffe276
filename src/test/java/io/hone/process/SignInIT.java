package io.hone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starting, signing in, and what is left of it after a restart. */
class SignInIT {

    private static final String AUTH = "/api/v1/auth/";
    private static final String ME = AUTH + "me";
    private static final String PASSWORD = "correct horse battery staple";
    private static final int CALLERS = 16;
    private static final Pattern LINK =
            Pattern.compile("(?m)^Sign in, once, within 15 minutes: (http://\\S+)/sign-in#code=(\\S+)$");

    private final Secrets secrets = new Secrets();

    @Test
    void firstStart_printsALinkThatSignsInOnce(@TempDir Path data) throws Exception {
        String chosen = secrets.keep("the admin's first password");
        try (ServerProcess server = ServerProcess.start(data)) {
            Matcher link = server.awaitOutput(LINK);
            assertThat(link.group(1)).isEqualTo(server.address());
            String code = secrets.keep(link.group(2));
            assertThat(code).matches("[A-Za-z0-9_-]{43}");
            assertThat(server.anonymously().get("/sign-in").statusCode()).isEqualTo(200);
            assertThat(byLink(server, "A".repeat(43)).statusCode()).isEqualTo(401);

            HttpResponse<String> first = byLink(server, code);
            assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
            assertThat(first.headers().firstValue("Cache-Control")).hasValue("no-store");
            JsonNode tokens = secrets.keep(ServerProcess.json(first));
            assertThat(tokens.get("token_type").asText()).isEqualTo("Bearer");
            assertThat(tokens.get("expires_in").asInt()).isBetween(890, 900);
            assertThat(tokens.at("/account/username").asText()).isEqualTo("admin");
            assertThat(tokens.at("/account/role").asText()).isEqualTo("admin");
            assertThat(tokens.at("/account/password_chosen").asBoolean()).isFalse();
            assertProblem(401, byLink(server, code));

            ServerProcess.Caller admin = server.as(tokens.get("access_token").asText());
            JsonNode short_ =
                    assertProblem(422, admin.send("PUT", AUTH + "password", Map.of("password", "elevenchars")));
            assertThat(short_.at("/errors/0/pointer").asText()).isEqualTo("/password");
            assertThat(admin.send("PUT", AUTH + "password", Map.of("password", chosen))
                            .statusCode())
                    .isEqualTo(204);
            // The sign-in that chose it goes on.
            assertThat(admin.get(ME).statusCode()).isEqualTo(200);
            secrets.keep(server.signIn("admin", chosen));
            secrets.assertNowhere(server, data);
            assertThat(LINK.matcher(server.output()).results()).hasSize(1);
        }
        try (ServerProcess server = ServerProcess.start(data)) {
            secrets.keep(server.signIn("admin", chosen));
            assertThat(server.output()).doesNotContain("#code=");
            secrets.assertNowhere(server, data);
        }
    }

    /** Whoever started it and saw the link too late is not locked out. */
    @Test
    void secondStart_beforeAnybodySignedIn_printsANewLink(@TempDir Path data) throws Exception {
        String first;
        try (ServerProcess server = ServerProcess.start(data)) {
            first = server.awaitOutput(LINK).group(2);
        }
        try (ServerProcess server = ServerProcess.start(data, Map.of("HONE_PUBLIC_URL", "https://hone.example.com/"))) {
            Matcher line = server.awaitOutput(Pattern.compile("within 15 minutes: (\\S+)/sign-in#code=(\\S+)"));
            assertThat(line.group(1)).isEqualTo("https://hone.example.com");
            assertThat(line.group(2)).isNotEqualTo(first);
            assertThat(byLink(server, line.group(2)).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void adminPassword_ofTheEnvironment_signsIn(@TempDir Path data) throws Exception {
        String password = secrets.keep("from the environment 1");
        try (ServerProcess server = ServerProcess.start(data, Map.of("HONE_ADMIN_PASSWORD", password))) {
            JsonNode tokens = secrets.keep(server.signIn("admin", password));
            assertThat(tokens.at("/account/password_chosen").asBoolean()).isTrue();
            assertThat(server.output()).doesNotContain("#code=");
            secrets.assertNowhere(server, data);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"elevenchars", ""})
    void adminPassword_tooShort_isOneClearLine(String password, @TempDir Path data) throws Exception {
        try (ServerProcess broken = ServerProcess.launch(data, Map.of("HONE_ADMIN_PASSWORD", password))) {
            assertThat(broken.process().waitFor(90, TimeUnit.SECONDS))
                    .as(broken.output())
                    .isTrue();
            List<String> lines =
                    broken.output().lines().filter(line -> !line.isBlank()).toList();
            assertThat(lines).as(broken.output()).hasSize(1);
            assertThat(lines.get(0))
                    .matches("Hone cannot start: HONE_ADMIN_PASSWORD .*12.*256.*")
                    .doesNotContain("elevenchars");
            assertThat(broken.process().exitValue()).isEqualTo(1);
        }
    }

    @Test
    void keyCommand_makesKeysOfTheRunningServer(@TempDir Path data, @TempDir Path elsewhere) throws Exception {
        String folder = data.toString();
        try (ServerProcess server = ServerProcess.start(data)) {
            Tool made = Tool.run("key", "--role", "reporter", "--name", "ci", "--days", "30", "--data", folder);
            assertThat(made.exit()).as(made.err()).isZero();
            // Alone, so that HONE_KEY=$(./hone key --role reporter) works.
            assertThat(made.out()).matches("hone_[A-Za-z0-9_-]{43}\n");
            String key = secrets.keep(made.out().strip());
            assertThat(made.err()).contains("ci").contains("reporter").doesNotContain(key);
            JsonNode me = ServerProcess.json(server.as(key).get(ME));
            assertThat(me.get("name").asText()).isEqualTo("key:ci");
            assertThat(me.get("role").asText()).isEqualTo("reporter");
            assertThat(me.get("kind").asText()).isEqualTo("key");
            assertThat(me.get("expires_at").asText()).isNotEmpty();

            Tool again = Tool.run("key", "--role", "viewer", "--name", "ci", "--data", folder);
            assertFailed(again, "There is a key ci already");
            assertFailed(Tool.run("key", "--role", "king", "--data", folder), "viewer", "reporter", "admin");
            assertThat(Tool.run("key", "--data", folder).exit()).isNotZero();
            assertFailed(Tool.run("key", "--role", "viewer", "--data", elsewhere.toString()), "No server has run on");

            // The address of one server and the token of another one.
            Path other = Files.createDirectories(elsewhere.resolve("server"));
            Files.copy(data.resolve("server").resolve("address"), other.resolve("address"));
            Files.writeString(other.resolve("operator-token"), "honeo_" + "A".repeat(43) + "\n");
            assertFailed(Tool.run("key", "--role", "viewer", "--data", elsewhere.toString()), "unknown");

            Tool link = Tool.run("sign-in", "--data", folder);
            assertThat(link.exit()).as(link.err()).isZero();
            assertThat(link.out()).matches(Pattern.quote(server.address()) + "/sign-in#code=[A-Za-z0-9_-]{43}\n");
            String code = secrets.keep(link.out().strip().replaceAll(".*=", ""));
            secrets.keep(ServerProcess.json(byLink(server, code)));
            assertThat(byLink(server, code).statusCode()).isEqualTo(401);
            assertFailed(Tool.run("sign-in", "--account", "ghost", "--data", folder), "no account ghost");
            secrets.assertNowhere(server, data);
            server.terminate();
        }
        assertFailed(Tool.run("key", "--role", "viewer", "--data", folder), "No server answers at");
    }

    private static void assertFailed(Tool tool, String... reason) {
        assertThat(tool.exit()).as(tool.toString()).isEqualTo(1);
        assertThat(tool.out()).isEmpty();
        assertThat(tool.err().strip().lines()).as(tool.err()).hasSize(1);
        assertThat(tool.err()).contains(reason).doesNotContain("\tat ").doesNotContain("honeo_");
    }

    /** Tabs that ask at once, a retry whose first answer was lost with the server, and one after its restart. */
    @Test
    void refresh_manyAtOnce_isOneRotationAlsoAcrossAKill(@TempDir Path data) throws Exception {
        long rotated;
        JsonNode pair;
        String used;
        try (ServerProcess server = ServerProcess.start(data)) {
            server.createAccount("tabs", "viewer", secrets.keep(PASSWORD));
            JsonNode before = secrets.keep(server.signIn("tabs", PASSWORD));
            used = before.get("refresh_token").asText();
            rotated = System.nanoTime();
            Set<String> pairs = new HashSet<>();
            for (HttpResponse<String> answer : atOnce(() -> refresh(server, used))) {
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                JsonNode tokens = secrets.keep(ServerProcess.json(answer));
                pairs.add(tokens.get("access_token").asText() + " "
                        + tokens.get("refresh_token").asText());
            }
            assertThat(pairs).hasSize(1);
            pair = ServerProcess.json(refresh(server, used));
            assertThat(pair.get("refresh_token").asText()).isNotEqualTo(used);
            assertThat(server.as(pair.get("access_token").asText()).get(ME).statusCode())
                    .isEqualTo(200);
            // A token is not ended by the next one.
            assertThat(server.as(before.get("access_token").asText()).get(ME).statusCode())
                    .isEqualTo(200);
            secrets.assertNowhere(server, data);
            server.kill();
        }
        try (ServerProcess server = ServerProcess.start(data)) {
            HttpResponse<String> answer = refresh(server, used);
            boolean inTime = Duration.ofNanos(System.nanoTime() - rotated).toSeconds() < 30;
            assumeTrue(inTime, "The restart took longer than the grace");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode same = ServerProcess.json(answer);
            assertThat(same.get("access_token")).isEqualTo(pair.get("access_token"));
            assertThat(same.get("refresh_token")).isEqualTo(pair.get("refresh_token"));
            JsonNode next = secrets.keep(
                    ServerProcess.json(refresh(server, pair.get("refresh_token").asText())));
            assertThat(next.get("refresh_token")).isNotEqualTo(pair.get("refresh_token"));
            secrets.assertNowhere(server, data);
        }
    }

    @Test
    void restart_keepsSignIns_untilTheSecretKeyIsDeleted(@TempDir Path data) throws Exception {
        String key;
        JsonNode tokens;
        try (ServerProcess server = ServerProcess.start(data)) {
            server.createAccount("stays", "viewer", secrets.keep(PASSWORD));
            tokens = secrets.keep(server.signIn("stays", PASSWORD));
            key = secrets.keep(server.createKey("stays too", "viewer"));
            Path secretKey = data.resolve("secret.key");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secretKey)))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(data.resolve("server").resolve("operator-token"))))
                    .isEqualTo("rw-------");
            secrets.keep(Files.readString(secretKey).strip());
            secrets.assertNowhere(server, data);
            server.kill();
        }
        String access = tokens.get("access_token").asText();
        String operator;
        try (ServerProcess server = ServerProcess.start(data)) {
            assertThat(server.as(access).get(ME).statusCode()).isEqualTo(200);
            tokens = secrets.keep(ServerProcess.json(
                    refresh(server, tokens.get("refresh_token").asText())));
            operator = server.operatorToken();
            server.terminate();
        }
        Files.delete(data.resolve("secret.key"));
        try (ServerProcess server = ServerProcess.start(data)) {
            for (String ended : List.of(access, tokens.get("access_token").asText(), operator)) {
                assertProblem(401, server.as(ended).get(ME));
            }
            assertProblem(401, refresh(server, tokens.get("refresh_token").asText()));
            // Keys are no sign-ins, and passwords are not encrypted: both go on.
            assertThat(server.as(key).get(ME).statusCode()).isEqualTo(200);
            JsonNode anew = secrets.keep(server.signIn("stays", PASSWORD));
            assertThat(server.as(anew.get("access_token").asText()).get(ME).statusCode())
                    .isEqualTo(200);
            assertThat(server.output()).doesNotContain("SEVERE").doesNotContain("\tat ");
            secrets.assertNowhere(server, data);
        }
    }

    /** Guessing ends soon; other people sign in meanwhile, from the same address too. */
    @Test
    void login_withWrongPasswords_isThrottled(@TempDir Path data) throws Exception {
        try (ServerProcess server = ServerProcess.start(data)) {
            server.createAccount("guessed", "admin", secrets.keep(PASSWORD));
            server.createAccount("other", "viewer", PASSWORD);
            JsonNode known = secrets.keep(server.signIn("guessed", PASSWORD));
            List<HttpResponse<String>> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                answers.add(login(server, "guessed", secrets.keep("wrong password %02d".formatted(i))));
            }
            assertThat(answers.stream().filter(answer -> answer.statusCode() == 401))
                    .hasSizeBetween(5, 20);
            HttpResponse<String> last = answers.get(39);
            assertProblem(429, last);
            assertThat(last.headers().firstValue("Retry-After").orElseThrow()).matches("[1-9]\\d?");
            assertThat(last.headers().firstValue("RateLimit-Policy").orElseThrow())
                    .isEqualTo("\"sign-in\";q=10;w=60");
            assertThat(last.headers().firstValue("RateLimit").orElseThrow()).matches("\"sign-in\";r=0;t=[1-9]\\d?");
            // Not even with the right one, or it would tell which it is; nor with the name in capitals.
            assertThat(login(server, "guessed", PASSWORD).statusCode()).isEqualTo(429);
            assertThat(login(server, " GUESSED ", PASSWORD).statusCode()).isEqualTo(429);

            assertThat(login(server, "other", PASSWORD).statusCode()).isEqualTo(200);
            assertThat(server.as(known.get("access_token").asText()).get(ME).statusCode())
                    .isEqualTo(200);
            assertThat(refresh(server, known.get("refresh_token").asText()).statusCode())
                    .isEqualTo(200);
            secrets.assertNowhere(server, data);
        }
    }

    /** Nothing in the answer tells which names exist. */
    @Test
    void login_refused_saysTheSameWhateverIsWrong(@TempDir Path data) throws Exception {
        try (ServerProcess server = ServerProcess.start(data)) {
            server.createAccount("known", "viewer", secrets.keep(PASSWORD));
            String disabled = server.createAccount("disabled", "viewer", PASSWORD);
            server.send("PATCH", "/api/v1/accounts/" + disabled, Map.of("disabled", true));
            server.send("POST", "/api/v1/accounts", Map.of("username", "linked", "role", "viewer"));
            Set<String> details = new HashSet<>();
            for (List<String> attempt : List.of(
                    List.of("known", "wrong password"),
                    List.of("unknown", PASSWORD),
                    List.of("disabled", PASSWORD),
                    List.of("linked", PASSWORD),
                    List.of("no' OR '1'='1", PASSWORD),
                    List.of("known", PASSWORD + " "),
                    List.of("known", PASSWORD.toUpperCase(java.util.Locale.ROOT)))) {
                HttpResponse<String> refused = login(server, attempt.get(0), attempt.get(1));
                details.add(assertProblem(401, refused).get("detail").asText());
                assertThat(refused.headers().firstValue("Set-Cookie")).isEmpty();
            }
            assertThat(details).hasSize(1);
            secrets.assertNowhere(server, data);
        }
    }

    private static HttpResponse<String> login(ServerProcess server, String username, String password) throws Exception {
        return server.anonymously().send("POST", AUTH + "login", Map.of("username", username, "password", password));
    }

    private static HttpResponse<String> refresh(ServerProcess server, String token) throws Exception {
        return server.anonymously().send("POST", AUTH + "refresh", Map.of("refresh_token", token));
    }

    private static HttpResponse<String> byLink(ServerProcess server, String code) throws Exception {
        return server.anonymously().send("POST", AUTH + "link", Map.of("code", code));
    }

    private static JsonNode assertProblem(int status, HttpResponse<String> response) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/problem+json");
        return ServerProcess.json(response);
    }

    private static <T> List<T> atOnce(java.util.concurrent.Callable<T> work) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        CountDownLatch ready = new CountDownLatch(CALLERS);
        try {
            List<Future<T>> running = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                running.add(callers.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return work.call();
                }));
            }
            List<T> answers = new ArrayList<>();
            for (Future<T> one : running) {
                answers.add(one.get(60, TimeUnit.SECONDS));
            }
            return answers;
        } finally {
            callers.shutdownNow();
        }
    }
}
