package io.hone.sessions;

import static io.hone.audit.Refusals.assertInvalid;
import static io.hone.audit.Refusals.assertRefused;
import static io.hone.criteria.CriteriaFixture.item;
import static io.hone.sessions.SessionsFixture.body;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hone.audit.Audit;
import io.hone.audit.AuditEntry;
import io.hone.audit.StoreContract;
import io.hone.criteria.CriteriaFixture;
import io.hone.criteria.Verdict;
import io.hone.http.Json;
import io.hone.http.ProblemType;
import io.hone.sessions.SessionFilter.Parent;
import io.hone.sessions.SessionImport.Answer;
import io.hone.sessions.SessionImport.Existing;
import io.hone.settings.SettingSource.Origin;
import io.hone.settings.SettingSource.RawValue;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exporting sessions, and taking them back. */
abstract class SessionTransferContract extends StoreContract {

    private static final String LEAST = "{\"name\":\"n\",\"model\":\"m\",\"technique\":\"other\"}";

    private SessionsFixture fixture;
    private Path folder;

    @BeforeEach
    void build(@TempDir Path data) {
        folder = data;
        build();
    }

    private void build() {
        settings = Settings.from(
                setting -> setting == SettingsCatalogue.DATA_DIR ? new RawValue(folder.toString(), Origin.FILE) : null);
        fixture = new SessionsFixture(database, settings, events, clock);
    }

    @Test
    void roundTrip_losesNothing() throws Exception {
        fill();
        List<String> before = export(Filters.all().parent(Parent.ANY));
        List<Session> sessions = sessions();
        anotherServer();

        Answer answer = importing(before, Existing.REFUSE);

        assertThat(answer.sessions()).isEqualTo(sessions.size());
        assertThat(answer.steps()).isEqualTo(12_000 + 3);
        assertThat(sessions()).containsExactlyElementsOf(sessions);
        assertThat(comparable(export(Filters.all().parent(Parent.ANY)))).isEqualTo(comparable(before));
        assertThat(fixture.statistics.recount()).isEmpty();
        assertThat(told(SessionsImported.class)).containsExactly(new SessionsImported(sessions.size()));
        assertThat(files()).isEmpty();
    }

    @Test
    void roundTrip_verdictAndBaseline_areThoseOfBefore() throws Exception {
        fill();
        Session judged = named("judged");
        VerdictDocument before = fixture.sessions.verdict(judged.id());
        List<String> file = export(Filters.all().parent(Parent.ANY));
        anotherServer();

        importing(file, Existing.REFUSE);

        assertThat(before.verdict()).isEqualTo(Verdict.NOT_MET);
        assertThat(fixture.sessions.verdict(judged.id())).isEqualTo(before);
        // The newest version is the highest, in whatever order they came.
        assertThat(fixture.criteria.newest("edge").orElseThrow().criteria().version())
                .isEqualTo(2);
    }

    @Test
    void roundTrip_ofTheBin_staysInTheBin() throws Exception {
        Session root = fixture.create(body());
        fixture.create(body().parent(root.id()));
        fixture.bin.delete(ADA, root.id(), null);
        List<String> file = export(Filters.all().deleted().parent(Parent.ANY));
        anotherServer();

        importing(file, Existing.REFUSE);

        assertThat(sessions()).isEmpty();
        fixture.bin.restore(ADA, root.id());
        assertThat(fixture.statistics.recount()).isEmpty();
    }

    @Test
    void childBeforeItsParent_findsIt() throws Exception {
        Session root = fixture.create(body());
        fixture.create(body().parent(root.id()));
        List<String> file = exportSorted(Filters.all().parent(Parent.ANY).sort("-created_at"));
        anotherServer();

        importing(file, Existing.REFUSE);

        assertThat(fixture.sessions.find(root.id()).children()).isEqualTo(1);
        assertThat(sessions()).hasSize(2);
    }

    @Test
    void childOfNobody_isNamed() throws Exception {
        Session root = fixture.create(body());
        fixture.create(body().parent(root.id()));
        List<String> file = export(Filters.all().parent(new Parent(false, root.id())));
        anotherServer();

        assertInvalid(() -> importing(file, Existing.REFUSE), "/2/session/parent_id");
        assertThat(count("session")).isZero();
    }

