package io.hone.forwarding;

import io.hone.gateway.HealthReport;
import io.hone.gateway.Provider;
import io.hone.gateway.Providers;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.http.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** {@code /providers/{name}/probe}: asks a provider how it is. */
@Path("providers/{name}/probe")
@Dependent
@RolesAllowed(Roles.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class ProbeResource {

    private final Providers providers;
    private final Probes probes;

    @Inject
    public ProbeResource(Providers providers, Probes probes) {
        this.providers = providers;
        this.probes = probes;
    }

    @POST
    public HealthReport probe(@PathParam("name") String name) {
        Provider provider = providers.find(name).orElseThrow(() -> ProblemException.notFound("provider", name));
        if (!Probes.isPossible(provider)) {
            throw new ProblemException(
                    ProblemType.CONFLICT,
                    "The provider %s has no health_path, so there is nothing to ask it".formatted(name));
        }
        return probes.now(provider);
    }
}
