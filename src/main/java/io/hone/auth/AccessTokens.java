package io.hone.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.hone.http.Uuids;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens: JSON Web Tokens of RFC 9068's type, signed with HMAC-SHA-256. Only Hone verifies them, so that a
 * signature others could check would buy nothing (ADR 0010). Thread-safe.
 */
@Singleton
class AccessTokens {

    private static final String ISSUER = "hone";
    private static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");
    private static final String SIGN_IN = "sid";

    /** Nodes' clocks may differ by this. */
    private static final int SKEW_SECONDS = 2;

    /**
     * A token that was issued.
     *
     * @param token goes into {@code Authorization: Bearer}
     */
    record Issued(String token, Instant expiresAt) {}

    /** What a token with a valid signature says. */
    record Claims(String id, UUID account, UUID signIn, Instant expiresAt) {}

    private final SigningKeys keys;
    private final Settings settings;
    private final Clock clock;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    @Inject
    AccessTokens(SigningKeys keys, Settings settings, Clock clock) {
        this.keys = keys;
        this.settings = settings;
        this.clock = clock;
        // The algorithm is ours: a token that names another, or none, finds no key.
        JWKSource<SecurityContext> source = (selector, context) -> select(selector);
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(TYPE));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.HS256, source));
        processor.setJWTClaimsSetVerifier(verifier());
    }

    /** Signs with one key: taken before a transaction, since making a key is one itself. */
    final class Signer {
        private final OctetSequenceKey key;

        private Signer(OctetSequenceKey key) {
            this.key = key;
        }

        /** Makes a token for an account that signed in. */
        Issued issue(UUID account, UUID signIn) {
            // JWTs count in seconds.
            Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
            Instant expires = now.plus(settings.duration(SettingsCatalogue.ACCESS_TOKEN));
            JWTClaimsSet claims = new JWTClaimsSet.Builder()
                    .issuer(ISSUER)
                    .subject(shortened(account))
                    .claim(SIGN_IN, shortened(signIn))
                    .jwtID(shortened(Uuids.create()))
                    .issueTime(Date.from(now))
                    .expirationTime(Date.from(expires))
                    .build();
            JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.HS256)
                    .type(TYPE)
                    .keyID(key.getKeyID())
                    .build();
            SignedJWT token = new SignedJWT(header, claims);
            try {
                token.sign(new MACSigner(key));
            } catch (JOSEException e) {
                throw new IllegalStateException("A key of 256 bits signs with HS256", e);
            }
            return new Issued(token.serialize(), expires);
        }
    }

    /** What signs from now on. */
    Signer signer() {
        return new Signer(keys.current());
    }

    /** What a token says; null unless its signature, type and times are right. */
    @Nullable
    Claims verify(String token) {
        try {
            JWTClaimsSet claims = processor.process(SignedJWT.parse(token), null);
            return new Claims(
                    claims.getJWTID(),
                    lengthened(claims.getSubject()),
                    lengthened(claims.getStringClaim(SIGN_IN)),
                    claims.getExpirationTime().toInstant());
        } catch (ParseException | BadJOSEException | IllegalArgumentException e) {
            return null;
        } catch (JOSEException e) {
            throw new IllegalStateException("HS256 cannot be verified on this platform", e);
        }
    }

    /** 22 characters instead of 36: tokens go with each request, and are digested with each. */
    private static String shortened(UUID id) {
        byte[] bytes = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** @throws IllegalArgumentException if this is no shortened id */
    private static UUID lengthened(String text) {
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        if (bytes.length != 2 * Long.BYTES) {
            throw new IllegalArgumentException("No id: " + bytes.length + " bytes");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    private List<JWK> select(JWKSelector selector) {
        Set<String> ids = selector.getMatcher().getKeyIDs();
        String id = ids == null || ids.isEmpty() ? null : ids.iterator().next();
        // Without an id a token could be tried against every key; ours always have one.
        return id == null ? List.of() : selector.select(keys.forVerification(id));
    }

    private DefaultJWTClaimsVerifier<SecurityContext> verifier() {
        DefaultJWTClaimsVerifier<SecurityContext> verifier =
                new DefaultJWTClaimsVerifier<>(
                        new JWTClaimsSet.Builder().issuer(ISSUER).build(),
                        Set.of("sub", "exp", "iat", "jti", SIGN_IN)) {
                    @Override
                    protected Date currentTime() {
                        return Date.from(clock.instant());
                    }
                };
        verifier.setMaxClockSkew(SKEW_SECONDS);
        return verifier;
    }
}
