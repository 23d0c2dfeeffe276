package io.hone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.hone.database.Database;
import io.hone.database.TestDatabases;
import io.hone.http.ProblemException.Violation;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemsTest {

    private static final Logger LOG = Logger.getLogger(Problems.class.getName());

    enum Colour {
        RED,
        BLUE
    }

    record Inner(Integer depth) {}

    record Body(
            String name,
            Integer count,
            Double rate,
            Boolean flag,
            List<Inner> parts,
            Map<String, Inner> named,
            UUID id,
            Instant at,
            Colour colour,
            Object any) {
        Body {
            if ("forbidden".equals(name)) {
                throw ProblemException.invalid("/name", "is forbidden");
            }
            if ("broken".equals(name)) {
                throw new IllegalStateException("io.hone.secret");
            }
        }
    }

    @BeforeAll
    static void quiet() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void loud() {
        LOG.setLevel(null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'nam': 'a'}                  | /nam           | is unknown; known are any, at, colour, count, flag, id, name, named, parts, rate",
                "{'count': 'x'}                | /count         | is missing or not a whole number",
                "{'count': 1.5}                | /count         | is missing or not a whole number",
                "{'name': 5}                   | /name          | is missing or not a string",
                "{'rate': 'x'}                 | /rate          | is missing or not a number",
                "{'flag': 1}                   | /flag          | is missing or not true or false",
                "{'parts': {}}                 | /parts         | is missing or not an array",
                "{'parts': [{'depth': 1}, 7]}  | /parts/1       | is missing or not an object",
                "{'parts': [{'depht': 1}]}     | /parts/0/depht | is unknown; known are depth",
                "{'named': {'a/b~': {'x': 1}}} | /named/a~1b~0/x | is unknown; known are depth",
                "{'id': '1-1-1-1-1'}           | /id            | is missing or not a UUID",
                "{'at': 'noon'}                | /at            | is missing or not an RFC 3339 time",
                "{'colour': 'GREEN'}           | /colour        | is missing or not one of RED, BLUE",
                "[]                            | ''             | is missing or not an object",
                "{'name': 'forbidden'}         | /name          | is forbidden"
            },
            quoteCharacter = '`')
    void of_invalidBody_namesThePlace(String json, String pointer, String detail) {
        ProblemException problem = problem(json.replace('\'', '"'));
        assertThat(problem.type()).isEqualTo(ProblemType.VALIDATION);
        assertThat(problem.errors()).containsExactly(new Violation(pointer.equals("''") ? "" : pointer, detail));
        assertClean(problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{\"name\":}",
                "nope",
                "{\"name\":\"a\"",
                "{\"name\":\"\u0001\"}",
                "{\"count\":NaN}",
                "{\"a\":1,}"
            })
    void of_malformedJson_namesTheLine(String json) {
        ProblemException problem = problem(json);
        assertThat(problem.type()).isEqualTo(ProblemType.MALFORMED_JSON);
        assertThat(problem.detail()).matches("The body is no valid JSON: line 1, column \\d+");
        assertClean(problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"a\",\"name\":\"b\"}",
                "{\"count\":1} {\"count\":2}",
                "",
                "null",
                "{\"count\":1e999999}"
            })
    void of_otherwiseUnusableBody_isTheClientsFault(String json) {
        ProblemException problem = problem(json);
        assertThat(problem.type().status()).isBetween(400, 422);
        assertClean(problem);
    }

    @Test
    void of_deepNesting_isMalformed() {
        ProblemException problem = problem("{\"any\":" + "[".repeat(100));
        assertThat(problem.type()).isEqualTo(ProblemType.MALFORMED_JSON);
        assertThat(problem.detail()).contains("64 levels");
    }

    @Test
    void of_unforeseen_saysNothingOfIt() {
        List.of(
                        new IllegalStateException("io.hone.Secret at line 5"),
                        new NullPointerException("Cannot invoke \"io.hone.Session.id()\""),
                        new RuntimeException(new IllegalArgumentException("jdbc:sqlite:/secret")),
                        new StackOverflowError())
                .forEach(thrown -> {
                    ProblemException problem = problem(thrown);
                    assertThat(problem.type()).isEqualTo(ProblemType.INTERNAL);
                    assertThat(problem.detail()).contains("its log has the details");
                    assertClean(problem);
                });
        assertThat(problem("{\"name\":\"broken\"}").detail()).doesNotContain("secret");
    }

    @Test
    void of_storage_isUnavailable(@TempDir Path folder) {
        List.of(new SQLException("no such table: secret"), new RuntimeException(new SQLException("disk full")))
                .forEach(thrown -> assertThat(problem(thrown).type()).isEqualTo(ProblemType.STORAGE_UNAVAILABLE));
        try (Database database = TestDatabases.sqlite(folder)) {
            Throwable failed = catchThrowable(
                    () -> database.read("test.fail", handle -> handle.execute("SELECT * FROM no_such_table")));
            ProblemException problem = problem(failed);
            assertThat(problem.type()).isEqualTo(ProblemType.STORAGE_UNAVAILABLE);
            assertThat(problem.detail()).doesNotContain("no_such_table");
            assertClean(problem);
        }
    }

    @Test
    void of_serverThatStops_isOverloaded(@TempDir Path folder) {
        Database database = TestDatabases.sqlite(folder);
        database.close();
        ProblemException problem = problem(catchThrowable(() -> database.<Object>write(transaction -> null)));
        assertThat(problem.type()).isEqualTo(ProblemType.OVERLOADED);
        assertThat(problem.detail()).isEqualTo("The server is stopping; nothing of it is stored");
    }

    @Test
    void of_problemInside_isThatOne() {
        ProblemException own = ProblemException.notFound("session", "7");
        assertThat(problem(own)).isSameAs(own);
        assertThat(problem(new RuntimeException(new IOException(own)))).isSameAs(own);
    }

    @Test
    void body_problem_hasTheMembersOfRfc9457() throws JsonProcessingException {
        HttpServletRequest request = Requests.of("POST", "/api/v1/sessions", "secret=1");
        ProblemException problem = ProblemException.invalid(
                        List.of(new Violation("/params/lr", "is no scalar"), new Violation("?limit", "is wrong")))
                .with(Map.of("current_status", "completed"));
        JsonNode body = Json.MAPPER.readTree(Problems.body(problem, request));
        assertThat(body).isEqualTo(Json.MAPPER.readTree("""
                        {"type": "/problems/validation", "title": "Invalid input", "status": 422,
                         "detail": "2 places are invalid, the first is /params/lr: is no scalar",
                         "instance": "/api/v1/sessions", "request_id": "%s",
                         "errors": [{"pointer": "/params/lr", "detail": "is no scalar"},
                                    {"pointer": "?limit", "detail": "is wrong"}],
                         "current_status": "completed"}
                        """.formatted(
                        RequestContext.of(request).requestId())));
        assertThat(Problems.body(ProblemException.notFound("session", 1), request))
                .doesNotContain("errors");
    }

    @ParameterizedTest
    @CsvSource({
        "400, BAD_REQUEST", "404, NOT_FOUND", "405, METHOD_NOT_ALLOWED", "406, NOT_ACCEPTABLE", "409, CONFLICT",
        "413, TOO_LARGE", "415, UNSUPPORTED_MEDIA_TYPE", "422, VALIDATION", "418, BAD_REQUEST", "500, INTERNAL",
        "501, NOT_IMPLEMENTED", "503, STORAGE_UNAVAILABLE", "599, INTERNAL"
    })
    void ofStatus_anyError_hasAType(int status, ProblemType type) {
        ProblemException problem = Problems.ofStatus(status, null);
        assertThat(problem.type()).isEqualTo(type);
        assertThat(problem.detail()).isNotBlank();
    }

    @ParameterizedTest
    @EnumSource
    void type_any_hasAnAddressAndATitle(ProblemType type) {
        assertThat(type.uri()).matches("/problems/[a-z]+(-[a-z]+)*");
        assertThat(type.title()).matches("[A-Z].*");
        assertThat(type.status()).isBetween(400, 599);
    }

    private static ProblemException problem(String json) {
        return problem(catchThrowable(() -> {
            Body body = Json.MAPPER.readValue(json, Body.class);
            // What Jakarta REST's @NotNull says of a body that is null.
            if (body == null) {
                throw ProblemException.invalid("", "is missing");
            }
        }));
    }

    private static ProblemException problem(Throwable thrown) {
        assertThat(thrown).isNotNull();
        return Problems.of(thrown, RequestContext.begin(null, null));
    }

    private static void assertClean(ProblemException problem) {
        assertThat(Problems.body(problem, Requests.of("POST", "/api/v1/sessions", null)))
                .doesNotContain("io.hone", "com.fasterxml", "org.jdbi", "java.", "Exception", "jdbc:", "\\n", "\tat ");
    }
}
