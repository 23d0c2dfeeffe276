package io.hone.auth;

import com.github.benmanes.caffeine.cache.Cache;
import io.hone.auth.SignInRepository.SignIn;
import io.hone.cache.CacheCatalogue;
import io.hone.cache.Epochs;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tells whom a credential belongs to: an access token, a key, or the operator's token. What was found is cached by the
 * digest of the credential, under the epoch of the last change of anybody's access: so a revocation holds at once.
 * Thread-safe.
 */
@Singleton
public class Access {

    /** Our own tokens have a few hundred characters: what is longer is not looked at. */
    static final int LONGEST = 4_096;

    /** How long it is known that a credential is of no use. */
    private static final Duration REFUSAL_LIFE = Duration.ofSeconds(60);

    /** What was found out about a credential; without identity it lets nobody in. */
    private record Validation(@Nullable Identity identity, long epoch) {}

    private record Known(Optional<SignIn> signIn, long epoch) {}

    private final AccessTokens tokens;
    private final Keys keys;
    private final SignInRepository signIns;
    private final OperatorToken operator;
    private final Epochs epochs;
    private final Clock clock;
    private final Cache<TokenHash, Validation> validations;
    private final Cache<UUID, Known> sessions;

    @Inject
    Access(
            AccessTokens tokens,
            Keys keys,
            SignInRepository signIns,
            OperatorToken operator,
            Epochs epochs,
            CacheCatalogue caches,
            Clock clock) {
        this.tokens = tokens;
        this.keys = keys;
        this.signIns = signIns;
        this.operator = operator;
        this.epochs = epochs;
        this.clock = clock;
        validations = caches.onHeap(CacheCatalogue.TOKEN_VALIDATION, this::lifeOf);
        sessions = caches.onHeap(CacheCatalogue.USER_SESSION, known -> null);
    }

    /** Whom a credential belongs to; null for one that is unknown, malformed, expired or revoked. */
    public @Nullable Identity identify(String credential) {
        if (credential.isEmpty() || credential.length() > LONGEST) {
            return null;
        }
        TokenHash hash = TokenHash.of(credential);
        long epoch = epochs.of(CacheCatalogue.TOKEN_VALIDATION);
        Validation known = validations.getIfPresent(hash);
        if (known == null || known.epoch() != epoch) {
            known = new Validation(validate(credential, hash, epoch), epoch);
            validations.put(hash, known);
        }
        Identity identity = known.identity();
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
                        && identity.equals(ofSignIn(
                                identity.signIn(),
                                identity.token(),
                                identity.expiresAt(),
                                epochs.of(CacheCatalogue.TOKEN_VALIDATION)));
        };
    }

    /** All of it, without a cache: signature, times, sign-in, account, revocation. */
    @Nullable
    Identity validate(String credential, TokenHash hash, long epoch) {
        if (operator.is(hash)) {
            return new Identity(Identity.Kind.OPERATOR, "operator", Role.ADMIN, null, null, null, null);
        }
        if (credential.startsWith(Keys.PREFIX)) {
            return keys.identify(credential).orElse(null);
        }
        AccessTokens.Claims claims = tokens.verify(credential);
        return claims == null ? null : ofSignIn(claims.signIn(), claims.id(), claims.expiresAt(), epoch);
    }

    private @Nullable Identity ofSignIn(UUID id, String token, @Nullable Instant expiresAt, long epoch) {
        Known known = sessions.getIfPresent(id);
        if (known == null || known.epoch() != epoch) {
            known = new Known(signIns.find(id), epoch);
            sessions.put(id, known);
        }
        SignIn signIn = known.signIn().orElse(null);
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

    private @Nullable Duration lifeOf(Validation validation) {
        if (validation.identity() == null) {
            return REFUSAL_LIFE;
        }
        Instant expires = validation.identity().expiresAt();
        return expires == null ? null : Duration.ofMillis(Math.max(1, expires.toEpochMilli() - clock.millis()));
    }
}
