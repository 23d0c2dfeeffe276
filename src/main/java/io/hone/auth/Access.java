package io.hone.auth;

import io.hone.auth.SignInRepository.SignIn;
import io.hone.cache.CacheCatalogue;
import io.hone.cache.CacheKey;
import io.hone.cache.Caches;
import io.hone.cache.TieredCache;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tells whom a credential belongs to: an access token, a key, or the operator's token. What was found is cached by the
 * digest of the credential, and outdated by every change of anybody's access: so a revocation holds at once.
 * Thread-safe.
 */
@Singleton
public class Access {

    /** Our own tokens have a few hundred characters: what is longer is not looked at. */
    static final int LONGEST = 4_096;

    /** How long it is known that a credential is of no use. */
    private static final Duration REFUSAL_LIFE = Duration.ofSeconds(60);

    private final AccessTokens tokens;
    private final Keys keys;
    private final SignInRepository signIns;
    private final OperatorToken operator;
    private final Clock clock;
    private final TieredCache<Optional<Identity>> validations;
    private final TieredCache<Optional<SignIn>> sessions;

    @Inject
    Access(
            AccessTokens tokens,
            Keys keys,
            SignInRepository signIns,
            OperatorToken operator,
            Caches caches,
            Clock clock) {
        this.tokens = tokens;
        this.keys = keys;
        this.signIns = signIns;
        this.operator = operator;
        this.clock = clock;
        validations = caches.open(CacheCatalogue.TOKEN_VALIDATION, this::lifeOf, Objects::equals);
        sessions = caches.open(CacheCatalogue.USER_SESSION);
    }

    /** Whom a credential belongs to; null for one that is unknown, malformed, expired or revoked. */
    public @Nullable Identity identify(String credential) {
        if (credential.isEmpty() || credential.length() > LONGEST) {
            return null;
        }
        TokenHash hash = TokenHash.of(credential);
        Identity identity = validations
                .get(CacheKey.of(hash), () -> Optional.ofNullable(validate(credential, hash)))
                .orElse(null);
        if (identity == null || isOver(identity)) {
            return null;
        }
        if (identity.kind() == Identity.Kind.KEY && identity.token() != null) {
            keys.used(UUID.fromString(identity.token()));
        }
        return identity;
    }

    /** Whether what was found out earlier still holds: for connections that outlive a request. */
    public boolean holds(Identity identity) {
        if (isOver(identity)) {
            return false;
        }
        return switch (identity.kind()) {
            case OPERATOR -> true;
            case KEY -> identity.token() != null && keys.isUsable(UUID.fromString(identity.token()));
            case ACCOUNT ->
                identity.signIn() != null
                        && identity.token() != null
                        && identity.equals(ofSignIn(identity.signIn(), identity.token(), identity.expiresAt()));
        };
    }

    /** All of it, without a cache: signature, times, sign-in, account, revocation. */
    @Nullable
    Identity validate(String credential, TokenHash hash) {
        if (operator.is(hash)) {
            return new Identity(Identity.Kind.OPERATOR, "operator", Role.ADMIN, null, null, null, null);
        }
        if (credential.startsWith(Keys.PREFIX)) {
            return keys.identify(credential).orElse(null);
        }
        AccessTokens.Claims claims = tokens.verify(credential);
        return claims == null ? null : ofSignIn(claims.signIn(), claims.id(), claims.expiresAt());
    }

    private @Nullable Identity ofSignIn(UUID id, String token, @Nullable Instant expiresAt) {
        SignIn signIn = sessions.get(CacheKey.of(id), () -> signIns.find(id)).orElse(null);
        if (signIn == null || signIn.ended() || signIn.account().disabled() || signIns.isRevoked(token)) {
            return null;
        }
        return new Identity(
                Identity.Kind.ACCOUNT,
                signIn.account().username(),
                signIn.account().role(),
                signIn.account().id(),
                id,
                token,
                expiresAt);
    }

    private boolean isOver(Identity identity) {
        Instant expires = identity.expiresAt();
        return expires != null && expires.toEpochMilli() <= clock.millis();
    }

    private @Nullable Duration lifeOf(Optional<Identity> found) {
        if (found.isEmpty()) {
            return REFUSAL_LIFE;
        }
        Instant expires = found.get().expiresAt();
        return expires == null ? null : Duration.ofMillis(Math.max(1, expires.toEpochMilli() - clock.millis()));
    }
}
