package io.hone.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.http.Json;
import io.hone.secrets.Sealed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tokens and keys of all sorts: what lets in, what does not, and when it ends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenIT {

    private static final ApiDocument DOCUMENT = ApiDocument.read();
    private static final String ABOUT = "/api/v1/about";
    private static final String AUTH = "/api/v1/auth/";
    private static final String ME = AUTH + "me";
    private static final String PASSWORD = "correct horse battery staple";

    private final Secrets secrets = new Secrets();
    private Path data;
    private ServerProcess server;
    private int accounts;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        data = folder;
        server = ServerProcess.start(data, Map.of("HONE_LIMIT_SIGN_IN_PER_MINUTE", "10000"));
        secrets.keep(PASSWORD);
    }

    @AfterAll
    void stop() throws Exception {
        try {
            secrets.assertNowhere(server, data);
            assertThat(server.output()).doesNotContain("SEVERE").doesNotContain("\tat ");
        } finally {
            server.close();
        }
    }

    // Tokens that are none

    /**
     * Signed with the server's own key, which the test takes from its data folder: so only what each case changes can be
     * the reason for the refusal.
     */
    @Test
    void token_forged_isRefused() throws Exception {
        JsonNode real = signedIn();
        String token = real.get("access_token").asText();
        String[] parts = token.split("\\.");
        Map<String, Object> header = members(parts[0]);
        Map<String, Object> claims = members(parts[1]);
        byte[] key = signingKey((String) header.get("kid"));
        assertThat(header).containsEntry("alg", "HS256").containsEntry("typ", "at+jwt");
        // The test's own signature is as good as the server's: what follows is no refusal of everything.
        assertLetsIn(signed(key, header, claims));

        long now = Instant.now().getEpochSecond();
        Map<String, String> forged = new LinkedHashMap<>();
        forged.put("alg none", text(with(header, "alg", "none")) + "." + parts[1] + ".");
        forged.put("alg none, old signature", text(with(header, "alg", "none")) + "." + parts[1] + "." + parts[2]);
        forged.put("alg None", text(with(header, "alg", "None")) + "." + parts[1] + ".");
        forged.put("no alg", signed(key, without(header, "alg"), claims));
        forged.put("alg is a number", signed(key, with(header, "alg", 256), claims));
        for (String algorithm : List.of("HS384", "HS512", "RS256", "ES256", "EdDSA", "PS256", "hs256", "")) {
            forged.put("alg " + algorithm, signed(key, with(header, "alg", algorithm), claims));
        }
        forged.put("HS384 signed so", signedWith("HmacSHA384", key, with(header, "alg", "HS384"), claims));
        forged.put("another kid", signed(key, with(header, "kid", "another"), claims));
        forged.put("kid of a path", signed(new byte[] {0}, with(header, "kid", "../../dev/null"), claims));
        forged.put("kid of SQL", signed(key, with(header, "kid", "' OR '1'='1"), claims));
        forged.put("no kid", signed(key, without(header, "kid"), claims));
        forged.put("another key", signed(new byte[32], header, claims));
        forged.put("its own key", signed(new byte[32], with(header, "jwk", jwk()), claims));
        forged.put("key elsewhere", signed(key, with(header, "jku", "http://127.0.0.1:1/k"), with(claims, "exp", 1)));
        forged.put("another type", signed(key, with(header, "typ", "JWT"), claims));
        forged.put("no type", signed(key, without(header, "typ"), claims));
        forged.put("critical", signed(key, with(header, "crit", List.of("x")), claims));
        forged.put("payload changed", parts[0] + "." + text(with(claims, "sub", "x")) + "." + parts[2]);
        forged.put("signature changed", token.substring(0, token.length() - 4) + flipped(token));
        forged.put("signature cut", token.substring(0, token.length() - 4));
        forged.put("no signature", parts[0] + "." + parts[1] + ".");
        forged.put("expired", signed(key, header, with(claims, "exp", now - 60)));
        forged.put("expired long ago", signed(key, header, with(claims, "exp", 0)));
        forged.put("exp is text", signed(key, header, with(claims, "exp", "never")));
        forged.put("not yet valid", signed(key, header, with(claims, "nbf", now + 3_600)));
        forged.put("another issuer", signed(key, header, with(claims, "iss", "honey")));
        forged.put("another account", signed(key, header, with(claims, "sid", "A".repeat(22))));
        forged.put("sid is no id", signed(key, header, with(claims, "sid", "x")));
        forged.put("sub is a number", signed(key, header, with(claims, "sub", 7)));
        for (String claim : List.of("exp", "iat", "sub", "jti", "sid", "iss")) {
            forged.put("no " + claim, signed(key, header, without(claims, claim)));
        }
        forged.put("two parts", parts[0] + "." + parts[1]);
        forged.put("four parts", token + ".AAAA");
        forged.put("five parts", "a.b.c.d.e");
        forged.put("header nested deeply", text("{\"a\":" + "[".repeat(1_000) + "]".repeat(1_000) + "}") + ".e30.AAAA");
        forged.put("no JSON", text("nonsense") + "." + parts[1] + "." + parts[2]);
        forged.put("refresh token", real.get("refresh_token").asText());
        List<String> wrong = new ArrayList<>();
        forged.forEach((what, sent) -> collect(wrong, what, "Authorization: Bearer " + sent));
        assertThat(wrong).isEmpty();
        assertLetsIn(token);
    }

    @Test
    void authorization_malformed_isRefused() throws Exception {
        String token = signedIn().get("access_token").asText();
        String key = secrets.keep(server.createKey("well-formed", "admin"));
        List<String> wrong = new ArrayList<>();
        for (String value : List.of(
                "",
                " ",
                "Bearer",
                "Bearer ",
                "Bearer  ",
                token,
                key,
                "Basic " + Base64.getEncoder().encodeToString(("admin:" + PASSWORD).getBytes(StandardCharsets.UTF_8)),
                "Digest username=\"admin\"",
                "Bearer " + key + " " + key,
                "Bearer " + key + "," + key,
                "Bearer \"" + key + "\"",
                "Bearer " + key + "\u00e9",
                "Bearer " + key + "\u0001",
                "Bearer hone_",
                "Bearer hone_' OR '1'='1",
                "Bearer " + key.substring(0, key.length() - 1),
                "Bearer " + key + "A",
                "Bearer " + key.toUpperCase(java.util.Locale.ROOT),
                "Bearer honeo_x",
                "Bearer %00",
                "Bearer ../../secret.key",
                "Bearer " + "A".repeat(4_097),
                "Bearer ${jndi:ldap://127.0.0.1/a}",
                "BearerX " + key,
                "Bearer\t" + key + "\tx")) {
            collect(wrong, shortened(value), "Authorization: " + value);
        }
        // Whichever of two somebody else looked at, this server looks at neither.
        String valid = "Authorization: Bearer " + key;
        collect(wrong, "two fields", valid, "Authorization: Bearer nonsense");
        collect(wrong, "two fields, nonsense first", "Authorization: Bearer nonsense", valid);
        collect(wrong, "the same twice", valid, valid);
        assertThat(wrong).isEmpty();
        // The scheme's case does not matter (RFC 9110, section 11.1), nor the field's.
        for (String right : List.of("Authorization: bearer " + key, "authorization: BEARER " + key)) {
            assertThat(ask(right).status()).as(right).isEqualTo(200);
        }
    }

    @Test
    void authorization_ofAMegabyte_isRefused() throws Exception {
        try (RawHttp http = RawHttp.connect(server.port())) {
            try {
                http.send(RawHttp.request("GET", ABOUT, "Authorization: Bearer " + "A".repeat(1_048_576)));
            } catch (java.io.IOException e) {
                // Cut off before all of it was taken, which is a refusal too.
                assertThat(e).isNotNull();
            }
            try {
                assertThat(http.read().status()).isBetween(400, 499);
            } catch (java.io.IOException e) {
                assertThat(http.isClosed()).isTrue();
            }
        }
        assertThat(server.get(ABOUT).statusCode()).isEqualTo(200);
    }

    /** A line break in a field begins the next one, which must not be taken for part of the answer or the log. */
    @Test
    void authorization_withInjectedLines_changesNothing() throws Exception {
        RawHttp.Answer answer = ask("Authorization: Bearer x\r\nX-Injected: y\r\nSet-Cookie: hone_refresh=z");
        Answers.problem(DOCUMENT, 401, answer);
        assertThat(answer.headers()).doesNotContainKeys("x-injected", "set-cookie");
        for (String encoded :
                List.of("x%0d%0aX-Injected:%20y", "x\\r\\nX-Injected: y", "x\u000bSEVERE", "x\rX-Injected: y")) {
            RawHttp.Answer one = ask("Authorization: Bearer " + encoded);
            assertThat(one.status()).as(one.toString()).isBetween(400, 401);
            assertThat(one.headers()).doesNotContainKey("x-injected");
            assertThat(one.text()).doesNotContain("X-Injected");
        }
        assertThat(server.output()).doesNotContain("X-Injected");
    }

    // How access ends

    @Test
    void logout_endsTheSignInAtOnce() throws Exception {
        String username = account("viewer");
        JsonNode one = signIn(username);
        JsonNode other = signIn(username);
        assertThat(server.anonymously()
                        .send("POST", AUTH + "logout", Map.of("refresh_token", refreshOf(one)))
                        .statusCode())
                .isEqualTo(204);
        assertEnded(one);
        assertLetsIn(accessOf(other));

        JsonNode third = signIn(username);
        assertThat(as(other).send("POST", AUTH + "logout", Map.of()).statusCode())
                .isEqualTo(204);
        assertEnded(other);
        assertLetsIn(accessOf(third));

        JsonNode fourth = signIn(username);
        assertThat(as(third)
                        .send("POST", AUTH + "logout", Map.of("everywhere", true))
                        .statusCode())
                .isEqualTo(204);
        assertEnded(third);
        assertEnded(fourth);
        assertThat(server.anonymously()
                        .send("POST", AUTH + "logout", Map.of("everywhere", true))
                        .statusCode())
                .isEqualTo(401);
        // Nothing to end is no failure.
        assertThat(server.anonymously()
                        .send("POST", AUTH + "logout", Map.of("refresh_token", "honer_unknown"))
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void revoke_endsWhatItIsGivenAtOnce() throws Exception {
        String username = account("viewer");
        JsonNode one = signIn(username);
        JsonNode other = signIn(username);
        String key = secrets.keep(server.createKey("revoked", "viewer"));
        assertLetsIn(key);
        for (String token : List.of(accessOf(one), key, "nonsense", "hone_unknown", "a.b.c")) {
            assertThat(as(other)
                            .send("POST", AUTH + "revoke", Map.of("token", token))
                            .statusCode())
                    .isEqualTo(204);
        }
        assertRefused(accessOf(one));
        assertRefused(key);
        assertLetsIn(accessOf(other));
        // Of an access token the token alone ends; of a refresh token all of its sign-in.
        JsonNode next = secrets.keep(ServerProcess.json(refresh(refreshOf(one))));
        assertLetsIn(accessOf(next));
        as(other).send("POST", AUTH + "revoke", Map.of("token", refreshOf(next)));
        assertEnded(next);
        assertThat(as(other)
                        .send("POST", AUTH + "revoke", Map.of("token", accessOf(other)))
                        .statusCode())
                .isEqualTo(204);
        assertRefused(accessOf(other));
    }

    @Test
    void password_changed_endsTheOtherSignIns() throws Exception {
        String username = account("viewer");
        JsonNode one = signIn(username);
        JsonNode other = signIn(username);
        String changed = secrets.keep("another long password");
        for (Map.Entry<Map<String, String>, String> refused : Map.of(
                        Map.of("password", changed), "/current_password",
                        Map.of("current_password", "not the password", "password", changed), "/current_password",
                        Map.of("current_password", PASSWORD, "password", "elevenchars"), "/password",
                        Map.of("current_password", PASSWORD, "password", "x".repeat(257)), "/password",
                        Map.of("current_password", PASSWORD), "/password")
                .entrySet()) {
            var answer = as(one).send("PUT", AUTH + "password", refused.getKey());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
            assertThat(ServerProcess.json(answer).at("/errors/0/pointer").asText())
                    .isEqualTo(refused.getValue());
        }
        assertLetsIn(accessOf(other));
        Map<String, String> body = Map.of("current_password", PASSWORD, "password", changed);
        assertThat(as(one).send("PUT", AUTH + "password", body).statusCode()).isEqualTo(204);
        assertLetsIn(accessOf(one));
        assertEnded(other);
        assertThat(login(username, PASSWORD)).isEqualTo(401);
        assertThat(login(username, changed)).isEqualTo(200);
    }

    @Test
    void account_changedOrDeleted_holdsAtOnce() throws Exception {
        String username = account("admin");
        JsonNode tokens = signIn(username);
        String address = "/api/v1/accounts/" + tokens.at("/account/id").asText();
        assertThat(as(tokens).get("/api/v1/keys").statusCode()).isEqualTo(200);
        String key = secrets.keep(ServerProcess.json(
                        as(tokens).send("POST", "/api/v1/keys", Map.of("name", "of " + username, "role", "admin")))
                .get("key")
                .asText());
        assertThat(server.as(key).get("/api/v1/keys").statusCode()).isEqualTo(200);

        server.send("PATCH", address, Map.of("role", "viewer"));
        assertThat(as(tokens).get("/api/v1/keys").statusCode()).isEqualTo(403);
        assertThat(ServerProcess.json(as(tokens).get(ME)).get("role").asText()).isEqualTo("viewer");

        server.send("PATCH", address, Map.of("disabled", true));
        assertEnded(tokens);
        assertRefused(key);
        assertThat(login(username, PASSWORD)).isEqualTo(401);
        server.send("PATCH", address, Map.of("disabled", false));
        // Enabling gives no sign-in back that ended; the key was never taken.
        assertEnded(tokens);
        assertLetsIn(key);
        JsonNode anew = signIn(username);

        assertThat(server.send("DELETE", address, null).statusCode()).isEqualTo(204);
        assertEnded(anew);
        assertRefused(key);
        assertThat(login(username, PASSWORD)).isEqualTo(401);
    }

    @Test
    void key_ofADeletedOne_isRefusedAtOnce() throws Exception {
        var made = ServerProcess.json(server.send("POST", "/api/v1/keys", Map.of("name", "short", "role", "viewer")));
        String key = secrets.keep(made.get("key").asText());
        String address = "/api/v1/keys/" + made.get("id").asText();
        assertLetsIn(key);
        var shown = server.get(address);
        assertThat(shown.body()).doesNotContain(key);
        assertThat(ServerProcess.json(shown).get("hint").asText()).isEqualTo("…" + key.substring(key.length() - 4));
        assertThat(server.get("/api/v1/keys?limit=500").body()).doesNotContain(key);
        assertThat(server.send("DELETE", address, null).statusCode()).isEqualTo(204);
        assertRefused(key);
    }

    /** A repeated request gets the answer of the first one, but nobody keeps the key for that. */
    @Test
    void key_askedForTwice_isShownOnce() throws Exception {
        Map<String, String> body = Map.of("name", "once", "role", "viewer");
        var first = server.send("POST", "/api/v1/keys", body, "Idempotency-Key", "key-once");
        var second = server.send("POST", "/api/v1/keys", body, "Idempotency-Key", "key-once");
        secrets.keep(ServerProcess.json(first).get("key").asText());
        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(ServerProcess.json(second).get("id"))
                .isEqualTo(ServerProcess.json(first).get("id"));
        assertThat(ServerProcess.json(second).get("key").isNull()).isTrue();
    }

    @Test
    void admin_thatIsTheLast_stays() throws Exception {
        JsonNode accounts = ServerProcess.json(server.get("/api/v1/accounts?limit=500"));
        for (JsonNode one : accounts.get("items")) {
            String address = "/api/v1/accounts/" + one.get("id").asText();
            if (one.get("role").asText().equals("admin")
                    && !one.get("username").asText().equals("admin")) {
                server.send("DELETE", address, null);
            } else if (one.get("username").asText().equals("admin")) {
                accounts = one;
            }
        }
        String address = "/api/v1/accounts/" + accounts.get("id").asText();
        assertThat(server.send("DELETE", address, null).statusCode()).isEqualTo(409);
        assertThat(server.send("PATCH", address, Map.of("role", "viewer")).statusCode())
                .isEqualTo(409);
        assertThat(server.send("PATCH", address, Map.of("disabled", true)).statusCode())
                .isEqualTo(409);
    }

    /** The fields of a line; nothing may be let in, fail, or be answered with what was sent. */
    private void collect(List<String> wrong, String what, String... lines) {
        try {
            RawHttp.Answer answer = ask(lines);
            // What is no field at all does not reach the application.
            boolean malformed = answer.status() == 400 && Answers.isBare(answer);
            if (answer.status() != 401 && !malformed) {
                wrong.add(what + ": " + answer);
            }
            if (!malformed) {
                Answers.check(DOCUMENT, answer.status(), answer.headers(), answer.body())
                        .forEach(problem -> wrong.add(what + ": " + problem));
            }
        } catch (java.io.IOException e) {
            wrong.add(what + ": " + e);
        }
    }

    private RawHttp.Answer ask(String... lines) throws java.io.IOException {
        List<String> all = new ArrayList<>(List.of(lines));
        all.add("Connection: close");
        return RawHttp.ask(server.port(), RawHttp.request("GET", ABOUT, all.toArray(String[]::new)));
    }

    private void assertEnded(JsonNode tokens) throws Exception {
        assertRefused(accessOf(tokens));
        assertThat(refresh(refreshOf(tokens)).statusCode()).isEqualTo(401);
    }

    private void assertRefused(String credential) throws Exception {
        var answer = server.as(credential).get(ME);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
        assertThat(answer.headers().allValues("WWW-Authenticate"))
                .as(answer.headers().map().toString())
                .containsExactly("Bearer realm=\"hone\", error=\"invalid_token\"");
    }

    private void assertLetsIn(String credential) throws Exception {
        var answer = server.as(credential).get(ME);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private java.net.http.HttpResponse<String> refresh(String token) throws Exception {
        return server.anonymously().send("POST", AUTH + "refresh", Map.of("refresh_token", token));
    }

    private int login(String username, String password) throws Exception {
        var answer =
                server.anonymously().send("POST", AUTH + "login", Map.of("username", username, "password", password));
        if (answer.statusCode() == 200) {
            secrets.keep(ServerProcess.json(answer));
        }
        return answer.statusCode();
    }

    private String account(String role) throws Exception {
        String username = "somebody-" + accounts++;
        server.createAccount(username, role, PASSWORD);
        return username;
    }

    private JsonNode signIn(String username) throws Exception {
        return secrets.keep(server.signIn(username, PASSWORD));
    }

    private JsonNode signedIn() throws Exception {
        return signIn(account("viewer"));
    }

    private ServerProcess.Caller as(JsonNode tokens) {
        return server.as(accessOf(tokens));
    }

    private static String accessOf(JsonNode tokens) {
        return tokens.get("access_token").asText();
    }

    private static String refreshOf(JsonNode tokens) {
        return tokens.get("refresh_token").asText();
    }

    /** The key of that id, as whoever has the data folder can read it; nowhere is it in plain. */
    private byte[] signingKey(String id) throws Exception {
        byte[] secret = HexFormat.of()
                .parseHex(Files.readString(data.resolve("secret.key")).strip());
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("hone.db"));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT secret FROM signing_key WHERE id = '" + id + "'")) {
            assertThat(row.next()).isTrue();
            byte[] key = Sealed.open(secret, row.getBytes(1));
            assertThat(key).hasSize(32);
            for (String file : List.of("hone.db", "hone.db-wal")) {
                String bytes = Files.readString(data.resolve(file), StandardCharsets.ISO_8859_1);
                assertThat(bytes.contains(new String(key, StandardCharsets.ISO_8859_1)))
                        .isFalse();
                assertThat(bytes.contains(HexFormat.of().formatHex(key))).isFalse();
            }
            return key;
        }
    }

    private static String signed(byte[] key, Map<String, Object> header, Map<String, Object> claims) throws Exception {
        return signedWith("HmacSHA256", key, header, claims);
    }

    private static String signedWith(
            String algorithm, byte[] key, Map<String, Object> header, Map<String, Object> claims) throws Exception {
        String input = text(header) + "." + text(claims);
        Mac mac = Mac.getInstance(algorithm);
        mac.init(new SecretKeySpec(key, algorithm));
        return input + "." + encoded(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> members(String part) throws Exception {
        return Json.MAPPER.readValue(Base64.getUrlDecoder().decode(part), LinkedHashMap.class);
    }

    private static Map<String, Object> with(Map<String, Object> members, String name, Object value) {
        return changed(members, copy -> copy.put(name, value));
    }

    private static Map<String, Object> without(Map<String, Object> members, String name) {
        return changed(members, copy -> copy.remove(name));
    }

    private static Map<String, Object> changed(Map<String, Object> members, Consumer<Map<String, Object>> change) {
        Map<String, Object> copy = new LinkedHashMap<>(members);
        change.accept(copy);
        return copy;
    }

    private static Map<String, Object> jwk() {
        return Map.of("kty", "oct", "k", encoded(new byte[32]));
    }

    private static String text(Object json) {
        return encoded((json instanceof String text ? text : Json.write(json)).getBytes(StandardCharsets.UTF_8));
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The last four letters of a token as others. */
    private static String flipped(String token) {
        return token.endsWith("AAAA") ? "BBBB" : "AAAA";
    }

    private static String shortened(String text) {
        return text.length() < 60 ? text : text.substring(0, 60) + "…";
    }
}
