package io.hone.responses;

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
import java.util.List;

/** {@code /cache/rules}: what each rule is worth, and what smart mode made of it. */
@Path("cache/rules")
@Dependent
@RolesAllowed(Roles.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class CacheWorthResource {

    /**
     * All rules.
     *
     * @param smart whether smart mode is on
     * @param adapted how often it changed something since the start
     * @param rules in force, in order
     * @param adaptations the last ones, newest first
     */
    public record Report(boolean smart, long adapted, List<CacheRuleWorth> rules, List<Adaptation> adaptations) {}

    private final Adaptations adaptations;

    @Inject
    public CacheWorthResource(Adaptations adaptations) {
        this.adaptations = adaptations;
    }

    @GET
    public Report find(@Context UriInfo uri) {
        new QueryParameters(uri).done();
        return new Report(adaptations.isOn(), adaptations.count(), adaptations.rules(), adaptations.shown());
    }
}
