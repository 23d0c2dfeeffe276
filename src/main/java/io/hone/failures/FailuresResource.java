package io.hone.failures;

import io.hone.http.ProblemException;
import io.hone.http.QueryParameters;
import io.hone.http.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import org.jspecify.annotations.Nullable;

/** {@code /failures}: translates HTTP to {@link Failures}. */
@Path("failures")
@Dependent
@RolesAllowed(Roles.VIEWER)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class FailuresResource {

    private final Failures failures;

    @Inject
    public FailuresResource(Failures failures) {
        this.failures = failures;
    }

    @POST
    @Path("analyze")
    public Guidance analyze(@Nullable FailureReport body, @Context UriInfo uri) {
        new QueryParameters(uri).done();
        FailureReport report = ProblemException.requireBody(body);
        report.check();
        return failures.analyze(report);
    }
}
