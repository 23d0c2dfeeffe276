package io.hone.auth;

import io.hone.audit.Audit;
import io.hone.auth.SignInRepository.RefreshToken;
import io.hone.auth.SignInRepository.SignIn;
import io.hone.database.Database;
import io.hone.database.Transaction;
import io.hone.http.Caller;
import io.hone.http.Encoding;
import io.hone.http.Json;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.http.Uuids;
import io.hone.secrets.Sealed;
import io.hone.secrets.SecretKey;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signing in and out. A refresh token is used once and gives the next pair; whoever uses it again after the grace of 30
 * seconds has it from somewhere, so the whole sign-in ends (RFC 9700, section 4.14.2). Thread-safe.
 */
@Singleton
public class SignIns {

    /** How long a used refresh token gives the same pair again: tabs and retries that crossed. */
    static final Duration GRACE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(SignIns.class);

    private static final Duration LINK_LIFE = Duration.ofMinutes(15);
    private static final String REFRESH_PREFIX = "honer_";
    private static final int SECRET_BYTES = 32;

    /** The same words whatever was wrong: they must not tell which names exist. */
    private static final String REFUSED = "Username or password is wrong, or the account is disabled";

    /**
     * A link that signs in once.
     *
     * @param path address on this server; the code is in its fragment, which browsers send nowhere
     */
    public record Link(String code, String path, Instant expiresAt) {}

    /** A pair as it is kept for those who ask again. */
    private record Pair(String access, Instant accessExpiresAt, String refresh) {}

    /**
     * What came of a refresh token.
     *
     * @param reused whether it was used before, so that its sign-in has ended
     */
    private record Rotation(Optional<Tokens> tokens, boolean reused) {}

    private final AccountRepository accounts;
    private final SignInRepository signIns;
    private final Passwords passwords;
    private final AccessTokens accessTokens;
    private final Keys keys;
    private final SecretKey secretKey;
    private final Database database;
    private final Audit audit;
    private final AccessChanges changes;
    private final Settings settings;
    private final Clock clock;

