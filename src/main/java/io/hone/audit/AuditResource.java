package io.hone.audit;

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

/** {@code /audit}: every change on this server, newest first. */
@Path("audit")
@Dependent
@RolesAllowed(Roles.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class AuditResource {

    private final Audit audit;

    @Inject
    public AuditResource(Audit audit) {
        this.audit = audit;
    }

    @GET
    public Page<AuditEntry> list(@Context UriInfo uri) {
        QueryParameters query = new QueryParameters(uri);
        Audit.Filter filter = new Audit.Filter(
                query.text("actor"),
                query.text("action"),
                query.text("subject_type"),
                query.text("subject"),
                query.time("after"),
                query.time("before"));
        String cursor = query.text("cursor");
        int limit = query.limit();
        query.done();
        return audit.list(filter, false, cursor, limit);
    }
}
