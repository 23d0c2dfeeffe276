package io.hone.gateway;

import io.hone.http.Caller;
import io.hone.http.EntityTags;
import io.hone.http.Idempotency;
import io.hone.http.MergePatch;
import io.hone.http.Page;
import io.hone.http.ProblemException;
import io.hone.http.QueryParameters;
import io.hone.http.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** {@code /providers}: translates HTTP to {@link Providers}. */
@Path("providers")
@Dependent
@RolesAllowed(Roles.ADMIN)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class ProvidersResource {

    private final Providers providers;
    private final HealthMonitor monitor;

    @Inject
    public ProvidersResource(Providers providers, HealthMonitor monitor) {
        this.providers = providers;
        this.monitor = monitor;
    }

    @GET
    public Page<Provider> list(@Context UriInfo uri) {
        QueryParameters query = new QueryParameters(uri);
        String cursor = query.text("cursor");
        int limit = query.limit();
        query.done();
        return providers.list(cursor, limit);
    }

    @POST
    public Response create(
            @Nullable ProviderBody body,
            @Context HttpHeaders headers,
            @Context UriInfo uri,
            @Context HttpServletRequest request) {
        ProviderBody sent = ProblemException.requireBody(body);
        Provider created = providers.create(
                Caller.of(request), sent, Idempotency.Key.of(headers, "POST /providers", sent.withoutSecret()));
        return Response.created(
                        uri.getAbsolutePathBuilder().path(created.name()).build())
                .entity(created)
                .tag(EntityTags.of(created.version()))
                .build();
    }

    /** How one of them is. */
    @GET
    @Path("{name}/health")
    @RolesAllowed(Roles.VIEWER)
    public HealthReport health(@PathParam("name") String name) {
        return monitor.report(providers.find(name).orElseThrow(() -> ProblemException.notFound("provider", name)));
    }

    @GET
    @Path("{name}")
    public Response find(@PathParam("name") String name, @Context HttpHeaders headers) {
        Provider provider = providers.find(name).orElseThrow(() -> ProblemException.notFound("provider", name));
        return EntityTags.answer(headers, provider.version(), provider);
    }

    @PATCH
    @Path("{name}")
    @Consumes({MergePatch.MEDIA_TYPE, MediaType.APPLICATION_JSON})
    public Response change(
            @PathParam("name") String name,
            InputStream body,
            @Context HttpHeaders headers,
            @Context HttpServletRequest request)
            throws IOException {
        Provider changed =
                providers.change(Caller.of(request), name, MergePatch.read(body), EntityTags.condition(headers));
        return Response.ok(changed).tag(EntityTags.of(changed.version())).build();
    }

    @DELETE
    @Path("{name}")
    @Consumes(MediaType.WILDCARD)
    public void delete(
            @PathParam("name") String name, @Context HttpHeaders headers, @Context HttpServletRequest request) {
        providers.delete(Caller.of(request), name, EntityTags.condition(headers));
    }
}