    @Test
    void childOfAParentThatIsHere_isCountedThere() throws Exception {
        Session root = fixture.create(body());
        Session child = fixture.create(body().parent(root.id()));
        List<String> file = export(Filters.all().parent(new Parent(false, root.id())));
        fixture.bin.delete(ADA, child.id(), null);
        fixture.bin.purge(ADA, child.id());

        importing(file, Existing.REFUSE);

        assertThat(fixture.sessions.find(root.id()).children()).isEqualTo(1);
    }

    @Test
    void linesOfABody_createAsPostDoes() throws Exception {
        Answer answer =
                importing(List.of(LEAST, "", LEAST.replace("\"n\"", "\"<img onerror>\"") + "\r"), Existing.REFUSE);

        assertThat(answer).isEqualTo(new Answer(2, 0, 0, 0));
        assertThat(sessions().stream().map(Session::owner)).containsOnly("ada");
        assertThat(fixture.audited(sessions().get(0).id()).stream().map(AuditEntry::action))
                .containsExactly("session.created");
        assertThat(fixture.audit
                        .list(new Audit.Filter(null, "sessions.imported", null, null, null, null), true, null, 10)
                        .items())
                .singleElement()
                .satisfies(entry -> assertThat(entry.detail()).containsEntry("sessions", 2));
    }

    @Test
    void dataFolderThatTakesNothing_isSaid() throws Exception {
        Files.delete(folder);

        assertRefused(ProblemType.STORAGE_UNAVAILABLE, () -> importing(List.of(LEAST), Existing.REFUSE));
        assertThat(count("session")).isZero();
        Files.createDirectory(folder);
    }

    @Test
    void many_areCountedOnTheWay() throws Exception {
        importing(IntStream.range(0, 1_700).mapToObj(i -> LEAST).toList(), Existing.REFUSE);

        assertThat(count("session")).isEqualTo(1_700);
        assertThat(fixture.statistics.recount()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "/2 | {\"name\":",
                "/2 | []",
                "/2 | 7",
                "/2/name | {\"name\":\"\",\"model\":\"m\",\"technique\":\"other\"}",
                "/2/x | {\"name\":\"n\",\"model\":\"m\",\"technique\":\"other\",\"x\":1}",
                "/2/technique | {\"name\":\"n\",\"model\":\"m\",\"technique\":\"odd\"}",
                "/2/parent_id | {\"name\":\"n\",\"model\":\"m\",\"technique\":\"other\",\"parent_id\":\"0193b5a0-0000-7000-8000-000000000000\"}",
                "/2/criteria | {\"name\":\"n\",\"model\":\"m\",\"technique\":\"other\",\"criteria\":\"none\"}",
                "/2 | {\"type\":\"odd\"}",
                "/2/session | {\"type\":\"session\"}",
                "/2/session/version | {\"type\":\"session\",\"session\":{}}",
                "/2/format | {\"type\":\"export\",\"format\":99,\"exported_at\":\"2026-11-20T12:00:00Z\"}",
                "/2/session_id | {\"type\":\"points\",\"session_id\":\"0193b5a0-0000-7000-8000-000000000000\",\"metric\":\"m\",\"steps\":[1],\"at\":[\"2026-11-20T12:00:00Z\"],\"values\":[1]}",
                "/2/session_id | {\"type\":\"audit\",\"session_id\":null,\"entries\":[]}",
                "/2/sessions | {\"type\":\"end\",\"sessions\":7}",
                "/2/criteria | {\"type\":\"criteria\"}",
                "/2/criteria/version | {\"type\":\"criteria\",\"criteria\":{\"name\":\"n\",\"version\":0,\"techniques\":[],\"criteria\":[{\"metric\":\"m\",\"op\":\">\",\"value\":1,\"relative_to\":null,\"weight\":1,\"required\":true}],\"created_at\":\"2026-11-20T12:00:00Z\",\"created_by\":\"a\"}}",
                "/2/criteria/name | {\"type\":\"criteria\",\"criteria\":{\"version\":1,\"techniques\":[],\"criteria\":[{\"metric\":\"m\",\"op\":\">\",\"value\":1,\"relative_to\":null,\"weight\":1,\"required\":true}],\"created_at\":\"2026-11-20T12:00:00Z\",\"created_by\":\"a\"}}",
                "/2/criteria | {\"type\":\"criteria\",\"criteria\":{\"name\":\"n\",\"version\":1}}"
            })
    void badLine_isNamed_andNothingComesIn(String pointer, String line) {
        assertInvalid(() -> importing(List.of(LEAST, line, LEAST), Existing.REFUSE), pointer);

        assertThat(count("session")).isZero();
        assertThat(count("audit")).isZero();
        assertThat(told).isEmpty();
        assertThat(files()).isEmpty();
    }

