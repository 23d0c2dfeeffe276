package io.hone.gateway;

import io.hone.http.Page;
import io.hone.http.QueryParameters;
import io.hone.http.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;

/** {@code /providers/health}: how all of them are. Apart from {@code /providers/{name}}, so that it is no provider. */
@Path("providers/health")
@Dependent
@RolesAllowed(Roles.VIEWER)
@Produces(MediaType.APPLICATION_JSON)
public class ProviderHealthResource {

    private final Providers providers;
    private final HealthMonitor monitor;

    @Inject
    public ProviderHealthResource(Providers providers, HealthMonitor monitor) {
        this.providers = providers;
        this.monitor = monitor;
    }

    @GET
    public Page<HealthReport> list(@Context UriInfo uri) {
        QueryParameters query = new QueryParameters(uri);
        String cursor = query.text("cursor");
        int limit = query.limit();
        query.done();
        return providers.list(cursor, limit).map(monitor::report);
    }
}
