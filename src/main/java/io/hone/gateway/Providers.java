package io.hone.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hone.audit.Audit;
import io.hone.cache.CacheCatalogue;
import io.hone.cache.CacheKey;
import io.hone.cache.Caches;
import io.hone.cache.Tags;
import io.hone.cache.TieredCache;
import io.hone.database.Database;
import io.hone.events.Events;
import io.hone.gateway.ProviderBody.Checked;
import io.hone.gateway.ProviderRepository.Stored;
import io.hone.http.Caller;
import io.hone.http.Cursor;
import io.hone.http.EntityTags;
import io.hone.http.Idempotency;
import io.hone.http.Json;
import io.hone.http.MergePatch;
import io.hone.http.Page;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.secrets.SecretKey;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The providers behind the gateway. Thread-safe. */
@Singleton
public class Providers {

    private static final Logger LOG = LoggerFactory.getLogger(Providers.class);
    private static final String SECRET = "secret";

    private final ProviderRepository repository;
    private final Database database;
    private final SecretKey secretKey;
    private final Idempotency idempotency;
    private final Audit audit;
    private final Caches caches;
    private final Events events;
    private final Clock clock;
    private final TieredCache<Optional<Upstream>> upstreams;

    @Inject
    public Providers(
            ProviderRepository repository,
            Database database,
            SecretKey secretKey,
            Idempotency idempotency,
            Audit audit,
            Caches caches,
            Events events,
            Clock clock) {
        this.repository = repository;
        this.database = database;
        this.secretKey = secretKey;
        this.idempotency = idempotency;
        this.audit = audit;
        this.caches = caches;
        this.events = events;
        this.clock = clock;
        upstreams = caches.open(CacheCatalogue.PROVIDER_UPSTREAM);
    }

    /** The provider of a name, without its secret; empty if there is none. */
    public Optional<Provider> find(String name) {
        return repository.find(name).stream().findFirst();
    }

    /**
     * What it takes to call a provider; empty if there is none of that name. From the heap after the first time.
     *
     * @throws ProblemException 502 if its secret cannot be decrypted any more
     */
    public Optional<Upstream> upstream(String name) {
        return upstreams.get(
                CacheKey.of(name), () -> repository.findWithSecret(name).map(this::upstream));
    }

    private Upstream upstream(Stored stored) {
        byte[] sealed = stored.secret();
        if (sealed == null) {
            return Upstream.of(stored.provider(), null);
        }
        byte[] secret = secretKey.open(sealed);
        if (secret == null) {
            LOG.error(
                    "The secret of the provider {} was encrypted with another key",
                    stored.provider().name());
            throw new ProblemException(
                    ProblemType.PROVIDER_UNUSABLE,
                    "The secret of the provider %s was encrypted with another key; an admin has to set it again"
                            .formatted(stored.provider().name()));
        }
        return Upstream.of(stored.provider(), new String(secret, StandardCharsets.UTF_8));
    }

    /** Providers by name. */
    public Page<Provider> list(@Nullable String cursor, int limit) {
        Cursor position = Cursor.decode(cursor, "providers", 1);
        String after = position == null ? "" : position.position().get(0);
        return Page.of(repository.list(after, limit + 1), limit, last -> new Cursor("providers", List.of(last.name())));
    }

    /**
     * Adds a provider.
     *
     * @throws ProblemException 409 if the name is in use, 422 for an invalid body
     */
    public Provider create(Caller caller, ProviderBody body, Idempotency.@Nullable Key key) {
        Checked checked = body.check();
        Idempotency.Once<Provider> once =
                database.write(transaction -> idempotency.once(transaction, key, caller, Provider.class, () -> {
                    if (repository.find(transaction, checked.name()).isPresent()) {
                        throw new ProblemException(
                                ProblemType.CONFLICT,
                                "There is a provider %s already; PATCH changes it".formatted(checked.name()));
                    }
                    checkFallback(checked);
                    Instant now = Instant.ofEpochMilli(clock.millis());
                    Provider provider = provider(checked, body.secret() != null, now, caller.name(), now, 1);
                    repository.insert(transaction, provider, sealed(body.secret()));
                    audit.write(transaction, caller, "provider.created", "provider", provider.name(), detail(provider));
                    return provider;
                }));
        if (!once.repeated()) {
            tell(once.answer(), false);
        }
        return once.answer();
    }