    @Test
    void forgedLines_areNamed() throws Exception {
        fill();
        List<String> file = export(Filters.all().parent(Parent.ANY));
        anotherServer();
        int session = indexOf(file, "\"name\":\"judged\"");
        int points = indexOf(file, "\"type\":\"points\"");
        int entries = indexOf(file, "\"type\":\"audit\"");

        assertBad(file, session, "session/status", "\"status\":\"failed\"", "\"status\":null");
        assertBad(file, session, "session/error", "\"status\":\"failed\"", "\"status\":\"completed\"");
        assertBad(file, session, "session/name", "\"name\":\"judged\"", "\"name\":\"\"");
        assertBad(
                file,
                session,
                "session/criteria",
                "{\"name\":\"edge\",\"version\":1}",
                "{\"name\":\"e\",\"version\":9}");
        assertBad(file, session, "session/criteria/name", "{\"name\":\"edge\"", "{\"name\":null");
        assertBad(
                file,
                session,
                "judgement/verdict",
                "\"judgement\":{\"verdict\":\"not_met\"",
                "\"judgement\":{\"verdict\":null");
        assertBad(file, session, "judgement/score", "\"score\":0.0", "\"score\":2");
        assertBad(file, session, "judgement/results/0/metric", "[{\"metric\":\"m\"", "[{\"metric\":null");
        assertBad(file, session, "judgement", "\"results\":[{", "\"results\":[null,{");
        assertBad(file, points, "steps/1", "\"steps\":[0,1", "\"steps\":[0,0");
        assertBad(file, points, "steps", "\"steps\":[0,", "\"steps\":[");
        assertBad(file, entries, "entries/0/subject", "\"subject\":\"", "\"subject\":\"x");
    }

    private void assertBad(List<String> file, int index, String at, String before, String after) {
        List<String> forged = new ArrayList<>(file);
        assertThat(file.get(index)).contains(before);
        forged.set(index, file.get(index).replaceFirst(Pattern.quote(before), Matcher.quoteReplacement(after)));

        assertInvalid(() -> importing(forged, Existing.REFUSE), "/%d/%s".formatted(index + 1, at));
        assertThat(count("session")).isZero();
    }

    @Test
    void impossibleLines_areNamed() throws Exception {
        Session session = fixture.create(body().name("only"));
        fixture.record(session.id(), 1, "m", 1);
        List<String> file = new ArrayList<>(export(Filters.all()));
        anotherServer();
        String id = session.id().toString();

        assertBad(file, 1, "session/parent_id", "\"parent_id\":null", "\"parent_id\":\"" + id + "\"");
        assertBad(file, 1, "session/project", "\"project\":\"default\"", "\"project\":null");
        assertBad(file, 1, "session/version", "\"version\":2", "\"version\":9223372036854775807");
        assertBad(file, 1, "session/verdict", "\"verdict\":null", "\"verdict\":\"met\"");
        assertBad(file, 1, "session/baseline", "\"baseline\":null", "\"baseline\":{\"metrics\":{}}");
        assertBad(file, 1, "session/baseline", "\"baseline\":null", "\"baseline\":{\"session_id\":\"" + id + "\"}");
        assertBad(file, 1, "session/ended_at", "\"ended_at\":null", "\"ended_at\":\"2026-11-20T12:00:00Z\"");
        assertBad(file, 1, "session/started_at", "\"started_at\":null", "\"started_at\":\"2026-11-20T12:00:00Z\"");
        assertBad(file, 1, "session/updated_at", "\"updated_at\":\"2026", "\"updated_at\":\"1999");
        List<String> without = new ArrayList<>(file);
        without.set(3, file.get(3).replaceFirst("\"entries\":.*", "\"entries\":null}"));
        assertInvalid(() -> importing(without, Existing.REFUSE), "/4/entries");
        assertBad(file, 3, "entries/0/detail", "\"name\":\"only\"", "\"name\":\"\\u0000\"");
        List<String> twice = new ArrayList<>(file);
        twice.add(3, file.get(2));
        assertInvalid(() -> importing(twice, Existing.REFUSE), "/4/steps/0");
    }

