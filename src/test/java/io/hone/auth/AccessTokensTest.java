package io.hone.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.PlainHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.hone.audit.SettableClock;
import io.hone.database.Database;
import io.hone.database.TestDatabases;
import io.hone.events.Events;
import io.hone.settings.Settings;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens that are not as we make them; the cases are of the kinds that Wycheproof has for JSON Web Signatures. */
class AccessTokensTest {

    private static final Instant NOW = Instant.parse("2026-11-21T01:00:00Z");
    private static final UUID ACCOUNT = UUID.fromString("01a1fbaa-e2cc-730a-bb7e-a586b2884551");
    private static final UUID SIGN_IN = UUID.fromString("01a1fbaa-e397-77f4-995b-e300659ac30c");

    private final SettableClock clock = new SettableClock(NOW);
    private Database database;
    private AuthFixture auth;
    private OctetSequenceKey key;

    @BeforeEach
    void open(@TempDir Path folder) {
        database = TestDatabases.sqlite(folder);
        auth = new AuthFixture(
                database, Settings.defaults(), new Events(event -> {}), clock, "0123456789abcdef0123456789abcdef");
        key = auth.signingKeys.current();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void issued_isVerifiedUntilItExpires() {
        AccessTokens.Issued issued = auth.tokens.signer().issue(ACCOUNT, SIGN_IN);

        assertThat(auth.tokens.verify(issued.token()))
                .returns(ACCOUNT, AccessTokens.Claims::account)
                .returns(SIGN_IN, AccessTokens.Claims::signIn)
                .returns(issued.expiresAt(), AccessTokens.Claims::expiresAt);
        assertThat(issued.expiresAt()).isEqualTo(NOW.plusSeconds(900));
        clock.advance(Duration.ofSeconds(903));
        assertThat(auth.tokens.verify(issued.token())).isNull();
    }

    @Test
    void sameClaimsSignedByUs_areTaken() throws Exception {
        assertThat(auth.tokens.verify(signed(header -> {}, claims -> {}))).isNotNull();
    }

    static Stream<Arguments> headers() {
        return Stream.of(
                header("no key id", header -> header.keyID(null)),
                header("unknown key id", header -> header.keyID("made-up")),
                header("key id of a path", header -> header.keyID("../../secret.key")),
                header("key id of SQL", header -> header.keyID("' OR '1'='1")),
                header("another type", header -> header.type(JOSEObjectType.JWT)),
                header("no type", header -> header.type(null)),
                header("an extension that must be understood", header -> header.criticalParams(java.util.Set.of("exp"))
                        .customParam("exp", 1)));
    }

    private static Arguments header(String name, Consumer<JWSHeader.Builder> change) {
        return Arguments.of(name, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headers")
    void headerThatIsNotOurs_isRefused(String name, Consumer<JWSHeader.Builder> change) throws Exception {
        assertThat(auth.tokens.verify(signed(change, claims -> {}))).isNull();
    }

    static Stream<Arguments> claims() {
        return Stream.of(
                claim("expired", claims -> claims.expirationTime(Date.from(NOW.minusSeconds(3)))),
                claim("never expires", claims -> claims.expirationTime(null)),
                claim("not valid yet", claims -> claims.notBeforeTime(Date.from(NOW.plusSeconds(60)))),
                claim("another issuer", claims -> claims.issuer("somebody")),
                claim("no issuer", claims -> claims.issuer(null)),
                claim("no subject", claims -> claims.subject(null)),
                claim("subject that is no id", claims -> claims.subject("admin")),
                claim("no sign-in", claims -> claims.claim("sid", null)),
                claim("sign-in that is a number", claims -> claims.claim("sid", 7)),
                claim("no id", claims -> claims.jwtID(null)));
    }

    private static Arguments claim(String name, Consumer<JWTClaimsSet.Builder> change) {
        return Arguments.of(name, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("claims")
    void claimsThatAreNotOurs_areRefused(String name, Consumer<JWTClaimsSet.Builder> change) throws Exception {
        assertThat(auth.tokens.verify(signed(header -> {}, change))).isNull();
    }

    @Test
    void noneAsAlgorithm_isRefused() {
        String plain = new PlainJWT(
                        new PlainHeader.Builder()
                                .type(new JOSEObjectType("at+jwt"))
                                .build(),
                        ours().build())
                .serialize();

        assertThat(auth.tokens.verify(plain)).isNull();
        for (String name : new String[] {"none", "None", "NONE", "nOnE", ""}) {
            String header = "{\"alg\":\"%s\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}".formatted(name, key.getKeyID());
            String payload = plain.split("\\.", -1)[1];
            assertThat(auth.tokens.verify(encoded(header) + "." + payload + "."))
                    .isNull();
            assertThat(auth.tokens.verify(encoded(header) + "." + payload)).isNull();
        }
    }

    @Test
    void otherAlgorithms_areRefusedEvenWithOurKey() throws Exception {
        byte[] longer = java.util.Arrays.copyOf(key.toByteArray(), 64);
        for (JWSAlgorithm algorithm : new JWSAlgorithm[] {JWSAlgorithm.HS384, JWSAlgorithm.HS512}) {
            assertThat(auth.tokens.verify(signed(algorithm, new MACSigner(longer))))
                    .isNull();
        }
        KeyPairGenerator pairs = KeyPairGenerator.getInstance("RSA");
        pairs.initialize(2_048);
        assertThat(auth.tokens.verify(signed(
                        JWSAlgorithm.RS256,
                        new RSASSASigner(pairs.generateKeyPair().getPrivate()))))
                .isNull();
        assertThat(auth.tokens.verify(signed(JWSAlgorithm.HS256, new MACSigner(new byte[32]))))
                .as("another key under our id")
                .isNull();
    }

    @Test
    void anyChangedCharacter_isRefused() throws Exception {
        String token = signed(header -> {}, claims -> {});

        for (int i = 0; i < token.length(); i++) {
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            String changed = token.substring(0, i) + other + token.substring(i + 1);
            // The last character of a part may hold bits that say nothing; those must not count either.
            if (!sameBytes(token, changed)) {
                assertThat(auth.tokens.verify(changed)).as("character " + i).isNull();
            }
        }
    }

    @Test
    void partsThatAreMissingOrTooMany_areRefused() throws Exception {
        String token = signed(header -> {}, claims -> {});
        String[] parts = token.split("\\.", -1);
        for (String wrong : new String[] {
            "",
            ".",
            "..",
            "...",
            "a.b.c",
            parts[0] + "." + parts[1],
            parts[0] + "." + parts[1] + ".",
            "." + parts[1] + "." + parts[2],
            parts[0] + ".." + parts[2],
            token + ".",
            token + "." + parts[2],
            parts[1] + "." + parts[0] + "." + parts[2],
            token.substring(0, token.length() - 4),
            token.replace('.', ' '),
            "Bearer " + token,
            "\u0000".repeat(100),
            "𝄞".repeat(100)
        }) {
            assertThat(auth.tokens.verify(wrong)).as(wrong).isNull();
            assertThat(auth.access.identify(wrong)).as(wrong).isNull();
        }
    }

    @Test
    void randomText_isRefused() {
        Arbitraries.strings().ofMaxLength(300).list().ofSize(200).sample().forEach(text -> {
            assertThat(auth.tokens.verify(text)).isNull();
            assertThat(auth.access.identify(text)).isNull();
        });
        assertThat(Tuple.of(auth.access.identify("x".repeat(1_000_000)))).isEqualTo(Tuple.of((Object) null));
    }

    private JWTClaimsSet.Builder ours() {
        return new JWTClaimsSet.Builder()
                .issuer("hone")
                .subject("AaH7quLMcwq7fqWGsohFUQ")
                .claim("sid", "AaH7quOXd_SZW-MAZZrDDA")
                .jwtID("token-1")
                .issueTime(Date.from(NOW))
                .notBeforeTime(Date.from(NOW))
                .expirationTime(Date.from(NOW.plusSeconds(900)));
    }

    private String signed(Consumer<JWSHeader.Builder> header, Consumer<JWTClaimsSet.Builder> claims) throws Exception {
        JWSHeader.Builder changedHeader = new JWSHeader.Builder(JWSAlgorithm.HS256)
                .type(new JOSEObjectType("at+jwt"))
                .keyID(key.getKeyID());
        header.accept(changedHeader);
        JWTClaimsSet.Builder changedClaims = ours();
        claims.accept(changedClaims);
        SignedJWT token = new SignedJWT(changedHeader.build(), changedClaims.build());
        token.sign(new MACSigner(key));
        return token.serialize();
    }

    private String signed(JWSAlgorithm algorithm, JWSSigner signer) throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(algorithm)
                        .type(new JOSEObjectType("at+jwt"))
                        .keyID(key.getKeyID())
                        .build(),
                ours().build());
        token.sign(signer);
        return token.serialize();
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }

    private static boolean sameBytes(String one, String other) {
        String[] first = one.split("\\.", -1);
        String[] second = other.split("\\.", -1);
        if (first.length != second.length) {
            return false;
        }
        for (int i = 0; i < first.length; i++) {
            if (!java.util.Arrays.equals(new Base64URL(first[i]).decode(), new Base64URL(second[i]).decode())) {
                return false;
            }
        }
        return true;
    }
}
