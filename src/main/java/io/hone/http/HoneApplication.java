package io.hone.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;

/** The REST application: every resource and provider of the WAR, under the version of the interface. */
@ApplicationPath(HoneApplication.PATH)
public class HoneApplication extends Application {

    /** Base path of the interface. */
    public static final String PATH = "/api/v1";

    /** What comes behind it goes on to AI providers, as it is. */
    public static final String GATEWAY = "/gateway/";

    /** Whether a request goes on to a provider. Its answer is the provider's: none of ours changes its bytes. */
    public static boolean isGateway(HttpServletRequest request) {
        // By what the container made of the address: as it was sent it may lead elsewhere.
        return request.getServletPath().equals(GATEWAY.substring(0, GATEWAY.length() - 1));
    }

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
