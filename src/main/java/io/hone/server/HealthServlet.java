package io.hone.server;

import io.hone.http.Json;
import jakarta.annotation.security.PermitAll;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * {@code /health}, in the format of MicroProfile Health 4.0, section 3. The server's own page would answer past the
 * filters, without request id, headers and log.
 */
@PermitAll
@WebServlet({"/health", "/health/live", HealthServlet.READY, "/health/started"})
public class HealthServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    /** Whoever asks this sends traffic by it: nobody on the way may keep the answer. */
    static final String READY = "/health/ready";

    private final transient Instance<HealthCheck> live;
    private final transient Instance<HealthCheck> ready;
    private final transient Instance<HealthCheck> started;

    @Inject
    public HealthServlet(
            @Liveness Instance<HealthCheck> live,
            @Readiness Instance<HealthCheck> ready,
            @Startup Instance<HealthCheck> started) {
        this.live = live;
        this.ready = ready;
        this.started = started;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Stream<HealthCheck> checks =
                switch (request.getServletPath()) {
                    case "/health/live" -> live.stream();
                    case READY -> ready.stream();
                    case "/health/started" -> started.stream();
                    default -> Stream.of(live, ready, started).flatMap(Instance::stream);
                };
        List<Map<String, Object>> answers = new ArrayList<>();
        boolean up = true;
        for (HealthCheck check : checks.toList()) {
            HealthCheckResponse answer = check.call();
            up &= answer.getStatus() == HealthCheckResponse.Status.UP;
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("name", answer.getName());
            members.put("status", answer.getStatus());
            answer.getData().ifPresent(data -> members.put("data", data));
            answers.add(members);
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", up ? "UP" : "DOWN");
        body.put("checks", answers);
        response.setStatus(up ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        response.setContentType("application/json");
        response.setHeader("Cache-Control", request.getServletPath().equals(READY) ? "no-store" : "no-cache");
        response.getOutputStream().write(Json.MAPPER.writeValueAsBytes(body));
    }
}