    @Test
    void cyclesOfParents_areRefused() throws Exception {
        Session one = fixture.create(body());
        Session two = fixture.create(body().parent(one.id()));
        List<String> file = export(Filters.all().parent(Parent.ANY));
        anotherServer();
        List<String> cycle = file.stream()
                .map(line -> line.replace("\"parent_id\":null", "\"parent_id\":\"" + two.id() + "\""))
                .toList();

        assertRefused(ProblemType.VALIDATION, () -> importing(cycle, Existing.REFUSE));
        assertThat(count("session")).isZero();
    }

    @Test
    void liveChildOfABinnedParent_isRefused() throws Exception {
        Session parent = fixture.create(body());
        Session child = fixture.create(body().parent(parent.id()));
        List<String> both = export(Filters.all().parent(Parent.ANY));
        fixture.bin.delete(ADA, child.id(), null);
        fixture.bin.purge(ADA, child.id());
        fixture.bin.delete(ADA, parent.id(), null);

        assertRefused(ProblemType.VALIDATION, () -> importing(both, Existing.SKIP));

        fixture.bin.restore(ADA, parent.id());
        assertThat(importing(both, Existing.SKIP).sessions()).isEqualTo(1);
        assertThat(fixture.sessions.find(parent.id()).children()).isEqualTo(1);
        assertThat(fixture.statistics.recount()).isEmpty();
    }

    @Test
    void cutOff_isToldApart() throws Exception {
        fill();
        List<String> file = export(Filters.all().parent(Parent.ANY));
        anotherServer();

        for (int lines : new int[] {1, 2, file.size() - 1}) {
            assertInvalid(() -> importing(file.subList(0, lines), Existing.REFUSE), "/" + lines);
        }
        assertInvalid(() -> importing(List.of(file.get(0), file.get(file.size() - 1)), Existing.REFUSE), "/2/sessions");
        assertInvalid(() -> importing(List.of(), Existing.REFUSE), "");
        assertThat(count("session")).isZero();
    }

    @Test
    void existing_isRefusedOrSkipped() throws Exception {
        fill();
        List<String> file = export(Filters.all().parent(Parent.ANY));
        Session gone = named("judged");
        fixture.bin.delete(ADA, gone.id(), null);
        fixture.bin.purge(ADA, gone.id());
        List<Session> before = sessions();

        assertRefused(ProblemType.VALIDATION, () -> importing(file, Existing.REFUSE));
        Answer answer = importing(file, Existing.SKIP);

        assertThat(answer.sessions()).isEqualTo(1);
        assertThat(answer.skipped()).isEqualTo(before.size());
        assertThat(sessions()).containsAll(before).contains(gone);
        assertThat(importing(file, Existing.SKIP).sessions()).isZero();
    }

    @Test
    void criteriaThatSaySomethingElseHere_areRefused() throws Exception {
        fill();
        List<String> file = export(Filters.all().parent(Parent.ANY));
        anotherServer();
        fixture.criteria.create(ADA, CriteriaFixture.body("edge", item("other", ">", 7)), null);

        assertRefused(ProblemType.VALIDATION, () -> importing(file, Existing.REFUSE));
        assertThat(count("session")).isZero();
    }

    @Test
    void exportedLines_takeMoreThanAReporter() {
        List<String> file = List.of("{\"type\":\"export\",\"format\":1,\"exported_at\":\"2026-11-20T12:00:00Z\"}");

        assertRefused(ProblemType.FORBIDDEN, () -> fixture.imports.run(ADA, stream(file), Existing.REFUSE, false));
    }

    @Test
    void table_hasTheColumnsAskedFor_withoutFormulas() throws Exception {
        Session session = fixture.create(body().name("=HYPERLINK(\"x\")")
                .model("a, \"b\"\nc")
                .param("lr", -0.5)
                .param("text", "-1")
                .tag("t", "@x"));
        fixture.record(session.id(), 1, "m", Double.NEGATIVE_INFINITY);

        assertThat(table(List.of("name", "model", "param:lr", "param:text", "tag:t", "metric:m", "metric:none")))
                .isEqualTo("""
                        name,model,param:lr,param:text,tag:t,metric:m,metric:none\r
                        "'=HYPERLINK(""x"")","a, ""b""
                        c",-0.5,"'-1","'@x",-Infinity,\r
                        """);
    }

