package io.hone.responses;

import io.hone.http.Caller;
import io.hone.http.EntityTags;
import io.hone.http.ProblemException;
import io.hone.http.QueryParameters;
import io.hone.http.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.jspecify.annotations.Nullable;

/** {@code /config/cache-rules}: translates HTTP to {@link CacheRules}. */
@Path("config/cache-rules")
@Dependent
@RolesAllowed(Roles.ADMIN)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class CacheRulesResource {

    private final CacheRules rules;

    @Inject
    public CacheRulesResource(CacheRules rules) {
        this.rules = rules;
    }

    @GET
    public Response find(@Context UriInfo uri, @Context HttpHeaders headers) {
        new QueryParameters(uri).done();
        CacheRuleSet current = rules.current();
        return EntityTags.answer(headers, current.tag(), current);
    }

    @PUT
    public Response put(
            @Nullable CacheRulesBody body, @Context HttpHeaders headers, @Context HttpServletRequest request) {
        CacheRuleSet changed =
                rules.put(Caller.of(request), ProblemException.requireBody(body), EntityTags.condition(headers));
        return Response.ok(changed).tag(EntityTags.of(changed.tag())).build();
    }
}
