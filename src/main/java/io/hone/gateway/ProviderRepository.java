package io.hone.gateway;

import com.fasterxml.jackson.core.type.TypeReference;
import io.hone.cache.CacheCatalogue;
import io.hone.database.Database;
import io.hone.database.Transaction;
import io.hone.http.Json;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.cache.annotation.CacheResult;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** The {@code provider} table. Thread-safe. */
@Singleton
class ProviderRepository {

    /**
     * A provider with its secret as the database has it.
     *
     * @param secret encrypted; null for none
     */
    record Stored(Provider provider, byte @Nullable [] secret) {}

    private static final TypeReference<Map<String, Price>> PRICES = new TypeReference<>() {};
    private static final TypeReference<Fallback> FALLBACK = new TypeReference<>() {};
    private static final TypeReference<Provider.Limits> LIMITS = new TypeReference<>() {};
    private static final String COLUMNS = "name, kind, base_url, secret IS NOT NULL AS has_secret, auth_header,"
            + " health_path, timeout_ms, allow_private, prices, limits, fallback,"
            + " probe_model, created_at, created_by, updated_at, version";

    private static final RowMapper<Provider> ROW = (row, context) -> provider(row);
    private static final RowMapper<Stored> WITH_SECRET =
            (row, context) -> new Stored(provider(row), row.getBytes("secret"));

    private final Database database;

    @Inject
    ProviderRepository(Database database) {
        this.database = database;
    }

    /**
     * The provider of a name, without its secret.
     *
     * @return empty list when there is none, else one element: what is cached has to be serializable
     */
    @CacheResult(cacheName = CacheCatalogue.CONFIGURATION)
    List<Provider> find(String name) {
        return new ArrayList<>(database.read("provider.find", handle -> handle.createQuery(
                        "SELECT %s FROM provider WHERE name = :name".formatted(COLUMNS))
                .bind("name", name)
                .map(ROW)
                .list()));
    }

    /** The provider of a name with its secret. Not cached: whoever asks decrypts it, and keeps it on the heap. */
    Optional<Stored> findWithSecret(String name) {
        return database.read("provider.secret", handle -> handle.createQuery(
                        "SELECT %s, secret FROM provider WHERE name = :name".formatted(COLUMNS))
                .bind("name", name)
                .map(WITH_SECRET)
                .findOne());
    }

    /** The provider of a name, as the transaction sees it, which nobody else changes until its end. */
    Optional<Stored> find(Transaction transaction, String name) {
        transaction.exclusive("provider " + name);
        return transaction.run("provider.lock", handle -> handle.createQuery(
                        "SELECT %s, secret FROM provider WHERE name = :name".formatted(COLUMNS))
                .bind("name", name)
                .map(WITH_SECRET)
                .findOne());
    }

    /** Providers by name, after a name. */
    List<Provider> list(String after, int limit) {
        return database.read("provider.list", handle -> handle.createQuery("""
                        SELECT %s
                          FROM provider
                         WHERE name > :after
                         ORDER BY name
                         LIMIT :limit
                        """.formatted(COLUMNS))
                .bind("after", after)
                .bind("limit", limit)
                .map(ROW)
                .list());
    }

    void insert(Transaction transaction, Provider provider, byte @Nullable [] secret) {
        transaction.run("provider.insert", handle -> bind(handle.createUpdate("""
                        INSERT INTO provider (name, kind, base_url, secret, auth_header, health_path, timeout_ms,
                                              allow_private, prices, limits, fallback, probe_model, created_at,
                                              created_by, updated_at, version)
                        VALUES (:name, :kind, :baseUrl, :secret, :authHeader, :healthPath, :timeoutMs,
                                :allowPrivate, :prices, :limits, :fallback, :probeModel, :createdAt,
                                :createdBy, :updatedAt, :version)
                        """), provider, secret)
                .bind("createdAt", provider.createdAt().toEpochMilli())
                .bind("createdBy", provider.createdBy())
                .execute());
    }

    void update(Transaction transaction, Provider provider, byte @Nullable [] secret) {
        transaction.run("provider.update", handle -> bind(handle.createUpdate("""
                        UPDATE provider
                           SET kind = :kind, base_url = :baseUrl, secret = :secret, auth_header = :authHeader,
                               health_path = :healthPath, timeout_ms = :timeoutMs, allow_private = :allowPrivate,
                               prices = :prices, limits = :limits, fallback = :fallback, probe_model = :probeModel,
                               updated_at = :updatedAt, version = :version
                         WHERE name = :name
                        """), provider, secret)
                .execute());
    }

    void delete(Transaction transaction, String name) {
        transaction.run("provider.delete", handle -> handle.createUpdate("DELETE FROM provider WHERE name = :name")
                .bind("name", name)
                .execute());
    }

    private static <S extends SqlStatement<S>> S bind(S statement, Provider provider, byte @Nullable [] secret) {
        return statement
                .bind("name", provider.name())
                .bind("kind", provider.kind().label())
                .bind("baseUrl", provider.baseUrl())
                .bind("secret", secret)
                .bind("authHeader", provider.authHeader())
                .bind("healthPath", provider.healthPath())
                .bind("timeoutMs", provider.timeoutMs())
                .bind("allowPrivate", provider.allowPrivate() ? 1 : 0)
                .bind("prices", Json.write(provider.prices()))
                .bind("limits", Json.write(provider.limits()))
                .bind("fallback", provider.fallback() == null ? null : Json.write(provider.fallback()))
                .bind("probeModel", provider.probeModel())
                .bind("updatedAt", provider.updatedAt().toEpochMilli())
                .bind("version", provider.version());
    }

    private static Provider provider(ResultSet row) throws SQLException {
        return new Provider(
                row.getString("name"),
                ProviderKind.of(row.getString("kind")),
                row.getString("base_url"),
                row.getBoolean("has_secret"),
                row.getString("auth_header"),
                row.getString("health_path"),
                row.getLong("timeout_ms"),
                row.getInt("allow_private") == 1,
                Json.read(row.getString("prices"), PRICES),
                Json.read(row.getString("limits"), LIMITS),
                row.getString("fallback") == null ? null : Json.read(row.getString("fallback"), FALLBACK),
                row.getString("probe_model"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                row.getString("created_by"),
                Instant.ofEpochMilli(row.getLong("updated_at")),
                row.getLong("version"));
    }
}