    @Test
    void table_ofEverything_hasEveryKey() throws Exception {
        fixture.record(fixture.create(body().param("a", 1)).id(), 1, "m", 1);
        fixture.create(body().param("b", 2).tag("t", "v"));

        SessionTable table = fixture.export.table(Filters.all().build());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        fixture.export.write(Filters.all().build(), table, out);

        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines.get(0)).startsWith("id,parent_id,name,").endsWith(",notes,metric:m,param:a,param:b,tag:t");
        assertThat(lines).hasSize(3);
    }

    @Test
    void table_ofTooManyKeys_asksToChoose() {
        for (int i = 0; i < 6; i++) {
            SessionsFixture.Body body = body();
            for (int j = 0; j < 200; j++) {
                body.param("p%d-%d".formatted(i, j), j);
            }
            fixture.create(body);
        }

        assertInvalid(() -> fixture.export.table(Filters.all().build()), "?columns");
    }

    /** Nothing of what is stored is there, nor what is kept on the heap. */
    private void anotherServer() {
        empty();
        build();
    }

    /** Every kind of session there is, with more values and children than fit on a line. */
    private void fill() {
        fixture.criteria.create(ADA, CriteriaFixture.body("edge", item("m", ">=", 1e9)), null);
        fixture.criteria.put(ADA, "edge", CriteriaFixture.body(null, item("m", ">=", 1e8)), null);
        Session judged = fixture.create(body().name("judged")
                .criteria(Map.of("name", "edge", "version", 1))
                .baseline(Map.of("m", 2.5))
                .lease(60)
                .param("lr", 0.1)
                .param("none", null)
                .tag("t", "v")
                .notes("line\nline \u202E"));
        fixture.change(judged.id(), SessionStatus.RUNNING);
        fixture.sessions.recordSteps(
                ADA,
                judged.id(),
                IntStream.range(0, 6_000)
                        .mapToObj(i -> new Step(i, NOON.plusMillis(i), Map.of("m", i / 7.0, "loss", -i * 1e-300)))
                        .toList());
        fixture.fail(judged.id(), "CUDA out of memory");
        Session root = fixture.in(SessionStatus.RUNNING);
        Session odd = fixture.create(body().parent(root.id()).criteria("edge"));
        fixture.record(odd.id(), 0, "nan", Double.NaN);
        fixture.record(odd.id(), Long.MAX_VALUE, "inf", Double.POSITIVE_INFINITY);
        fixture.record(odd.id(), 7, "minus", Double.NEGATIVE_INFINITY);
        fixture.in(SessionStatus.COMPLETED);
        fixture.in(SessionStatus.CANCELLED);
        fixture.in(SessionStatus.PAUSED);
    }

    private Session named(String name) {
        return sessions().stream()
                .filter(session -> session.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<Session> sessions() {
        return fixture.sessions
                .list(Filters.all().parent(Parent.ANY).sort("created_at").build(), null, 10_000)
                .items();
    }

    /** Oldest first, as the interface has it where nothing else is asked for. */
    private List<String> export(Filters filters) throws IOException {
        return exportSorted(filters.sort("created_at"));
    }

    private List<String> exportSorted(Filters filters) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        fixture.export.write(filters.build(), out);
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private String table(List<String> columns) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        fixture.export.write(Filters.all().build(), new SessionTable(columns), out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private Answer importing(List<String> lines, Existing existing) throws IOException {
        return fixture.imports.run(ADA, stream(lines), existing, true);
    }

    private static ByteArrayInputStream stream(List<String> lines) {
        return new ByteArrayInputStream(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    private static int indexOf(List<String> lines, String part) {
        return IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).contains(part))
                .findFirst()
                .orElseThrow();
    }

    /** Lines without what a second export may have otherwise: its time, and the numbers of audit entries. */
    private static List<JsonNode> comparable(List<String> lines) {
        return lines.stream()
                .map(line -> {
                    ObjectNode json = (ObjectNode) Json.parse(line.getBytes(StandardCharsets.UTF_8));
                    json.remove("exported_at");
                    json.path("entries").forEach(entry -> ((ObjectNode) entry).remove("id"));
                    return (JsonNode) json;
                })
                .toList();
    }

    /** What imports left behind. */
    private List<String> files() {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(Path::toString).collect(Collectors.toList());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
