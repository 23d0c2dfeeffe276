package io.hone.forwarding;

import io.hone.failures.FailureReport;
import io.hone.http.Limited;
import io.hone.http.ProblemException;
import io.hone.http.QueryParameters;
import io.hone.http.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import org.jspecify.annotations.Nullable;

/** {@code /failures/explain}: asks a model about what no rule knows. It costs money, so who only looks may not. */
@Path("failures/explain")
@Dependent
@RolesAllowed(Roles.REPORTER)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class ExplainResource {

    private final Explanations explanations;

    @Inject
    public ExplainResource(Explanations explanations) {
        this.explanations = explanations;
    }

    @POST
    @Limited(Limited.GATEWAY)
    public ExplainedFailure explain(
            @Nullable FailureReport body, @Context UriInfo uri, @Context HttpServletRequest request) {
        new QueryParameters(uri).done();
        FailureReport report = ProblemException.requireBody(body);
        report.check();
        return explanations.explain(report, request);
    }
}
