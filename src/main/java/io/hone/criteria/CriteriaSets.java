package io.hone.criteria;

import io.hone.audit.Audit;
import io.hone.cache.Caches;
import io.hone.cache.Tags;
import io.hone.criteria.CriteriaBody.Checked;
import io.hone.database.Database;
import io.hone.database.Transaction;
import io.hone.events.Events;
import io.hone.http.Caller;
import io.hone.http.Cursor;
import io.hone.http.EntityTags;
import io.hone.http.Idempotency;
import io.hone.http.Page;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.http.Violations;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The named sets of criteria. Thread-safe. */
@Singleton
public class CriteriaSets {

    private static final int LONGEST_ACCOUNT = 200;

    private final CriteriaRepository repository;
    private final Database database;
    private final Idempotency idempotency;
    private final Audit audit;
    private final Caches caches;
    private final Events events;
    private final Clock clock;

    @Inject
    public CriteriaSets(
            CriteriaRepository repository,
            Database database,
            Idempotency idempotency,
            Audit audit,
            Caches caches,
            Events events,
            Clock clock) {
        this.repository = repository;
        this.database = database;
        this.idempotency = idempotency;
        this.audit = audit;
        this.caches = caches;
        this.events = events;
        this.clock = clock;
    }

    /** The newest version of a name; empty when there is none or it was deleted. */
    public Optional<StoredCriteria> newest(String name) {
        return version(name, 0);
    }

    /** One version of a name, deleted or not: sessions keep the version they were judged by. */
    public Optional<StoredCriteria> version(String name, int version) {
        return repository.find(name, version).stream().findFirst();
    }

    /** The newest version of each name, by name. */
    public Page<Criteria> list(@Nullable String cursor, int limit) {
        Cursor position = Cursor.decode(cursor, "criteria", 1);
        String after = position == null ? "" : position.position().get(0);
        return Page.of(
                criteria(repository.list(after, limit + 1)),
                limit,
                last -> new Cursor("criteria", List.of(last.name())));
    }

    /**
     * The versions of a name, newest first.
     *
     * @throws ProblemException 404 if there is no such name
     */
    public Page<Criteria> versions(String name, @Nullable String cursor, int limit) {
        Cursor position = Cursor.decode(cursor, "versions", 1);
        long below = position == null ? Long.MAX_VALUE : position.number(0);
        List<StoredCriteria> found = repository.versions(name, below, limit + 1);
        if (found.isEmpty() && position == null) {
            throw ProblemException.notFound("criteria", name);
        }
        return Page.of(
                criteria(found), limit, last -> new Cursor("versions", List.of(Integer.toString(last.version()))));
    }

    /**
     * Stores the first version of a name.
     *
     * @throws ProblemException 409 if the name is in use, 422 for an invalid body
     */
    public Criteria create(Caller caller, CriteriaBody body, Idempotency.@Nullable Key key) {
        Checked checked = body.check(body.name() == null ? "" : body.name());
        Idempotency.Once<Criteria> once =
                database.write(transaction -> idempotency.once(transaction, key, caller, Criteria.class, () -> {
                    Optional<StoredCriteria> existing = current(transaction, checked.name());
                    if (existing.isPresent()) {
                        throw new ProblemException(
                                ProblemType.CONFLICT,
                                "There are criteria %s already; PUT adds a version".formatted(checked.name()));
                    }
                    return store(transaction, caller, checked);
                }));
        if (!once.repeated()) {
            tell(once.answer(), false);
        }
        return once.answer();
    }

    /**
     * What a PUT gave.
     *
     * @param created whether the name is new
     */
    public record Put(Criteria criteria, boolean created) {}

    /**
     * Stores a version; the newest stays where nothing differs from it.
     *
     * @param condition {@code If-Match}, or null
     * @throws ProblemException 412, or 422 for an invalid body
     */
    public Put put(Caller caller, String name, CriteriaBody body, @Nullable String condition) {
        if (body.name() != null && !body.name().equals(name)) {
            throw ProblemException.invalid("/name", "is not the name in the address");
        }
        Checked checked = body.check(name);
        record Outcome(Criteria criteria, boolean created, boolean changed) {}
        Outcome outcome = database.write(transaction -> {
            Optional<Criteria> existing = current(transaction, name).map(StoredCriteria::criteria);
            EntityTags.check(condition, existing.map(Criteria::version).orElse(0));
            if (existing.isPresent() && isSame(existing.get(), checked)) {
                return new Outcome(existing.get(), false, false);
            }
            return new Outcome(store(transaction, caller, checked), existing.isEmpty(), true);
        });
        if (outcome.changed()) {
            tell(outcome.criteria(), false);
        }
        return new Put(outcome.criteria(), outcome.created());
    }

