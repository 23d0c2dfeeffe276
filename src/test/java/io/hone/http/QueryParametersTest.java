package io.hone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hone.http.ProblemException.Violation;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryParametersTest {

    @Test
    void done_everythingAskedAndRight_passes() {
        QueryParameters query = query("q", " a ", "status", "running", "status", "failed", "status", "running");
        assertThat(query.text("q")).isEqualTo(" a ");
        assertThat(query.text("project")).isNull();
        assertThat(query.texts("status")).containsExactly("running", "failed");
        assertThat(query.texts("tag")).isEmpty();
        query.done();
    }

    @Test
    void done_typo_isRefusedNamingWhatIsKnown() {
        assertThat(refused(query("limit", "5", "staus", "running"), query -> {
                    query.limit();
                    query.texts("status");
                }))
                .containsExactly(new Violation("?staus", "is unknown; known are limit, status"));
    }

    @Test
    void done_severalWrong_namesThemAll() {
        assertThat(refused(query("limit", "0", "from", "x", "b", "", "a", ""), query -> {
                    query.limit();
                    query.number("from", 0, 9);
                }))
                .extracting(Violation::pointer)
                .containsExactly("?limit", "?from", "?a", "?b");
    }

    @Test
    void text_givenTwice_isRefused() {
        assertThat(refused(query("project", "a", "project", "b"), query -> query.text("project")))
                .containsExactly(new Violation("?project", "is given 2 times, once is allowed"));
    }

    @Test
    void text_unstorableOrEndless_isRefused() {
        assertThat(refused(query("q", "\ud83d"), query -> query.text("q"))).hasSize(1);
        assertThat(refused(query("q", "a\0b"), query -> query.text("q"))).hasSize(1);
        assertThat(refused(query("q", "a".repeat(4_097)), query -> query.text("q")))
                .hasSize(1);
        assertThat(query("q", "a".repeat(4_096)).text("q")).hasSize(4_096);
        assertThat(refused(query("tag", "ok", "tag", "a\0b"), query -> query.texts("tag")))
                .hasSize(1);
    }

    @Test
    void texts_over50_isRefused() {
        String[] many = IntStream.range(0, 51)
                .boxed()
                .flatMap(i -> Stream.of("tag", "k:" + i))
                .toArray(String[]::new);
        assertThat(refused(query(many), query -> query.texts("tag"))).hasSize(1);
    }

    @Test
    void limit_missing_isTheDefault() {
        assertThat(query().limit()).isEqualTo(50);
        assertThat(List.of(query("limit", "1").limit(), query("limit", "500").limit()))
                .containsExactly(1, 500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "501", "-1", "", "ten", "1.5", "1e2", " 5", "9223372036854775808"})
    void limit_outOfRange_namesTheRange(String value) {
        assertThat(refused(query("limit", value), QueryParameters::limit))
                .singleElement()
                .returns("?limit", Violation::pointer)
                .extracting(Violation::detail)
                .asString()
                .endsWith("from 1 to 500");
    }

    @Test
    void time_withOffset_isThatInstant() {
        assertThat(query("at", "2026-11-20T18:00:00.250+02:00").time("at"))
                .isEqualTo(Instant.parse("2026-11-20T16:00:00.250Z"));
        assertThat(query().time("at")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2026-11-20", "2026-11-20T18:00:00", "1795197600000", "2026-13-01T00:00:00Z", "now"})
    void time_malformed_isRefused(String value) {
        assertThat(refused(query("at", value), query -> query.time("at")))
                .containsExactly(new Violation("?at", "is no RFC 3339 time like 2026-11-20T18:00:00.000Z"));
    }

    @Test
    void oneOf_otherWord_namesThem() {
        assertThat(query("window", "7d").oneOf("window", List.of("24h", "7d"))).isEqualTo("7d");
        assertThat(refused(query("window", "7D"), query -> query.oneOf("window", List.of("24h", "7d"))))
                .containsExactly(new Violation("?window", "is none of 24h, 7d"));
    }

    @Test
    void uuid_malformed_isRefused() {
        UUID id = Uuids.create();
        assertThat(query("parent", id.toString()).uuid("parent")).isEqualTo(id);
        assertThat(refused(query("parent", "1-1-1-1-1"), query -> query.uuid("parent")))
                .containsExactly(new Violation("?parent", "is no UUID"));
    }

    @Test
    void refuse_ownWords_isAmongTheViolations() {
        assertThat(refused(
                        query("sort", "colour"), query -> query.refuse(query.text("sort") == null ? "" : "sort", "no")))
                .containsExactly(new Violation("?sort", "no"));
    }

    private static QueryParameters query(String... namesAndValues) {
        return new QueryParameters(Requests.query(namesAndValues));
    }

    private static List<Violation> refused(QueryParameters query, Consumer<QueryParameters> reading) {
        reading.accept(query);
        ProblemException problem = catchThrowableOfType(ProblemException.class, query::done);
        assertThat(problem).isNotNull().returns(ProblemType.VALIDATION, ProblemException::type);
        return problem.errors();
    }
}
