package io.hone.sessions;

import static io.hone.audit.Refusals.assertInvalid;
import static io.hone.audit.Refusals.assertRefused;
import static io.hone.criteria.CriteriaFixture.item;
import static io.hone.sessions.SessionsFixture.body;
import static org.assertj.core.api.Assertions.assertThat;

import io.hone.audit.AuditEntry;
import io.hone.audit.StoreContract;
import io.hone.criteria.CriteriaFixture;
import io.hone.criteria.Technique;
import io.hone.criteria.Verdict;
import io.hone.gateway.Money;
import io.hone.gateway.Spender;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.http.Uuids;
import io.hone.sessions.SessionBulk.Action;
import io.hone.sessions.SessionChanged.Kind;
import io.hone.sessions.SessionFilter.Parent;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Editing, the bin, reopening, comparing; alone and in bulk. */
abstract class SessionEditsContract extends StoreContract {

    private SessionsFixture fixture;
    private Sessions sessions;

    @BeforeEach
    void build() {
        fixture = new SessionsFixture(database, settings, events, clock);
        sessions = fixture.sessions;
    }

    // Editing

    @Test
    void edit_changesWhatIsNamed_andNothingElse() {
        Session before = fixture.create(
                body().name("old").notes("n").tag("keep", "1").tag("drop", "2").param("lr", 0.1));
        clock.advance(Duration.ofSeconds(1));

        Session edited = edit(before.id(), patch("name", "new", "tags", patch("drop", null, "add", "3")));

        assertThat(edited.name()).isEqualTo("new");
        assertThat(edited.tags()).isEqualTo(Map.of("keep", "1", "add", "3"));
        assertThat(edited.notes()).isEqualTo("n");
        assertThat(edited.params()).isEqualTo(before.params());
        assertThat(edited.version()).isEqualTo(before.version() + 1);
        assertThat(edited.updatedAt()).isEqualTo(NOON.plusSeconds(1));
        assertThat(sessions.find(before.id())).isEqualTo(edited);
        assertThat(told).last().isEqualTo(new SessionChanged(edited, Kind.CHANGED));
        assertThat(fixture.audited(before.id())).last().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo("session.edited");
            assertThat(entry.detail()).isEqualTo(Map.of("members", List.of("name", "tags")));
        });
    }

    @Test
    void edit_isFoundByWhatItIsNow() {
        UUID id = fixture.create(body().name("before").project("p").tag("t", "old"))
                .id();

        edit(id, patch("name", "After", "project", "q", "tags", patch("t", "new")));

        assertThat(list(Filters.all().query("after").project("q").tag("t", "new")))
                .containsExactly(id);
        assertThat(list(Filters.all().query("before"))).isEmpty();
        assertThat(list(Filters.all().project("p"))).isEmpty();
        assertThat(list(Filters.all().tag("t", "old"))).isEmpty();
        assertThat(fixture.statistics.projects("", 10)).contains(new SessionStatistics.Project("q", 1));
        assertThat(fixture.statistics.recount()).isEmpty();
    }

    @Test
    void edit_nullRemoves() {
        fixture.criteria.create(ADA, CriteriaFixture.body("edge", item("m", ">", 1)), null);
        Session session = fixture.create(body().notes("n").criteria("edge"));
        edit(session.id(), patch("progress", 0.5));

        Session edited = edit(session.id(), patch("notes", null, "criteria", null, "progress", null));

        assertThat(edited.notes()).isNull();
        assertThat(edited.criteria()).isNull();
        assertThat(edited.verdict()).isNull();
        assertThat(edited.progress()).isNull();
        assertThat(sessions.verdict(session.id()).results()).isEmpty();
        assertThat(sessions.find(session.id())).isEqualTo(edited);
    }

    @Test
    void edit_criteria_judgesAtOnce() {
        fixture.criteria.create(ADA, CriteriaFixture.body("edge", item("m", ">", 1)), null);
        Session session = fixture.in(SessionStatus.RUNNING);
        fixture.record(session.id(), 1, "m", 2);

        assertThat(edit(session.id(), patch("criteria", "edge")).verdict()).isEqualTo(Verdict.MET);
        assertInvalid(() -> edit(session.id(), patch("criteria", "none of these")), "/criteria");
        assertInvalid(() -> edit(session.id(), patch("criteria", 7)), "/criteria");
    }

    @Test
    void edit_criteriaOfAnotherTechnique_isRefused() {
        fixture.criteria.create(
                ADA,
                new io.hone.criteria.CriteriaBody(
                        "pruned", null, List.of(Technique.PRUNING), List.of(item("m", ">", 1))),
                null);
        Session session = fixture.create(body().technique(Technique.DISTILLATION));

        assertInvalid(() -> edit(session.id(), patch("criteria", "pruned")), "/criteria");
    }

    @Test
    void edit_nothingNew_changesNothing() {
        Session session = fixture.create(body().name("same").tag("t", "v"));
        int toldBefore = told.size();

        assertThat(edit(session.id(), patch("name", "same", "tags", patch("t", "v", "absent", null))))
                .isEqualTo(session);
        assertThat(edit(session.id(), patch())).isEqualTo(session);
        assertThat(told).hasSize(toldBefore);
    }

    @Test
    void edit_wrong_namesEveryPlace() {
        UUID id = fixture.create(body()).id();

        assertInvalid(
                () -> edit(
                        id,
                        patch(
                                "name",
                                null,
                                "project",
                                7,
                                "tags",
                                patch("a", 1),
                                "notes",
                                List.of(),
                                "progress",
                                1.5,
                                "status",
                                "running",
                                "a/b",
                                1)),
                "/name",
                "/project",
                "/tags/a",
                "/notes",
                "/progress",
                "/status",
                "/a~1b");
        assertInvalid(() -> edit(id, patch("tags", null)), "/tags");
        assertInvalid(() -> edit(id, patch("progress", "0.5")), "/progress");
        assertInvalid(() -> edit(id, patch("progress", Double.NaN)), "/progress");
        assertInvalid(() -> edit(id, patch("name", "x\u0000")), "/name");
    }

    @Test
    void edit_tagsOverTheBoundInAll_areRefused() {
        SessionsFixture.Body body = body();
        IntStream.range(0, 50).forEach(i -> body.tag("t" + i, "v"));
        UUID id = fixture.create(body).id();

        assertInvalid(() -> edit(id, patch("tags", patch("one more", "v"))), "/tags");
        assertThat(edit(id, patch("tags", patch("one more", "v", "t0", null))).tags())
                .hasSize(50);
    }

    @Test
    void edit_progressOfAnEndedSession_isRefused_notesAreNot() {
        UUID id = fixture.in(SessionStatus.COMPLETED).id();

        assertRefused(ProblemType.CONFLICT, () -> edit(id, patch("progress", 0.1)));
        assertThat(edit(id, patch("notes", "afterwards")).notes()).isEqualTo("afterwards");
    }

    @Test
    void edit_otherVersion_isRefused() {
        UUID id = fixture.create(body()).id();

        assertRefused(
                ProblemType.PRECONDITION_FAILED,
                () -> sessions.edit(ADA, id, SessionPatch.of(patch("name", "x")), "\"v7\""));
        assertThat(sessions.edit(ADA, id, SessionPatch.of(patch("name", "x")), "\"v1\"")
                        .name())
                .isEqualTo("x");
        assertRefused(ProblemType.NOT_FOUND, () -> edit(Uuids.create(), patch("name", "x")));
    }

    // The bin

    @Test
    void delete_takesTheFamilyAlong_andRestoreBringsItBack() {
        Session root = fixture.create(body());
        Session child = fixture.create(body().parent(root.id()));
        Session grandchild = fixture.create(body().parent(child.id()));
        Session other = fixture.create(body());

        fixture.bin.delete(BOB, root.id(), null);

        assertThat(list(Filters.all().parent(Parent.ANY))).containsExactly(other.id());
        assertThat(list(Filters.all().deleted())).containsExactly(root.id());
        assertThat(list(Filters.all().deleted().parent(Parent.ANY)))
                .containsExactlyInAnyOrder(root.id(), child.id(), grandchild.id());
        assertThat(list(Filters.all().deleted().parent(new Parent(false, root.id()))))
                .containsExactly(child.id());
        assertThat(sessions.find(grandchild.id()).deletedAt()).isEqualTo(NOON);
        assertThat(told(SessionChanged.class).stream()
                        .filter(event -> event.kind() == Kind.DELETED)
                        .map(event -> event.session().id()))
                .containsExactlyInAnyOrder(root.id(), child.id(), grandchild.id());
        assertThat(fixture.audited(child.id())).last().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo("session.deleted");
            assertThat(entry.actor()).isEqualTo("bob");
            assertThat(entry.detail()).isEqualTo(Map.of("with", root.id().toString()));
        });
        assertThat(fixture.statistics.recount()).isEmpty();

        Session restored = fixture.bin.restore(BOB, root.id());

        assertThat(restored.deletedAt()).isNull();
        assertThat(list(Filters.all().parent(Parent.ANY)))
                .containsExactlyInAnyOrder(root.id(), child.id(), grandchild.id(), other.id());
        assertThat(restored.children()).isEqualTo(1);
        assertThat(sessions.find(child.id()).children()).isEqualTo(1);
        assertThat(fixture.statistics.recount()).isEmpty();
    }

    @Test
    void delete_childBefore_staysWhenItsParentComesBack() {
        Session root = fixture.create(body());
        Session first = fixture.create(body().parent(root.id()));
        Session second = fixture.create(body().parent(root.id()));
        assertThat(sessions.find(root.id()).children()).isEqualTo(2);

        fixture.bin.delete(ADA, first.id(), null);
        assertThat(sessions.find(root.id()).children()).isEqualTo(1);
        fixture.bin.delete(ADA, root.id(), null);
        fixture.bin.restore(ADA, root.id());

        assertThat(sessions.find(second.id()).deletedAt()).isNull();
        assertThat(sessions.find(first.id()).deletedAt()).isNotNull();
        assertThat(sessions.find(root.id()).children()).isEqualTo(1);
        fixture.bin.restore(ADA, first.id());
        assertThat(sessions.find(root.id()).children()).isEqualTo(2);
    }

    @Test
    void restore_childOfABinnedParent_isRefused() {
        Session root = fixture.create(body());
        Session child = fixture.create(body().parent(root.id()));
        fixture.bin.delete(ADA, root.id(), null);

        assertThat(assertRefused(ProblemType.CONFLICT, () -> fixture.bin.restore(ADA, child.id()))
                        .detail())
                .contains(root.id().toString());
    }

    @Test
    void bin_twice_isHarmless() {
        Session session = fixture.create(body());
        fixture.bin.delete(ADA, session.id(), null);
        Session binned = sessions.find(session.id());

        fixture.bin.delete(ADA, session.id(), null);

        assertThat(sessions.find(session.id())).isEqualTo(binned);
        Session restored = fixture.bin.restore(ADA, session.id());
        assertThat(fixture.bin.restore(ADA, session.id())).isEqualTo(restored);
        assertRefused(ProblemType.NOT_FOUND, () -> fixture.bin.delete(ADA, Uuids.create(), null));
        assertRefused(ProblemType.NOT_FOUND, () -> fixture.bin.restore(ADA, Uuids.create()));
        assertRefused(ProblemType.PRECONDITION_FAILED, () -> fixture.bin.delete(ADA, session.id(), "\"v1\""));
    }

    @Test
    void binned_takesNoChanges() {
        fixture.criteria.create(ADA, CriteriaFixture.body("edge", item("m", ">", 1)), null);
        UUID id = fixture.create(body().criteria("edge").lease(10)).id();
        fixture.change(id, SessionStatus.RUNNING);
        fixture.bin.delete(ADA, id, null);

        assertRefused(ProblemType.CONFLICT, () -> fixture.record(id, 1, "m", 1));
        assertRefused(ProblemType.CONFLICT, () -> fixture.change(id, SessionStatus.PAUSED));
        assertRefused(ProblemType.CONFLICT, () -> edit(id, patch("name", "x")));
        assertRefused(ProblemType.CONFLICT, () -> sessions.rejudge(ADA, id));
        assertRefused(ProblemType.CONFLICT, () -> sessions.heartbeat(id));
        assertInvalid(() -> fixture.create(body().parent(id)), "/parent_id");
        clock.advance(Duration.ofHours(1));
        assertThat(sessions.failAbandoned(10)).isZero();

        // Back again, it has all of its lease.
        fixture.bin.restore(ADA, id);
        assertThat(sessions.failAbandoned(10)).isZero();
        clock.advance(Duration.ofSeconds(11));
        assertThat(sessions.failAbandoned(10)).isEqualTo(1);
    }

    @Test
    void purge_removesAllButTheAudit() {
        Session root = fixture.create(body().tag("t", "v"));
        Session child = fixture.create(body().parent(root.id()));
        fixture.record(root.id(), 1, "m", 1);
        assertRefused(ProblemType.CONFLICT, () -> fixture.bin.purge(ADA, root.id()));
        fixture.bin.delete(ADA, root.id(), null);

        fixture.bin.purge(ADA, root.id());

        assertRefused(ProblemType.NOT_FOUND, () -> sessions.find(root.id()));
        assertRefused(ProblemType.NOT_FOUND, () -> sessions.find(child.id()));
        for (String table : List.of("session", "session_tag", "session_metric", "step")) {
            assertThat(count(table)).as(table).isZero();
        }
        assertThat(fixture.audited(root.id())).last().satisfies(entry -> assertThat(entry.action())
                .isEqualTo("session.purged"));
        assertThat(told(SessionPurged.class))
                .containsExactlyInAnyOrder(
                        new SessionPurged(root.id(), null), new SessionPurged(child.id(), root.id()));
        assertThat(fixture.statistics.recount()).isEmpty();
        assertRefused(ProblemType.NOT_FOUND, () -> fixture.bin.purge(ADA, root.id()));
    }

    @Test
    void children_areCounted_withANewVersion() {
        Session root = fixture.create(body());
        fixture.create(body().parent(root.id()));

        Session after = sessions.find(root.id());

        assertThat(after.children()).isEqualTo(1);
        assertThat(after.version()).isEqualTo(root.version() + 1);
        fixture.record(root.id(), 1, "m", 1);
        assertThat(sessions.find(root.id()).children()).isEqualTo(1);
    }

    // Reopening

    @Test
    void reopen_abandoned_goesOnWithANewLease() {
        Session running = fixture.change(fixture.create(body().lease(10)).id(), SessionStatus.RUNNING);
        clock.advance(Duration.ofSeconds(11));
        sessions.failAbandoned(10);
        assertThat(assertRefused(ProblemType.CONFLICT, () -> fixture.record(running.id(), 1, "m", 1))
                        .detail())
                .contains("reopen");

        Session reopened = sessions.reopen(BOB, running.id());

        assertThat(reopened.status()).isEqualTo(SessionStatus.RUNNING);
        assertThat(reopened.error()).isNull();
        assertThat(reopened.endedAt()).isNull();
        assertThat(reopened.startedAt()).isEqualTo(running.startedAt());
        assertThat(sessions.find(running.id())).isEqualTo(reopened);
        assertThat(fixture.record(running.id(), 1, "m", 1).metrics()).containsKey("m");
        assertThat(sessions.failAbandoned(10)).isZero();
        clock.advance(Duration.ofSeconds(11));
        assertThat(sessions.failAbandoned(10)).isEqualTo(1);
        assertThat(fixture.audited(running.id()).stream().map(AuditEntry::action))
                .containsSubsequence("session.abandoned", "session.reopened", "session.abandoned");
        assertThat(fixture.statistics.recount()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void reopen_notAbandoned_isRefused(SessionStatus status) {
        UUID id = fixture.in(status).id();

        assertRefused(ProblemType.CONFLICT, () -> sessions.reopen(ADA, id));
    }

    // Bulk

    @Test
    void bulk_tagByFilter_changesThoseThatMatch() {
        List<UUID> matching = create(450, "vision");
        List<UUID> others = create(3, "speech");

        SessionBulk.Answer answer = bulk(Action.TAG, null, patch("project", "vision"), patch("t", "v"));

        assertThat(answer).isEqualTo(new SessionBulk.Answer(Action.TAG, 450, 450, 0, 0, List.of()));
        assertThat(list(Filters.all().tag("t", "v"))).containsExactlyInAnyOrderElementsOf(matching);
        assertThat(others).allSatisfy(id -> assertThat(sessions.find(id).tags()).isEmpty());
        assertThat(bulk(Action.TAG, null, patch("project", "vision"), patch("t", "v")))
                .isEqualTo(new SessionBulk.Answer(Action.TAG, 450, 0, 450, 0, List.of()));
        assertThat(told(SessionChanged.class).stream().filter(event -> event.kind() == Kind.CHANGED))
                .hasSize(450);
    }

    @Test
    void bulk_deleteAndRestoreByFilter_goThroughAllPages() {
        create(450, "vision");

        assertThat(bulk(Action.DELETE, null, patch("project", List.of("vision")), null)
                        .changed())
                .isEqualTo(450);
        assertThat(list(Filters.all())).isEmpty();
        assertThat(bulk(Action.RESTORE, null, patch("deleted", true), null).changed())
                .isEqualTo(450);
        assertThat(list(Filters.all())).hasSize(450);
        assertThat(fixture.statistics.recount()).isEmpty();
    }

    @Test
    void bulk_someRefused_othersGoOn() {
        Session completed = fixture.in(SessionStatus.COMPLETED);
        Session running = fixture.in(SessionStatus.RUNNING);
        Session cancelled = fixture.in(SessionStatus.CANCELLED);
        UUID unknown = Uuids.create();

        SessionBulk.Answer answer = bulk(
                Action.CANCEL,
                List.of(unknown, completed.id(), running.id(), cancelled.id(), running.id()),
                null,
                null);

        assertThat(answer.matched()).isEqualTo(4);
        assertThat(answer.changed()).isEqualTo(1);
        assertThat(answer.unchanged()).isEqualTo(1);
        assertThat(answer.refused()).isEqualTo(2);
        assertThat(answer.refusals().stream().map(SessionBulk.Refusal::id))
                .containsExactlyInAnyOrder(unknown, completed.id());
        assertThat(sessions.find(running.id()).status()).isEqualTo(SessionStatus.CANCELLED);
    }

    @Test
    void bulk_rejudge_takesTheNewestVersion() {
        fixture.criteria.create(ADA, CriteriaFixture.body("edge", item("m", ">", 5)), null);
        fixture.criteria.create(ADA, CriteriaFixture.body("other", item("m", ">", 5)), null);
        Session judged = fixture.create(body().criteria("edge"));
        Session child = fixture.create(body().criteria("edge").parent(judged.id()));
        Session elsewhere = fixture.create(body().criteria("other"));
        fixture.record(judged.id(), 1, "m", 3);
        fixture.criteria.put(ADA, "edge", CriteriaFixture.body(null, item("m", ">", 1)), null);
        assertThat(list(Filters.all().criteria("edge"))).containsExactly(judged.id());
        assertThat(list(Filters.all().criteria("edge").sort("metric:m"))).containsExactly(judged.id());
        assertThat(list(Filters.all().criteria("none of these"))).isEmpty();

        SessionBulk.Answer answer = bulk(Action.REJUDGE, null, patch("criteria", "edge", "parent", "any"), null);

        assertThat(answer.changed()).isEqualTo(2);
        assertThat(sessions.find(judged.id()).verdict()).isEqualTo(Verdict.MET);
        assertThat(sessions.find(child.id()).criteria()).isEqualTo(new Session.CriteriaVersion("edge", 2));
        assertThat(sessions.find(elsewhere.id())).isEqualTo(elsewhere);
        assertThat(fixture.statistics.recount()).isEmpty();
    }

    @Test
    void bulk_wrong_isRefusedWhole() {
        List<UUID> ids = create(1, "p");

        assertInvalid(() -> bulk(null, ids, null, null), "/action");
        assertInvalid(() -> bulk(Action.DELETE, null, null, null), "");
        assertInvalid(() -> bulk(Action.DELETE, ids, Map.of(), null), "");
        assertInvalid(() -> bulk(Action.DELETE, List.of(), null, null), "/ids");
        assertInvalid(() -> bulk(Action.DELETE, Arrays.asList((UUID) null), null, null), "/ids");
        assertInvalid(() -> bulk(Action.DELETE, Collections.nCopies(1_001, ids.get(0)), null, null), "/ids");
        assertInvalid(() -> bulk(Action.TAG, ids, null, null), "/tags");
        assertInvalid(() -> bulk(Action.TAG, ids, null, patch("", "v")), "/tags/");
        assertInvalid(() -> bulk(Action.CANCEL, ids, null, patch("a", "v")), "/tags");
        assertInvalid(() -> bulk(Action.CANCEL, null, patch("status", "odd"), null), "/filter/status");
        assertInvalid(() -> bulk(Action.CANCEL, null, patch("odd", "x"), null), "/filter/odd");
        assertInvalid(() -> bulk(Action.CANCEL, null, patch("project", 7), null), "/filter/project");
        assertInvalid(() -> bulk(Action.CANCEL, null, patch("deleted", "true"), null), "/filter/deleted");
        assertInvalid(() -> bulk(Action.RESTORE, null, patch("parent", "none"), null), "/filter/deleted");
        assertInvalid(() -> bulk(Action.CANCEL, null, Map.of(), null), "/filter");
        assertInvalid(
                () -> bulk(Action.CANCEL, null, patch("status", List.of(), "q", ""), null),
                "/filter/status",
                "/filter/q");
        assertThat(sessions.find(ids.get(0)).version()).isEqualTo(1);
    }

    // Comparing

    @Test
    void compare_differingFirst_thenByKey() {
        Session one = fixture.create(body().model("a")
                .param("lr", 0.1)
                .param("same", 1)
                .param("only", null)
                .tag("t", "x"));
        Session two = fixture.create(
                body().model("b").param("lr", 0.2).param("same", 1).param("also", "x"));
        fixture.record(one.id(), 1, "m", Double.NaN);
        fixture.record(two.id(), 1, "m", Double.NaN);
        fixture.record(two.id(), 1, "n", 2);

        SessionComparison comparison = sessions.compare(List.of(two.id(), one.id()));

        assertThat(comparison.sessions()).containsExactly(sessions.find(two.id()), sessions.find(one.id()));
        assertThat(comparison.params())
                .containsExactly(
                        new SessionComparison.Row<>("also", true, Arrays.asList("x", null)),
                        new SessionComparison.Row<>("lr", true, List.of(0.2, 0.1)),
                        new SessionComparison.Row<>("only", false, Arrays.asList(null, null)),
                        new SessionComparison.Row<>("same", false, List.of(1, 1)));
        assertThat(comparison.tags()).containsExactly(new SessionComparison.Row<>("t", true, Arrays.asList(null, "x")));
        assertThat(comparison.metrics().stream().map(SessionComparison.Row::key))
                .containsExactly("n", "m");
        assertThat(comparison.metrics().get(1).differs()).isFalse();
        assertThat(comparison.fields().get(0)).isEqualTo(new SessionComparison.Row<>("model", true, List.of("b", "a")));
    }

    @Test
    void compare_cost_isThatOfTheSessionsThatCalled() {
        Session calling = fixture.create(body());
        Session silent = fixture.create(body());
        Session other = fixture.create(body());
        assertThat(sessions.compare(List.of(silent.id(), other.id())).cost()).isEmpty();
        fixture.calls.hit(spender(calling), "tiny", Money.ofUsd("0.25"));
        fixture.calls.hit(spender(calling), "large", Money.ofUsd("1"));
        fixture.calls.hit(spender(other), "tiny", Money.ofUsd("0.25"));
        fixture.calls.storeHits();

        SessionComparison comparison = sessions.compare(List.of(silent.id(), calling.id(), other.id()));

        assertThat(comparison.cost())
                .contains(
                        new SessionComparison.Row<>("cache_hits", true, Arrays.asList(null, 2L, 1L)),
                        new SessionComparison.Row<>(
                                "saved_usd", true, Arrays.asList(null, Money.ofUsd("1.25"), Money.ofUsd("0.25"))),
                        new SessionComparison.Row<>("cost_usd", true, Arrays.asList(null, Money.ZERO, Money.ZERO)))
                .extracting(SessionComparison.Row::key)
                .containsExactly(
                        "cache_hits",
                        "calls",
                        "cost_usd",
                        "failed",
                        "input_tokens",
                        "output_tokens",
                        "saved_usd",
                        "unpriced");
        assertThat(sessions.compare(List.of(calling.id(), other.id())).cost())
                .contains(new SessionComparison.Row<>("cost_usd", false, List.of(Money.ZERO, Money.ZERO)));
    }

    @Test
    void compare_unknown_isNamed() {
        Session session = fixture.create(body());
        UUID unknown = Uuids.create();

        ProblemException problem =
                assertRefused(ProblemType.NOT_FOUND, () -> sessions.compare(List.of(session.id(), unknown)));

        assertThat(problem.detail())
                .contains(unknown.toString())
                .doesNotContain(session.id().toString());
    }

    private static Spender spender(Session session) {
        return new Spender("ada", null, session.id(), "stub");
    }

    private Session edit(UUID id, Map<String, Object> patch) {
        return sessions.edit(ADA, id, SessionPatch.of(patch), null);
    }

    private SessionBulk.Answer bulk(Action action, List<UUID> ids, Map<String, Object> filter, Map<String, ?> tags) {
        Map<String, String> texts = tags == null ? null : new HashMap<>();
        if (tags != null) {
            tags.forEach((key, value) -> texts.put(key, (String) value));
        }
        return fixture.bulk.run(ADA, new SessionBulk.Request(action, ids, filter, texts));
    }

    private List<UUID> create(int number, String project) {
        return IntStream.range(0, number)
                .mapToObj(i -> fixture.create(body().project(project)).id())
                .toList();
    }

    private List<UUID> list(Filters filters) {
        return sessions.list(filters.build(), null, 1_000).items().stream()
                .map(Session::id)
                .toList();
    }

    /** Keys and values in turn; values may be null. */
    private static Map<String, Object> patch(Object... keysAndValues) {
        Map<String, Object> patch = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            patch.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return patch;
    }
}