    /**
     * Retires a name: nothing new can refer to it, what was judged by it stays.
     *
     * @throws ProblemException 404 if there is no such name
     */
    public void delete(Caller caller, String name, @Nullable String condition) {
        Criteria last = database.write(transaction -> {
            Criteria newest = current(transaction, name)
                    .orElseThrow(() -> ProblemException.notFound("criteria", name))
                    .criteria();
            EntityTags.check(condition, newest.version());
            repository.retire(transaction, name);
            audit.write(transaction, caller, "criteria.deleted", "criteria", name, Map.of("version", newest.version()));
            return newest;
        });
        tell(last, true);
    }

    /**
     * Criteria that came with a file.
     *
     * @param no what sessions refer to
     * @param isNew whether they were not here before; {@link #imported} is to be called after the transaction
     */
    public record Imported(long no, boolean isNew) {}

    /**
     * What can be told of a version of another server without the database.
     *
     * @param version as it was read: anything in it may be missing
     * @throws ProblemException 422 naming every invalid place below {@code /criteria}
     */
    public static void requireImportable(@Nullable Criteria version) {
        checkImported(version);
    }

    private static Checked checkImported(@Nullable Criteria version) {
        if (version == null) {
            throw ProblemException.invalid("/criteria", "is required");
        }
        Violations violations = new Violations();
        violations.require(version.version() >= 1, "/criteria/version", "is below 1");
        violations.time(version.createdAt(), "/criteria/created_at");
        violations.text(version.createdBy(), "/criteria/created_by", 1, LONGEST_ACCOUNT);
        violations.refuseIfAny();
        try {
            return CriteriaBody.of(version).check(version.name() == null ? "" : version.name());
        } catch (ProblemException e) {
            throw e.within("/criteria");
        }
    }

    /**
     * Takes over a version as another server stored it, unless it is here.
     *
     * @throws ProblemException 422 for an invalid version, or where the one that is here says something else
     */
    public Imported importing(Transaction transaction, Caller caller, Criteria version) {
        Checked checked = checkImported(version);
        transaction.exclusive("criteria " + version.name());
        Optional<StoredCriteria> here = repository.find(transaction, version.name(), version.version());
        if (here.isPresent()) {
            if (!isSame(here.get().criteria(), checked)) {
                throw ProblemException.invalid(
                        "/criteria",
                        "%s version %d is here already and says something else"
                                .formatted(version.name(), version.version()));
            }
            return new Imported(here.get().no(), false);
        }
        repository.insert(transaction, version);
        audit.write(
                transaction,
                caller,
                "criteria.imported",
                "criteria",
                version.name(),
                Map.of("version", version.version(), "criteria", version.criteria()));
        return new Imported(
                repository
                        .find(transaction, version.name(), version.version())
                        .orElseThrow()
                        .no(),
                true);
    }

    /** Tells of versions that were imported. To be called after the transaction. */
    public void imported(List<Criteria> versions) {
        versions.forEach(version -> tell(version, false));
    }

    private Optional<StoredCriteria> current(Transaction transaction, String name) {
        transaction.exclusive("criteria " + name);
        return repository.findNewest(transaction, name).filter(found -> !repository.isRetired(transaction, found.no()));
    }

    private Criteria store(Transaction transaction, Caller caller, Checked checked) {
        int version = repository
                        .findNewest(transaction, checked.name())
                        .map(found -> found.criteria().version())
                        .orElse(0)
                + 1;
        Criteria criteria = new Criteria(
                checked.name(),
                version,
                checked.note(),
                checked.techniques(),
                checked.criteria(),
                Instant.ofEpochMilli(clock.millis()),
                caller.name());
        repository.insert(transaction, criteria);
        audit.write(
                transaction,
                caller,
                version == 1 ? "criteria.created" : "criteria.changed",
                "criteria",
                criteria.name(),
                Map.of("version", version, "criteria", criteria.criteria()));
        return criteria;
    }

    private void tell(Criteria criteria, boolean retired) {
        caches.invalidate(Tags.CONFIGURATION);
        events.fire(new CriteriaChanged(criteria.name(), criteria.version(), retired));
    }

    private static boolean isSame(Criteria stored, Checked sent) {
        return Objects.equals(stored.note(), sent.note())
                && stored.techniques().equals(sent.techniques())
                && stored.criteria().equals(sent.criteria());
    }

    private static List<Criteria> criteria(List<StoredCriteria> stored) {
        return stored.stream().map(StoredCriteria::criteria).toList();
    }
}
