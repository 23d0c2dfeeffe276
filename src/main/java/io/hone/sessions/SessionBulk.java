package io.hone.sessions;

import com.fasterxml.jackson.annotation.JsonValue;
import io.hone.database.Database;
import io.hone.database.Transaction;
import io.hone.http.Caller;
import io.hone.http.Page;
import io.hone.http.ProblemException;
import io.hone.http.Violations;
import io.hone.sessions.SessionChanged.Kind;
import io.hone.sessions.SessionChanges.Outcome;
import io.hone.sessions.SessionFilter.Sort;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The same change of many sessions. Each is changed or refused by itself, a page of them in a transaction: one that ends
 * early, by a crash, leaves whole sessions behind and can be sent again. Thread-safe.
 */
@Singleton
class SessionBulk {

    static final int MOST_IDS = 1_000;

    private static final int PAGE = 200;
    private static final int MOST_REFUSALS = 100;

    private static final StatusChange CANCELLED = new StatusChange(SessionStatus.CANCELLED, null, null);

    /** What to do. */
    enum Action {
        TAG(Kind.CHANGED),
        DELETE(Kind.DELETED),
        RESTORE(Kind.RESTORED),
        CANCEL(Kind.CHANGED),
        REJUDGE(Kind.CHANGED);

        private final Kind kind;

        Action(Kind kind) {
            this.kind = kind;
        }

        @JsonValue
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What a client sends.
     *
     * @param filter as the parameters of the list, each a text or a list of texts; see {@link SessionFilters}
     * @param tags for {@link Action#TAG}: a value sets, null removes
     */
    record Request(
            @Nullable Action action,
            @Nullable List<UUID> ids,
            @Nullable Map<String, @Nullable Object> filter,
            @Nullable Map<String, @Nullable String> tags) {

        /** @throws ProblemException 422 naming every invalid place */
        void check() {
            Violations violations = new Violations();
            violations.require(action != null, "/action", "is required: tag, delete, restore, cancel or rejudge");
            violations.require((ids == null) != (filter == null), "", "takes either ids or filter");
            if (ids != null) {
                violations.require(
                        !ids.isEmpty() && ids.size() <= MOST_IDS && ids.stream().noneMatch(Objects::isNull),
                        "/ids",
                        "is no list of 1 to %d ids".formatted(MOST_IDS));
            }
            if (action == Action.TAG) {
                violations.require(tags != null && !tags.isEmpty(), "/tags", "is required to tag");
            } else {
                violations.require(tags == null, "/tags", "goes with tag only");
            }
            if (tags != null) {
                Map<String, @Nullable String> set = new LinkedHashMap<>(tags);
                set.values().removeIf(value -> value == null);
                NewSession.checkTags(violations, set);
            }
            violations.refuseIfAny();
        }
    }

    /** Why a session stays as it was. */
    record Refusal(UUID id, String detail) {}

    /**
     * What was done.
     *
     * @param matched sessions looked at
     * @param unchanged those that were already so
     * @param refusals the first hundred
     */
    record Answer(Action action, int matched, int changed, int unchanged, int refused, List<Refusal> refusals) {}

    private final Sessions sessions;
    private final SessionChanges changes;
    private final SessionBin bin;
    private final Database database;
    private final Clock clock;

    @Inject
    SessionBulk(Sessions sessions, SessionChanges changes, SessionBin bin, Database database, Clock clock) {
        this.sessions = sessions;
        this.changes = changes;
        this.bin = bin;
        this.database = database;
        this.clock = clock;
    }

    /**
     * Changes all of them.
     *
     * @throws ProblemException 422 for an invalid request, 404 where its filter names a parent that does not exist
     */
    Answer run(Caller caller, Request request) {
        request.check();
        Progress progress = new Progress();
        Action action = Objects.requireNonNull(request.action());
        if (request.ids() != null) {
            // In the order of creation, as filters have it: two of them never wait for each other.
            List<UUID> ids = request.ids().stream()
                    .distinct()
                    .sorted(Comparator.comparing(UUID::toString))
                    .toList();
            for (int from = 0; from < ids.size(); from += PAGE) {
                run(caller, request, ids.subList(from, Math.min(ids.size(), from + PAGE)), progress);
            }
        } else {
            SessionFilter filter = filter(Objects.requireNonNull(request.filter()), action);
            String cursor = null;
            do {
                Page<Session> page = sessions.list(filter, cursor, PAGE);
                run(caller, request, page.items().stream().map(Session::id).toList(), progress);
                cursor = page.nextCursor();
            } while (cursor != null);
        }
        return progress.answer(action);
    }

    /** Oldest first, which a change does not reorder, up to now, so that a busy server comes to an end. */
    private SessionFilter filter(Map<String, @Nullable Object> json, Action action) {
        SessionFilter filter = SessionFilters.read(json, "/filter", Sort.OLDEST);
        if (filter.deleted() != (action == Action.RESTORE)) {
            throw ProblemException.invalid(
                    "/filter/deleted",
                    action == Action.RESTORE
                            ? "must be true to restore"
                            : "must not be true: the bin takes no changes");
        }
        return filter.until(clock.instant());
    }

    private void run(Caller caller, Request request, List<UUID> ids, Progress progress) {
        record Done(int changed, List<Session> told, List<Refusal> refusals) {}
        Done done = database.write(transaction -> {
            List<Session> told = new ArrayList<>();
            List<Refusal> refusals = new ArrayList<>();
            int changed = 0;
            for (UUID id : ids) {
                try {
                    List<Session> moved = apply(transaction, caller, request, id);
                    told.addAll(moved);
                    changed += moved.isEmpty() ? 0 : 1;
                } catch (ProblemException e) {
                    // Thrown before anything of this session was stored: the others go on.
                    refusals.add(new Refusal(id, e.detail()));
                }
            }
            return new Done(changed, told, refusals);
        });
        changes.tell(done.told(), Objects.requireNonNull(request.action()).kind);
        progress.add(ids.size(), done.changed(), done.refusals());
    }

    /** The sessions that changed: none, it, or it and those below it. */
    private List<Session> apply(Transaction transaction, Caller caller, Request request, UUID id) {
        SessionRow row = bin.locked(transaction, id);
        return switch (Objects.requireNonNull(request.action())) {
            case DELETE -> bin.delete(transaction, caller, row);
            case RESTORE -> bin.restore(transaction, caller, row);
            case TAG ->
                changed(changes.apply(
                        transaction,
                        caller,
                        row,
                        sessions.editing(new SessionPatch(Map.of("tags", Objects.requireNonNull(request.tags()))))));
            case REJUDGE -> changed(changes.apply(transaction, caller, row, sessions.rejudging()));
            case CANCEL -> changed(changes.apply(transaction, caller, row, sessions.moving(CANCELLED, null)));
        };
    }

    private static List<Session> changed(Outcome outcome) {
        return outcome.changed() ? List.of(outcome.session()) : List.of();
    }

    /** What was done so far. */
    private static final class Progress {

        private final List<Refusal> refusals = new ArrayList<>();
        private int matched;
        private int changed;
        private int refused;

        void add(int moreMatched, int moreChanged, List<Refusal> moreRefusals) {
            matched += moreMatched;
            changed += moreChanged;
            refused += moreRefusals.size();
            moreRefusals.stream().limit(MOST_REFUSALS - refusals.size()).forEach(refusals::add);
        }

        Answer answer(Action action) {
            return new Answer(action, matched, changed, matched - changed - refused, refused, refusals);
        }
    }
}
