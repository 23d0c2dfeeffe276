package io.hone.http;

import io.hone.logging.Logs;
import io.hone.metrics.Latencies;
import io.hone.metrics.Metrics;
import io.hone.metrics.RequestParts;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Logs, counts and times requests by the template of their path. Thread-safe. */
@Singleton
public class RequestLog {

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    /** Query parameters whose value is never logged. */
    private static final Pattern SECRET =
            Pattern.compile("(?i)([^&=]*(?:token|key|secret|password|auth|code|signature)[^&=]*=)[^&]*");

    private static final int LONGEST_QUERY = 500;

    private record Series(String method, String template, int status) {}

    /** What a request adds to, looked up once. */
    private record Meters(String name, Timer timer) {}

    private final Map<Series, Meters> meters = new ConcurrentHashMap<>();
    private final Latencies latencies = new Latencies();
    private final Settings settings;
    private final Metrics metrics;
    private final Logs logs;
    private final Counter slowRequests;

    @Inject
    public RequestLog(Settings settings, Metrics metrics, Logs logs) {
        this.settings = settings;
        this.metrics = metrics;
        this.logs = logs;
        slowRequests = Counter.builder("hone.http.slow")
                .description("Requests over the slow-request threshold")
                .register(metrics.registry());
    }

    /** One summary for each method and template, named {@code GET /api/v1/sessions}. */
    public List<Latencies.Summary> summaries() {
        return latencies.summaries();
    }

    /** All requests together. */
    public Latencies.Summary total() {
        return latencies.total("total");
    }

    void started(HttpServletRequest request, RequestContext context) {
        if (settings.get(SettingsCatalogue.LOG_REQUESTS)) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("method", method(request));
            fields.put("query", masked(request.getQueryString()));
            fields.put("request_id", context.requestId());
            fields.put("trace_id", context.traceId());
            logs.event(Level.INFO, "request_start", fields);
        }
    }

    void completed(
            HttpServletRequest request,
            int status,
            RequestContext context,
            RequestParts parts,
            @Nullable Throwable failure) {
        long nanos = context.elapsedNanos();
        String method = method(request);
        String template = template(request, status, context);
        // 501 tells of a method nobody knows: the client's mistake, whatever the number says. Whoever asks only for
        // what
        // is kept is told by 504 that nothing is (RFC 9111, section 5.2.1.7): nothing failed.
        boolean failed = status >= 500
                && status != HttpServletResponse.SC_NOT_IMPLEMENTED
                && !(failure instanceof ProblemException problem && problem.type() == ProblemType.NOT_CACHED);
        boolean slow = nanos > TimeUnit.MILLISECONDS.toNanos(settings.get(SettingsCatalogue.SLOW_REQUEST));
        Meters ofThese = meters(new Series(method, template, status));
        ofThese.timer().record(nanos, TimeUnit.NANOSECONDS);
        latencies.record(ofThese.name(), nanos, 0, failed, slow);
        if (slow) {
            slowRequests.increment();
        }
        if (failed || slow || settings.get(SettingsCatalogue.LOG_REQUESTS)) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("method", method);
            fields.put("path", template);
            fields.put("query", masked(request.getQueryString()));
            fields.put("status", status);
            fields.put("duration_ms", BigDecimal.valueOf(nanos / 1_000, 3));
            fields.put("slow", slow ? "true" : null);
            fields.put("user", Caller.of(request).name());
            fields.put("request_id", context.requestId());
            fields.put("trace_id", context.traceId());
            fields.put("cache", parts.cacheResult());
            fields.put("error", failure == null ? null : failure.getClass().getSimpleName());
            logs.event(
                    failed ? Level.SEVERE : slow ? Level.WARNING : Level.INFO,
                    failed ? "request_error" : "request_complete",
                    fields);
        }
    }

    private Meters meters(Series series) {
        // computeIfAbsent alone takes a lock where two names share a bin.
        Meters known = meters.get(series);
        return known != null ? known : meters.computeIfAbsent(series, this::register);
    }

    private Meters register(Series series) {
        Timer timer = Timer.builder("http.server.requests")
                .description("Time a request took in the server")
                .tag("method", series.method())
                .tag("uri", series.template())
                .tag("status", Integer.toString(series.status()))
                .serviceLevelObjectives(BUCKETS)
                .register(metrics.registry());
        return new Meters(series.method() + " " + series.template(), timer);
    }

    /** The template of the path: as many as there are in the code, whatever clients ask for. */
    private static String template(HttpServletRequest request, int status, RequestContext context) {
        String template = context.template();
        if (template != null) {
            return template;
        }
        if (status == HttpServletResponse.SC_SWITCHING_PROTOCOLS) {
            // Endpoints of WebSocket have no pattern of a servlet; their address is one of ours, having matched.
            return request.getRequestURI();
        }
        if (status == 404 || status == 405 || status == 400) {
            return "unmatched";
        }
        String pattern = request.getHttpServletMapping().getPattern();
        return pattern == null || pattern.isEmpty() || pattern.equals("/") ? "/*" : pattern;
    }

    private static String method(HttpServletRequest request) {
        return METHODS.contains(request.getMethod()) ? request.getMethod() : "OTHER";
    }

    private static @Nullable String masked(@Nullable String query) {
        if (query == null) {
            return null;
        }
        String kept = query.length() > LONGEST_QUERY ? query.substring(0, LONGEST_QUERY) : query;
        return SECRET.matcher(kept).replaceAll("$1***");
    }
}