    /**
     * Changes a provider by a merge patch; nothing is stored where nothing differs.
     *
     * @param condition {@code If-Match}, or null
     * @throws ProblemException 404, 412, or 422 for what would be invalid
     */
    public Provider change(Caller caller, String name, ObjectNode patch, @Nullable String condition) {
        record Outcome(Provider provider, boolean changed) {}
        Outcome outcome = database.write(transaction -> {
            Stored stored =
                    repository.find(transaction, name).orElseThrow(() -> ProblemException.notFound("provider", name));
            Provider before = stored.provider();
            EntityTags.check(condition, before.version());
            ProviderBody body = Json.parse(MergePatch.apply(ProviderBody.of(before), patch), ProviderBody.class);
            if (!name.equals(body.name())) {
                throw ProblemException.invalid("/name", "cannot be changed");
            }
            Checked checked = body.check();
            boolean newSecret = patch.has(SECRET) && (body.secret() != null || before.hasSecret());
            if (!newSecret && checked.isSame(before)) {
                return new Outcome(before, false);
            }
            checkFallback(checked);
            byte[] secret = newSecret ? sealed(body.secret()) : stored.secret();
            Provider after = provider(
                    checked,
                    secret != null,
                    before.createdAt(),
                    before.createdBy(),
                    Instant.ofEpochMilli(clock.millis()),
                    before.version() + 1);
            repository.update(transaction, after, secret);
            Map<String, Object> detail = detail(after);
            TreeSet<String> members = new TreeSet<>();
            patch.fieldNames().forEachRemaining(members::add);
            detail.put("members", List.copyOf(members));
            audit.write(transaction, caller, "provider.changed", "provider", name, detail);
            return new Outcome(after, true);
        });
        if (outcome.changed()) {
            tell(outcome.provider(), false);
        }
        return outcome.provider();
    }

    /**
     * Deletes a provider with its secret. Budgets and what its calls cost stay: they speak of it by its name.
     *
     * @throws ProblemException 404 or 412
     */
    public void delete(Caller caller, String name, @Nullable String condition) {
        Provider deleted = database.write(transaction -> {
            Provider provider = repository
                    .find(transaction, name)
                    .orElseThrow(() -> ProblemException.notFound("provider", name))
                    .provider();
            EntityTags.check(condition, provider.version());
            repository.delete(transaction, name);
            audit.write(
                    transaction, caller, "provider.deleted", "provider", name, Map.of("version", provider.version()));
            return provider;
        });
        tell(deleted, true);
    }

    /** Who falls back to one of another kind would send it what it cannot read. */
    private void checkFallback(Checked checked) {
        Fallback fallback = checked.fallback();
        if (fallback == null) {
            return;
        }
        Provider other = find(fallback.provider())
                .orElseThrow(() -> ProblemException.invalid(
                        "/fallback/provider", "is '%s', which is no provider".formatted(fallback.provider())));
        if (other.kind() != checked.kind()) {
            throw ProblemException.invalid(
                    "/fallback/provider",
                    "is of the kind %s, and has to be %s as well".formatted(other.kind(), checked.kind()));
        }
    }

    private byte @Nullable [] sealed(@Nullable String secret) {
        return secret == null ? null : secretKey.seal(secret.getBytes(StandardCharsets.UTF_8));
    }

    private void tell(Provider provider, boolean deleted) {
        caches.invalidate(Tags.CONFIGURATION);
        events.fire(new ProviderChanged(provider.name(), provider.version(), deleted));
    }

    private static Provider provider(
            Checked checked, boolean hasSecret, Instant createdAt, String createdBy, Instant updatedAt, long version) {
        return new Provider(
                checked.name(),
                checked.kind(),
                checked.baseUrl(),
                hasSecret,
                checked.authHeader(),
                checked.healthPath(),
                checked.timeoutMs(),
                checked.allowPrivate(),
                checked.prices(),
                checked.limits(),
                checked.fallback(),
                checked.probeModel(),
                createdAt,
                createdBy,
                updatedAt,
                version);
    }

    /** What the audit tells of a provider: all that decides where requests and money go, and no secret. */
    private static Map<String, Object> detail(Provider provider) {
        Map<String, Object> detail = new java.util.LinkedHashMap<>();
        detail.put("version", provider.version());
        detail.put("kind", provider.kind());
        detail.put("base_url", provider.baseUrl());
        detail.put("allow_private", provider.allowPrivate());
        detail.put("has_secret", provider.hasSecret());
        detail.put("prices", Objects.requireNonNull(provider.prices()));
        if (provider.fallback() != null) {
            detail.put("fallback", provider.fallback());
        }
        if (provider.probeModel() != null) {
            detail.put("probe_model", provider.probeModel());
        }
        return detail;
    }
}
