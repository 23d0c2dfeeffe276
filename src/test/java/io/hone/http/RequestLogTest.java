package io.hone.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.hone.logging.TestLogs;
import io.hone.metrics.Latencies;
import io.hone.metrics.Metrics;
import io.hone.metrics.RequestParts;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestLogTest {

    private static final String ID = "0123456789abcdef";
    private static final String TEMPLATE = "/api/v1/sessions/{id}";

    private final Settings settings = Settings.defaults();
    private final Metrics metrics = new Metrics();

    @Test
    void completed_request_isLoggedAndCountedByItsTemplate() {
        List<String> lines = written(log -> {
            log.started(Requests.of("GET", "/api/v1/sessions/1", "limit=5"), RequestContext.begin(ID, null));
            complete(log, "GET", "limit=5", 200, TEMPLATE);
            assertThat(log.summaries())
                    .singleElement()
                    .returns("GET " + TEMPLATE, Latencies.Summary::name)
                    .returns(1L, Latencies.Summary::count)
                    .returns(0L, Latencies.Summary::errors)
                    .returns(0L, Latencies.Summary::slow);
        });
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .contains(" INFO request_start method=GET query=\"limit=5\" request_id=" + ID + " trace_id=");
        assertThat(lines.get(1))
                .contains(" INFO request_complete method=GET path=" + TEMPLATE
                        + " query=\"limit=5\" status=200 duration_ms=")
                .contains(" user=anonymous request_id=" + ID + " trace_id=")
                .doesNotContain("cache=", "error=", "slow=");
        assertThat(metrics.registry()
                        .get("http.server.requests")
                        .tags("method", "GET", "uri", TEMPLATE, "status", "200")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    /** What a client asked for by only-if-cached, and no failure of anything. */
    @Test
    void completed_nothingKept_isNoError() {
        ProblemException nothing = new ProblemException(ProblemType.NOT_CACHED, "none");
        List<String> lines = written(log -> {
            RequestContext context = RequestContext.begin(ID, null);
            log.completed(Requests.of("GET", "/", null), 504, context, RequestParts.begin(), nothing);
            log.completed(Requests.of("GET", "/", null), 504, context, RequestParts.begin(), null);
            assertThat(log.total().errors()).isEqualTo(1);
        });
        assertThat(lines.get(0)).contains("INFO request_complete").contains("status=504");
        assertThat(lines.get(1)).contains("request_error");
    }

    @Test
    void completed_jsonLines_haveTheDurationAsANumber() {
        settings.store(SettingsCatalogue.LOG_FORMAT, "json");
        assertThat(written(log -> complete(log, "GET", null, 200, TEMPLATE)))
                .singleElement()
                .asString()
                .containsPattern("\"duration_ms\":\\d+\\.\\d+,");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "token=hunter2,              token=***",
                "q=a&access_token=hunter2,   q=a&access_token=***",
                "API-Key=hunter2&limit=5,    API-Key=***&limit=5",
                "password=hunter2&token=hunter2&a=b, password=***&token=***&a=b",
                "client_secret=hunter2=hunter2, client_secret=***",
                "code=hunter2&x-signature=hunter2, code=***&x-signature=***",
                "q=token,                    q=token",
                "tag=key:value,              tag=key:value"
            })
    void completed_secretInTheQuery_isMasked(String query, String logged) {
        assertThat(written(log -> complete(log, "GET", query, 200, TEMPLATE)))
                .singleElement()
                .asString()
                .contains("query=\"" + logged + "\"")
                .doesNotContain("hunter2");
    }

    @Test
    void completed_longQuery_isCut() {
        String query = "a=" + "b".repeat(600) + "&token=hunter2";
        assertThat(written(log -> complete(log, "GET", query, 200, TEMPLATE)))
                .singleElement()
                .asString()
                .hasSizeLessThan(900)
                .contains("b".repeat(490))
                .doesNotContain("hunter2");
    }

    @Test
    void completed_pathNobodyKnows_isNoTemplateOfItsOwn() {
        written(log -> {
            complete(log, "GET", null, 404, null);
            complete(log, "PROPFIND", null, 405, null);
            complete(log, "GET", null, 200, null);
            complete(log, "GET", null, 101, null); // a WebSocket: its address is known to have matched
            assertThat(log.summaries())
                    .extracting(Latencies.Summary::name)
                    .containsExactlyInAnyOrder("GET unmatched", "OTHER unmatched", "GET /*", "GET /anything");
            assertThat(log.total().count()).isEqualTo(4);
        });
    }

    @Test
    void completed_failedOrSlow_isLoggedAlways() {
        settings.store(SettingsCatalogue.LOG_REQUESTS, "false");
        settings.store(SettingsCatalogue.SLOW_REQUEST, "1");
        List<String> lines = written(log -> {
            settings.store(SettingsCatalogue.SLOW_REQUEST, "600000");
            log.started(Requests.of("GET", "/", null), RequestContext.begin(ID, null));
            complete(log, "GET", null, 200, TEMPLATE);
            log.completed(
                    Requests.of("POST", "/", null),
                    500,
                    context(TEMPLATE),
                    RequestParts.begin(),
                    new IllegalStateException("secret"));
            settings.store(SettingsCatalogue.SLOW_REQUEST, "1");
            RequestContext slow = context(TEMPLATE);
            while (slow.elapsedNanos() <= TimeUnit.MILLISECONDS.toNanos(1)) {
                Thread.onSpinWait();
            }
            log.completed(Requests.of("PUT", "/", null), 200, slow, RequestParts.begin(), null);
            assertThat(log.total()).returns(3L, Latencies.Summary::count).returns(1L, Latencies.Summary::errors);
            assertThat(log.total().slow()).isEqualTo(1);
        });
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .contains(" SEVERE request_error method=POST", "error=IllegalStateException")
                .doesNotContain("secret");
        assertThat(lines.get(1)).contains(" WARNING request_complete method=PUT", "slow=true");
        assertThat(metrics.registry().get("hone.http.slow").counter().count()).isEqualTo(1);
    }

    private List<String> written(Consumer<RequestLog> work) {
        return TestLogs.written(settings, logs -> work.accept(new RequestLog(settings, metrics, logs)));
    }

    private static void complete(RequestLog log, String method, String query, int status, String template) {
        RequestParts parts = RequestParts.begin();
        RequestParts.end();
        log.completed(Requests.of(method, "/anything", query), status, context(template), parts, null);
    }

    private static RequestContext context(String template) {
        RequestContext context = RequestContext.begin(ID, null);
        if (template != null) {
            context.template(template);
        }
        return context;
    }
}
