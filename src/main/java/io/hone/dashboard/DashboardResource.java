package io.hone.dashboard;

import io.hone.http.AcceptEncoding;
import io.hone.http.Cursor;
import io.hone.http.Page;
import io.hone.http.QueryParameters;
import io.hone.http.Roles;
import io.hone.sessions.SessionStatistics;
import io.hone.sessions.SessionStatistics.Project;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;

/** {@code /dashboard/stats} and {@code /projects}. */
@Path("")
@Dependent
@RolesAllowed(Roles.VIEWER)
@Produces(MediaType.APPLICATION_JSON)
public class DashboardResource {

    private final DashboardStatistics dashboard;
    private final SessionStatistics statistics;

    @Inject
    public DashboardResource(DashboardStatistics dashboard, SessionStatistics statistics) {
        this.dashboard = dashboard;
        this.statistics = statistics;
    }

    @GET
    @Path("dashboard/stats")
    public Response stats(@Context UriInfo uri, @Context HttpHeaders headers) {
        QueryParameters query = new QueryParameters(uri);
        String label = query.oneOf("window", Window.labels());
        String project = query.text("project");
        query.done();
        Window window = label == null ? Window.DAY : Window.of(label);
        EncodedAnswer answer = dashboard.encoded(window, project == null ? "" : project);
        if (AcceptEncoding.allowsGzip(headers.getHeaderString(HttpHeaders.ACCEPT_ENCODING))) {
            return Response.ok(answer.gzip())
                    .header(HttpHeaders.CONTENT_ENCODING, "gzip")
                    .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
                    .build();
        }
        return Response.ok(answer.identity())
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
                .build();
    }

    @GET
    @Path("projects")
    public Page<Project> projects(@Context UriInfo uri) {
        QueryParameters query = new QueryParameters(uri);
        Cursor position = Cursor.decode(query.text("cursor"), "projects", 1);
        int limit = query.limit();
        query.done();
        List<Project> found =
                statistics.projects(position == null ? "" : position.position().get(0), limit + 1);
        if (found.size() <= limit) {
            return Page.whole(found);
        }
        List<Project> items = found.subList(0, limit);
        return new Page<>(
                items, new Cursor("projects", List.of(items.get(limit - 1).name())).encode());
    }
}
