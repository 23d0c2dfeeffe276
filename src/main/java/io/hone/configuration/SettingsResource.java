package io.hone.configuration;

import io.hone.http.Caller;
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
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import org.jspecify.annotations.Nullable;

/** {@code /config/settings}: translates HTTP to {@link StoredSettings}. */
@Path("config/settings")
@Dependent
@RolesAllowed(Roles.ADMIN)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class SettingsResource {

    /** Body of a change; the value is a number, a boolean or a string, as the setting's type says. */
    public record Change(@Nullable Object value) {}

    private final StoredSettings settings;

    @Inject
    public SettingsResource(StoredSettings settings) {
        this.settings = settings;
    }

    @GET
    public Page<SettingView> list(@Context UriInfo uri) {
        new QueryParameters(uri).done();
        return Page.whole(settings.list());
    }

    @GET
    @Path("{key}")
    public SettingView find(@PathParam("key") String key) {
        return settings.find(key);
    }

    @PUT
    @Path("{key}")
    public SettingView put(@PathParam("key") String key, @Nullable Change body, @Context HttpServletRequest request) {
        if (body == null
                || !(body.value() instanceof String
                        || body.value() instanceof Number
                        || body.value() instanceof Boolean)) {
            throw ProblemException.invalid("/value", "is missing or not a string, number or boolean");
        }
        return settings.put(Caller.of(request), key, body.value());
    }

    @DELETE
    @Path("{key}")
    public SettingView remove(@PathParam("key") String key, @Context HttpServletRequest request) {
        return settings.remove(Caller.of(request), key);
    }
}
