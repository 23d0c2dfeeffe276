package io.hone.auth;

import io.hone.http.HoneApplication;
import io.hone.http.RequestContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/**
 * Tells the container who asks, from {@code Authorization: Bearer}, from {@code x-api-key} for calls to providers, or, for
 * a WebSocket of a browser, which cannot set that, from its list of subprotocols. It refuses nobody: what a credential that lets nobody in leads to is decided
 * where the permission is, behind the filter that makes problems of refusals.
 */
@ApplicationScoped
public class BearerMechanism implements HttpAuthenticationMechanism {

    private static final String SCHEME = "Bearer ";

    /** What a subprotocol with a token begins with. */
    static final String SUBPROTOCOL = "bearer.";

    private final @Nullable Access access;

    /** For the container's proxy. */
    protected BearerMechanism() {
        access = null;
    }

    @Inject
    public BearerMechanism(Access access) {
        this.access = access;
    }

    @Override
    public AuthenticationStatus validateRequest(
            HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
        String credential = credential(request);
        if (credential == null || access == null) {
            return context.doNothing();
        }
        try {
            Identity identity = access.identify(credential);
            if (identity == null || (identity.kind() == Identity.Kind.OPERATOR && !isLocal(request))) {
                Refusals.noteInvalid(request);
                return context.doNothing();
            }
            return context.notifyContainerAboutLogin(
                    new AccessPrincipal(identity), identity.role().included());
        } catch (RuntimeException e) {
            // The container would answer with a page of its own: the filters make a problem of it.
            Refusals.noteFailure(request, e);
            return context.doNothing();
        }
    }

    private static @Nullable String credential(HttpServletRequest request) {
        Enumeration<String> authorizations = request.getHeaders("Authorization");
        if (authorizations.hasMoreElements()) {
            String authorization = authorizations.nextElement();
            if (authorizations.hasMoreElements()) {
                // Somebody on the way may have looked at the other one.
                return "";
            }
            return authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                    ? authorization.substring(SCHEME.length()).strip()
                    : "";
        }
        if (HoneApplication.isGateway(request)) {
            // Where clients of Anthropic put their key.
            return request.getHeader("x-api-key");
        }
        if (!RequestContext.isWebSocket(request)) {
            return null;
        }
        Enumeration<String> fields = request.getHeaders("Sec-WebSocket-Protocol");
        while (fields.hasMoreElements()) {
            for (String protocol : fields.nextElement().split(",", -1)) {
                if (protocol.strip().startsWith(SUBPROTOCOL)) {
                    return protocol.strip().substring(SUBPROTOCOL.length());
                }
            }
        }
        return null;
    }

    /** The operator's token is for commands on this machine. */
    private static boolean isLocal(HttpServletRequest request) {
        try {
            return InetAddress.getByName(request.getRemoteAddr()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
