package io.hone.auth;

import io.hone.http.Caller;
import io.hone.http.EntityTags;
import io.hone.http.Idempotency;
import io.hone.http.Page;
import io.hone.http.ProblemException;
import io.hone.http.QueryParameters;
import io.hone.http.Roles;
import io.hone.http.Uuids;
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
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code /accounts}: translates HTTP to {@link Accounts}. */
@Path("accounts")
@Dependent
@RolesAllowed(Roles.ADMIN)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class AccountsResource {

    private final Accounts accounts;
    private final SignIns signIns;

    @Inject
    AccountsResource(Accounts accounts, SignIns signIns) {
        this.accounts = accounts;
        this.signIns = signIns;
    }

    @GET
    public Page<Account> list(@Context UriInfo uri) {
        QueryParameters query = new QueryParameters(uri);
        String cursor = query.text("cursor");
        int limit = query.limit();
        query.done();
        return accounts.list(cursor, limit);
    }

    @POST
    public Response create(
            Accounts.@Nullable NewAccount body,
            @Context HttpHeaders headers,
            @Context UriInfo uri,
            @Context HttpServletRequest request) {
        Accounts.NewAccount sent = ProblemException.requireBody(body);
        Account created = accounts.create(
                Caller.of(request), sent, Idempotency.Key.of(headers, "POST /accounts", sent.withoutPassword()));
        return Response.created(uri.getAbsolutePathBuilder()
                        .path(created.id().toString())
                        .build())
                .entity(created)
                .tag(EntityTags.of(created.version()))
                .build();
    }

    @GET
    @Path("{id}")
    public Response find(@PathParam("id") String id, @Context HttpHeaders headers) {
        Account account = accounts.find(idOf(id));
        return EntityTags.answer(headers, account.version(), account);
    }

    @PATCH
    @Path("{id}")
    public Response change(
            @PathParam("id") String id,
            Accounts.@Nullable Change body,
            @Context HttpHeaders headers,
            @Context HttpServletRequest request) {
        Account changed = accounts.change(
                Caller.of(request), idOf(id), ProblemException.requireBody(body), EntityTags.condition(headers));
        return Response.ok(changed).tag(EntityTags.of(changed.version())).build();
    }

    @DELETE
    @Path("{id}")
    public Response delete(
            @PathParam("id") String id, @Context HttpHeaders headers, @Context HttpServletRequest request) {
        accounts.delete(Caller.of(request), idOf(id), EntityTags.condition(headers));
        return Response.noContent().build();
    }

    @POST
    @Path("{id}/sign-in-link")
    @Consumes(MediaType.WILDCARD)
    public Response createLink(@PathParam("id") String id, @Context HttpServletRequest request) {
        return Response.status(Response.Status.CREATED)
                .entity(signIns.createLink(Caller.of(request), idOf(id)))
                .header("Cache-Control", "no-store")
                .build();
    }

    private static UUID idOf(String id) {
        return Uuids.ofPath("account", id);
    }
}
