package io.hone.http;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;

/** The REST application: every resource and provider of the WAR, under the version of the interface. */
@ApplicationPath(HoneApplication.PATH)
public class HoneApplication extends Application {

    /** Base path of the interface. */
    public static final String PATH = "/api/v1";

    /** Jersey would otherwise bind JSON itself, and answer some errors before a mapper sees them. */
    @Override
    public Map<String, Object> getProperties() {
        return Map.of(
                // A feature that does not exist: none of Jersey's own is taken, JsonProvider is.
                "jersey.config.jsonFeature", "none",
                "jersey.config.server.wadl.disableWadl", true,
                "jersey.config.server.response.setStatusOverSendError", true);
    }
}
