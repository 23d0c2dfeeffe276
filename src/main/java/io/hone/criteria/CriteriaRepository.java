package io.hone.criteria;

import com.fasterxml.jackson.core.type.TypeReference;
import io.hone.cache.CacheCatalogue;
import io.hone.database.Database;
import io.hone.database.Transaction;
import io.hone.http.Json;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.cache.annotation.CacheResult;
import org.jdbi.v3.core.mapper.RowMapper;

/** The {@code criteria} table. Thread-safe. */
@Singleton
class CriteriaRepository {

    private static final TypeReference<List<Technique>> TECHNIQUES = new TypeReference<>() {};
    private static final TypeReference<List<Criterion>> CRITERIA = new TypeReference<>() {};
    private static final String COLUMNS = "no, name, version, note, techniques, criteria, created_at, created_by";

    private static final RowMapper<StoredCriteria> ROW = (row, context) -> new StoredCriteria(
            row.getLong("no"),
            new Criteria(
                    row.getString("name"),
                    row.getInt("version"),
                    row.getString("note"),
                    Json.read(row.getString("techniques"), TECHNIQUES),
                    Json.read(row.getString("criteria"), CRITERIA),
                    Instant.ofEpochMilli(row.getLong("created_at")),
                    row.getString("created_by")));

    private final Database database;

    @Inject
    CriteriaRepository(Database database) {
        this.database = database;
    }

    /**
     * One version of a name, or the newest.
     *
     * @param version 0 for the newest that is not retired
     * @return empty list when there is none, else one element: what is cached has to be serializable
     */
    @CacheResult(cacheName = CacheCatalogue.CONFIGURATION)
    List<StoredCriteria> find(String name, int version) {
        return new ArrayList<>(database.read("criteria.find", handle -> handle.createQuery("""
                        SELECT %s
                          FROM criteria
                         WHERE name = :name AND (version = :version OR (:version = 0 AND newest = 1 AND retired = 0))
                        """.formatted(COLUMNS))
                .bind("name", name)
                .bind("version", version)
                .map(ROW)
                .list()));
    }

    /** The newest version of a name, as the transaction sees it; retired ones included. */
    Optional<StoredCriteria> findNewest(Transaction transaction, String name) {
        return transaction.run("criteria.newest", handle -> handle.createQuery(
                        "SELECT %s FROM criteria WHERE name = :name AND newest = 1%s"
                                .formatted(COLUMNS, transaction.forUpdate()))
                .bind("name", name)
                .map(ROW)
                .findOne());
    }

    /** One version of a name, as the transaction sees it; retired ones included. */
    Optional<StoredCriteria> find(Transaction transaction, String name, int version) {
        return transaction.run("criteria.find_version", handle -> handle.createQuery(
                        "SELECT %s FROM criteria WHERE name = :name AND version = :version".formatted(COLUMNS))
                .bind("name", name)
                .bind("version", version)
                .map(ROW)
                .findOne());
    }

    boolean isRetired(Transaction transaction, long no) {
        return transaction.run(
                        "criteria.retired", handle -> handle.createQuery("SELECT retired FROM criteria WHERE no = :no")
                                .bind("no", no)
                                .mapTo(Integer.class)
                                .one())
                == 1;
    }

    /** Newest versions by name, after a name. */
    List<StoredCriteria> list(String after, int limit) {
        return database.read("criteria.list", handle -> handle.createQuery("""
                        SELECT %s
                          FROM criteria
                         WHERE newest = 1 AND retired = 0 AND name > :after
                         ORDER BY name
                         LIMIT :limit
                        """.formatted(COLUMNS))
                .bind("after", after)
                .bind("limit", limit)
                .map(ROW)
                .list());
    }

    /** Versions of a name that are not retired, newest first, below a version. */
    List<StoredCriteria> versions(String name, long below, int limit) {
        return database.read("criteria.versions", handle -> handle.createQuery("""
                        SELECT %s
                          FROM criteria
                         WHERE name = :name AND version < :below AND retired = 0
                         ORDER BY version DESC
                         LIMIT :limit
                        """.formatted(COLUMNS))
                .bind("name", name)
                .bind("below", below)
                .bind("limit", limit)
                .map(ROW)
                .list());
    }

    /** Stores a version; it becomes the newest unless there is a higher one. */
    void insert(Transaction transaction, Criteria criteria) {
        transaction.run("criteria.outdate", handle -> handle.createUpdate(
                        "UPDATE criteria SET newest = 0 WHERE name = :name AND newest = 1 AND version < :version")
                .bind("name", criteria.name())
                .bind("version", criteria.version())
                .execute());
        transaction.run("criteria.insert", handle -> handle.createUpdate("""
                        INSERT INTO criteria (name, version, note, techniques, criteria, created_at, created_by, newest)
                        VALUES (:name, :version, :note, :techniques, :criteria, :createdAt, :createdBy,
                                CASE WHEN EXISTS (SELECT 1 FROM criteria WHERE name = :name AND newest = 1)
                                     THEN 0 ELSE 1 END)
                        """)
                .bind("name", criteria.name())
                .bind("version", criteria.version())
                .bind("note", criteria.note())
                .bind("techniques", Json.write(criteria.techniques()))
                .bind("criteria", Json.write(criteria.criteria()))
                .bind("createdAt", criteria.createdAt().toEpochMilli())
                .bind("createdBy", criteria.createdBy())
                .execute());
    }

    int retire(Transaction transaction, String name) {
        return transaction.run("criteria.retire", handle -> handle.createUpdate(
                        "UPDATE criteria SET retired = 1 WHERE name = :name AND retired = 0")
                .bind("name", name)
                .execute());
    }
}