    @Inject
    SignIns(
            AccountRepository accounts,
            SignInRepository signIns,
            Passwords passwords,
            AccessTokens accessTokens,
            Keys keys,
            SecretKey secretKey,
            Database database,
            Audit audit,
            AccessChanges changes,
            Settings settings,
            Clock clock) {
        this.accounts = accounts;
        this.signIns = signIns;
        this.passwords = passwords;
        this.accessTokens = accessTokens;
        this.keys = keys;
        this.secretKey = secretKey;
        this.database = database;
        this.audit = audit;
        this.changes = changes;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Signs in with a password.
     *
     * @param request id of the request, for the audit
     * @throws ProblemException 401, in the same time and words for whatever is wrong
     */
    public Tokens signIn(String username, String password, String request) {
        Optional<AccountRepository.WithPassword> found = accounts.findWithPassword(Usernames.normal(username));
        boolean right = passwords.matches(
                password,
                found.map(AccountRepository.WithPassword::passwordHash).orElse(null));
        if (!right || found.orElseThrow().account().disabled()) {
            // Only names of accounts: people type their password into the wrong field.
            LOG.warn(
                    "Sign-in refused, account={}, request_id={}",
                    found.map(known -> known.account().username()).orElse("unknown"),
                    request);
            throw unauthorized(REFUSED);
        }
        Account account = found.orElseThrow().account();
        AccessTokens.Signer signer = accessTokens.signer();
        return database.write(transaction -> begin(transaction, signer, account, request, "password"));
    }

    /**
     * Signs in with a link.
     *
     * @throws ProblemException 401 if the code is unknown, used or too old
     */
    public Tokens signInByLink(String code, String request) {
        AccessTokens.Signer signer = accessTokens.signer();
        return database.write(transaction -> {
            Account account = signIns.takeLink(transaction, TokenHash.hex(code), clock.millis())
                    .flatMap(id -> accounts.find(transaction, id))
                    .filter(known -> !known.disabled())
                    .orElseThrow(() -> unauthorized("This sign-in link was used, or is older than 15 minutes"));
            return begin(transaction, signer, account, request, "link");
        });
    }

    /** Makes a link that signs in to an account, once, within 15 minutes. */
    public Link createLink(Caller caller, UUID account) {
        String code = secret();
        Instant expires = now().plus(LINK_LIFE);
        database.write(transaction -> {
            Account known = accounts.find(transaction, account)
                    .orElseThrow(() -> ProblemException.notFound("account", account));
            signIns.insertLink(transaction, TokenHash.hex(code), account, expires);
            audit.write(
                    transaction,
                    caller,
                    "account.link_created",
                    "account",
                    account.toString(),
                    Map.of("username", known.username()));
            return 0;
        });
        return new Link(code, "/sign-in#code=" + code, expires);
    }

    /** A link for the first admin, which the start prints. */
    public Link createFirstLink() {
        UUID admin = database.read("account.first", handle -> accounts.findWithPassword(Accounts.FIRST)
                        .orElseThrow())
                .account()
                .id();
        return createLink(Caller.SERVER, admin);
    }

    /**
     * Gives the next pair. All calls with the same token within 30 seconds get the same pair, on whatever node.
     *
     * @throws ProblemException 401 if the token is unknown, expired, revoked, or used before
     */
    public Tokens refresh(String token, String request) {
        if (!signIns.isKnown(secretKey.digest(token))) {
            // Anybody may send anything here: what is no token takes no turn of the writer, and empties no cache.
            throw ended();
        }
        AccessTokens.Signer signer = accessTokens.signer();
        // A refusal that ends the sign-in must be stored: it is thrown after the transaction.
        Rotation rotation = database.write(transaction -> rotate(transaction, signer, token, request));
        if (rotation.reused()) {
            changes.tell();
        }
        return rotation.tokens().orElseThrow(SignIns::ended);
    }

    private Rotation rotate(Transaction transaction, AccessTokens.Signer signer, String token, String request) {
        String hash = secretKey.digest(token);
        Optional<RefreshToken> found = signIns.findToken(transaction, hash);
        Optional<SignIn> signIn = found.flatMap(known -> signIns.find(known.signIn()));
        if (found.isEmpty()
                || signIn.isEmpty()
                || signIn.get().ended()
                || signIn.get().account().disabled()
                || !found.get().expiresAt().isAfter(now())) {
            return new Rotation(Optional.empty(), false);
        }
        Account account = signIn.get().account();
        RefreshToken known = found.get();
        if (known.usedAt() == null) {
            Pair pair = pair(transaction, signer, account, known.signIn());
            signIns.extend(transaction, known.signIn(), refreshExpiry());
            signIns.useToken(
                    transaction,
                    hash,
                    clock.millis(),
                    Sealed.seal(successorKey(token), Json.write(pair).getBytes(StandardCharsets.UTF_8)));
            return new Rotation(Optional.of(tokens(pair, account)), false);
        }
        byte[] plain = known.successor() == null ? null : Sealed.open(successorKey(token), known.successor());
        if (plain != null && !now().isAfter(known.usedAt().plus(GRACE))) {
            Pair same = Json.read(new String(plain, StandardCharsets.UTF_8), Pair.class);
            return new Rotation(Optional.of(tokens(same, account)), false);
        }
        signIns.end(transaction, known.signIn(), clock.millis());
        audit.write(
                transaction,
                new Caller(account.username(), request),
                "sign_in.reused_token",
                "account",
                account.id().toString(),
                Map.of("username", account.username(), "sign_in", known.signIn().toString()));
        return new Rotation(Optional.empty(), true);
    }

    /** Ends the sign-in of a refresh token; nothing happens for one that is unknown. */
    public void signOut(String refreshToken, String request) {
        if (!signIns.isKnown(secretKey.digest(refreshToken))) {
            return;
        }
        database.write(transaction -> {
            signIns.findToken(transaction, secretKey.digest(refreshToken))
                    .flatMap(token -> signIns.find(token.signIn()))
                    .ifPresent(signIn -> end(transaction, signIn, request));
            return 0;
        });
        changes.tell();
    }

    /** Ends the sign-in of an access token, or all of its account. */
    public void signOut(Identity who, boolean everywhere, String request) {
        UUID account = who.accountId();
        UUID current = who.signIn();
        if (account == null || current == null) {
            return;
        }
        database.write(transaction -> {
            if (everywhere) {
                signIns.endAll(transaction, account, null, clock.millis());
                audit.write(
                        transaction,
                        new Caller(who.name(), request),
                        "sign_in.ended_everywhere",
                        "account",
                        account.toString(),
                        Map.of("username", who.name()));
            } else {
                signIns.find(current).ifPresent(signIn -> end(transaction, signIn, request));
            }
            return 0;
        });
        changes.tell();
    }

    /**
     * Revokes an access token, a refresh token with its sign-in, or a key. Whoever has it may revoke it; nothing happens
     * for what is no valid token (RFC 7009, section 2.2).
     */
    public void revoke(String token, String request) {
        if (token.startsWith(Keys.PREFIX)) {
            keys.identify(token)
                    .ifPresent(key -> keys.delete(
                            new Caller(key.name(), request),
                            UUID.fromString(java.util.Objects.requireNonNull(key.token()))));
            return;
        }
        AccessTokens.Claims claims = accessTokens.verify(token);
        if (claims == null) {
            signOut(token, request);
            return;
        }
        database.write(transaction -> {
            signIns.revoke(transaction, claims.id(), claims.expiresAt());
            accounts.find(transaction, claims.account())
                    .ifPresent(account -> audit.write(
                            transaction,
                            new Caller(account.username(), request),
                            "token.revoked",
                            "account",
                            account.id().toString(),
                            Map.of("username", account.username())));
            return 0;
        });
        changes.tell();
    }

    /** Deletes what has expired. */
    public int forgetOld(Transaction transaction) {
        return signIns.deleteExpired(transaction, clock.millis());
    }

    /** The problem for a credential that does not let in. */
    static ProblemException unauthorized(String detail) {
        return new ProblemException(ProblemType.UNAUTHORIZED, detail)
                .withHeaders(Map.of("WWW-Authenticate", "Bearer realm=\"hone\""));
    }

    private static ProblemException ended() {
        return unauthorized("The sign-in has ended; sign in again");
    }

    private Tokens begin(
            Transaction transaction, AccessTokens.Signer signer, Account account, String request, String by) {
        UUID signIn = Uuids.create();
        signIns.insert(transaction, signIn, account.id(), now(), refreshExpiry());
        accounts.signedIn(transaction, account.id(), now());
        audit.write(
                transaction,
                new Caller(account.username(), request),
                "sign_in.began",
                "account",
                account.id().toString(),
                Map.of("username", account.username(), "by", by));
        return tokens(pair(transaction, signer, account, signIn), account);
    }

    private Pair pair(Transaction transaction, AccessTokens.Signer signer, Account account, UUID signIn) {
        AccessTokens.Issued access = signer.issue(account.id(), signIn);
        String refresh = REFRESH_PREFIX + secret();
        signIns.insertToken(transaction, secretKey.digest(refresh), signIn, refreshExpiry());
        return new Pair(access.token(), access.expiresAt(), refresh);
    }

    private Tokens tokens(Pair pair, Account account) {
        long seconds =
                Math.max(0, Duration.between(now(), pair.accessExpiresAt()).toSeconds());
        return new Tokens(pair.access(), "Bearer", seconds, pair.refresh(), account);
    }

    private void end(Transaction transaction, SignIn signIn, String request) {
        if (!signIn.ended()) {
            signIns.end(transaction, signIn.id(), clock.millis());
            audit.write(
                    transaction,
                    new Caller(signIn.account().username(), request),
                    "sign_in.ended",
                    "account",
                    signIn.account().id().toString(),
                    Map.of("username", signIn.account().username()));
        }
    }

    /** Only who has the token that was used can read what took its place. */
    private static byte[] successorKey(String token) {
        return Encoding.sha256("successor of " + token);
    }

    private static String secret() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Sealed.random(SECRET_BYTES));
    }

    private Instant refreshExpiry() {
        return now().plus(settings.duration(SettingsCatalogue.REFRESH_TOKEN));
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }
}
