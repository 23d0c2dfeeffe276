package io.hone.auth;

import io.hone.audit.Audit;
import io.hone.cache.WriteBehind;
import io.hone.database.Database;
import io.hone.http.Caller;
import io.hone.http.Cursor;
import io.hone.http.Idempotency;
import io.hone.http.Page;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.http.Uuids;
import io.hone.http.Violations;
import io.hone.metrics.Metrics;
import io.hone.secrets.Sealed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The keys of jobs and tools. A key is shown once; what is kept is its hash. Thread-safe. */
@Singleton
public class Keys {

    /** How every key begins, so that people and scanners of secrets know one. */
    static final String PREFIX = "hone_";

    private static final int SECRET_BYTES = 32;
    private static final int HINT_LETTERS = 4;
    private static final int LONGEST_NAME = 64;
    private static final int MOST_USES = 10_000;

    /** What a client sends. */
    public record NewKey(
            @Nullable String name,
            @Nullable Role role,
            @Nullable Instant expiresAt) {}

    /**
     * A key that was made.
     *
     * @param key the secret itself; null where a repeated request gets the answer of the first one again
     */
    public record Made(ApiKey about, @Nullable String key) {}

    private final KeyRepository repository;
    private final Database database;
    private final Idempotency idempotency;
    private final Audit audit;
    private final AccessChanges changes;
    private final Clock clock;
    private final WriteBehind<UUID, Long> lastUses;

    @Inject
    Keys(
            KeyRepository repository,
            Database database,
            Idempotency idempotency,
            Audit audit,
            AccessChanges changes,
            Metrics metrics,
            Clock clock) {
        this.repository = repository;
        this.database = database;
        this.idempotency = idempotency;
        this.audit = audit;
        this.changes = changes;
        this.clock = clock;
        lastUses = new WriteBehind<>("key.last.uses", MOST_USES, Math::max, this::store, metrics);
    }

    private void store(Map<UUID, Long> uses) {
        database.write(transaction -> {
            repository.used(transaction, uses);
            return 0;
        });
    }

    /** Keys by name. */
    public Page<ApiKey> list(@Nullable String cursor, int limit) {
        Cursor position = Cursor.decode(cursor, "keys", 1);
        String after = position == null ? "" : position.position().get(0);
        return Page.of(
                repository.list(after, limit + 1), limit, last -> new Cursor("keys", java.util.List.of(last.name())));
    }

    /** @throws ProblemException 404 if there is no such key */
    public ApiKey find(UUID id) {
        return repository.find(id).orElseThrow(() -> ProblemException.notFound("key", id));
    }

    /**
     * Makes a key. It ends with the account that made it.
     *
     * @param account whose it is; null for one made on the server's machine
     * @throws ProblemException 409 if the name is taken, 422 for an invalid body
     */
    public Made create(Caller caller, @Nullable UUID account, NewKey body, Idempotency.@Nullable Key once) {
        Instant now = Instant.ofEpochMilli(clock.millis());
        Violations violations = new Violations();
        violations.text(body.name(), "/name", 1, LONGEST_NAME);
        violations.require(body.role() != null, "/role", "is required: viewer, reporter or admin");
        violations.require(
                body.expiresAt() == null || body.expiresAt().isAfter(now), "/expires_at", "is not in the future");
        violations.refuseIfAny();
        String name = Objects.requireNonNull(body.name()).strip();
        String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(Sealed.random(SECRET_BYTES));
        Idempotency.Once<ApiKey> made =
                database.write(transaction -> idempotency.once(transaction, once, caller, ApiKey.class, () -> {
                    transaction.exclusive("api_key " + name);
                    if (repository.exists(transaction, name)) {
                        throw new ProblemException(ProblemType.CONFLICT, "There is a key %s already".formatted(name));
                    }
                    ApiKey key = new ApiKey(
                            Uuids.create(),
                            name,
                            Objects.requireNonNull(body.role()),
                            "…" + secret.substring(secret.length() - HINT_LETTERS),
                            now,
                            caller.name(),
                            body.expiresAt() == null
                                    ? null
                                    : Instant.ofEpochMilli(body.expiresAt().toEpochMilli()),
                            null);
                    repository.insert(transaction, key, TokenHash.hex(secret), account);
                    audit.write(
                            transaction,
                            caller,
                            "key.created",
                            "key",
                            key.id().toString(),
                            Map.of("name", name, "role", key.role()));
                    return key;
                }));
        return new Made(made.answer(), made.repeated() ? null : secret);
    }

    /** @throws ProblemException 404 if there is no such key */
    public void delete(Caller caller, UUID id) {
        ApiKey key = find(id);
        database.write(transaction -> {
            if (!repository.delete(transaction, id)) {
                throw ProblemException.notFound("key", id);
            }
            audit.write(transaction, caller, "key.deleted", "key", id.toString(), Map.of("name", key.name()));
            return 0;
        });
        changes.tell();
    }

    /** Whom a key belongs to; empty for one that is unknown, has expired, or whose account is kept out. */
    Optional<Identity> identify(String secret) {
        return repository
                .findUsable(TokenHash.hex(secret))
                .filter(key -> key.expiresAt() == null || key.expiresAt().toEpochMilli() > clock.millis())
                .map(key -> new Identity(
                        Identity.Kind.KEY,
                        "key:" + key.name(),
                        key.role(),
                        null,
                        null,
                        key.id().toString(),
                        key.expiresAt()));
    }

    /** Whether a key is there, and has not expired, nor its account been kept out. */
    boolean isUsable(UUID id) {
        return repository
                .findUsable(id)
                .filter(key -> key.expiresAt() == null || key.expiresAt().toEpochMilli() > clock.millis())
                .isPresent();
    }

    /** Notes that a key is used now; {@link #storeUses} stores it. */
    void used(UUID id) {
        lastUses.add(id, clock.millis());
    }

    /** Stores when keys were used: a write for each request would cost more than the request. */
    public void storeUses() {
        lastUses.flush();
    }
}
