package io.hone.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.hone.process.Endpoints.Endpoint;
import jakarta.annotation.security.DenyAll;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every endpoint says who may use it. */
class EndpointsTest {

    @Test
    void endpoints_declareTheirPermission() throws Exception {
        List<Endpoint> endpoints = Endpoints.ofTheCode();

        assertThat(endpoints).hasSizeGreaterThan(50);
        assertThat(endpoints)
                .as("%s, %s or %s on the operation or its class", RolesAllowed.class, PermitAll.class, DenyAll.class)
                .noneMatch(endpoint -> endpoint.permission().equals(Endpoints.UNDECLARED));
    }

    /** What everybody may ask is listed here, so that nothing joins it by mistake. */
    @Test
    void endpoints_openToEverybody_areTheseAlone() throws Exception {
        assertThat(Endpoints.ofTheCode().stream()
                        .filter(endpoint -> endpoint.permission().equals(Endpoints.OPEN))
                        .map(endpoint -> endpoint.method() + " " + endpoint.path()))
                .containsExactlyInAnyOrder(
                        "POST /api/v1/auth/login",
                        "POST /api/v1/auth/link",
                        "POST /api/v1/auth/refresh",
                        "POST /api/v1/auth/logout",
                        "GET /health",
                        "GET /health/live",
                        "GET /health/ready",
                        "GET /health/started",
                        "GET /docs",
                        "GET /error",
                        "GET /",
                        "GET /sessions",
                        "GET /compare",
                        "GET /criteria",
                        "GET /providers",
                        "GET /performance",
                        "GET /caches",
                        "GET /settings",
                        "GET /access",
                        "GET /sign-in");
    }
}
