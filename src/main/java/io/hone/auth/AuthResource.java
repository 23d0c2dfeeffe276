package io.hone.auth;

import io.hone.auth.RateLimits.Limit;
import io.hone.http.Caller;
import io.hone.http.HoneApplication;
import io.hone.http.ProblemException;
import io.hone.http.RequestContext;
import io.hone.http.Roles;
import io.hone.http.Violations;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code /auth}: signing in and out; translates HTTP to {@link SignIns}. */
@Path("auth")
@Dependent
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class AuthResource {

    /** Holds a browser's refresh token, out of reach of its scripts. */
    static final String COOKIE = "hone_refresh";

    private static final String COOKIE_PATH = HoneApplication.PATH + "/auth";

    /** @param cookie whether the refresh token comes as a cookie, for browsers */
    public record Login(
            @Nullable String username,
            @Nullable String password,
            @Nullable Boolean cookie) {}

    public record LinkLogin(@Nullable String code, @Nullable Boolean cookie) {}

    public record Refresh(@Nullable String refreshToken) {}

    public record Logout(
            @Nullable String refreshToken, @Nullable Boolean everywhere) {}

    public record Revoke(@Nullable String token) {}

    public record NewPassword(
            @Nullable String currentPassword, @Nullable String password) {}

    /**
     * Who asks.
     *
     * @param account for one that signed in, else null
     * @param expiresAt when the token or key ends by itself; null for never
     */
    public record Me(
            String name,
            Role role,
            Identity.Kind kind,
            @Nullable Account account,
            @Nullable Instant expiresAt) {}

    private final SignIns signIns;
    private final Accounts accounts;
    private final RateLimits limits;
    private final Settings settings;

    @Inject
    AuthResource(SignIns signIns, Accounts accounts, RateLimits limits, Settings settings) {
        this.signIns = signIns;
        this.accounts = accounts;
        this.limits = limits;
        this.settings = settings;
    }

    @POST
    @Path("login")
    @PermitAll
    public Response login(@Nullable Login body, @Context HttpServletRequest request) {
        Login sent = ProblemException.requireBody(body);
        Violations violations = new Violations();
        violations.text(sent.username(), "/username", 1, Passwords.LONGEST);
        violations.text(sent.password(), "/password", 1, Passwords.LONGEST);
        violations.refuseIfAny();
        String username = Usernames.normal(Objects.requireNonNull(sent.username()));
        // In this order: tries that are refused for one account leave the address its tries for the others.
        limits.take(Limit.SIGN_IN, request.getRemoteAddr() + ' ' + username);
        limits.take(Limit.SIGN_IN_ADDRESS, request.getRemoteAddr());
        Tokens tokens = signIns.signIn(username, Objects.requireNonNull(sent.password()), requestId(request));
        return answer(tokens, Boolean.TRUE.equals(sent.cookie()), request);
    }

    @POST
    @Path("link")
    @PermitAll
    public Response link(@Nullable LinkLogin body, @Context HttpServletRequest request) {
        LinkLogin sent = ProblemException.requireBody(body);
        Violations violations = new Violations();
        violations.text(sent.code(), "/code", 1, Passwords.LONGEST);
        violations.refuseIfAny();
        limits.take(Limit.SIGN_IN_ADDRESS, request.getRemoteAddr());
        Tokens tokens = signIns.signInByLink(Objects.requireNonNull(sent.code()), requestId(request));
        return answer(tokens, Boolean.TRUE.equals(sent.cookie()), request);
    }

    @POST
    @Path("refresh")
    @PermitAll
    public Response refresh(
            @Nullable Refresh body, @CookieParam(COOKIE) @Nullable String cookie, @Context HttpServletRequest request) {
        String sent = body == null ? null : body.refreshToken();
        String token = sent == null ? cookie : sent;
        if (token == null || token.isEmpty() || token.length() > Access.LONGEST) {
            throw refused(request, SignIns.unauthorized("There is no refresh token; sign in"));
        }
        try {
            return answer(signIns.refresh(token, requestId(request)), sent == null, request);
        } catch (ProblemException e) {
            throw refused(request, e);
        }
    }

    @POST
    @Path("logout")
    @PermitAll
    public Response logout(
            @Nullable Logout body, @CookieParam(COOKIE) @Nullable String cookie, @Context HttpServletRequest request) {
        String sent = body == null ? null : body.refreshToken();
        String token = sent == null ? cookie : sent;
        Identity who = Refusals.identity(request);
        if (who != null) {
            signIns.signOut(who, body != null && Boolean.TRUE.equals(body.everywhere()), requestId(request));
        } else if (body != null && Boolean.TRUE.equals(body.everywhere())) {
            throw SignIns.unauthorized("Signing out everywhere takes the access token");
        }
        if (token != null && token.length() <= Access.LONGEST) {
            signIns.signOut(token, requestId(request));
        }
        return Response.noContent().cookie(cookie("", 0, request)).build();
    }

    @POST
    @Path("revoke")
    @RolesAllowed(Roles.VIEWER)
    public Response revoke(@Nullable Revoke body, @Context HttpServletRequest request) {
        Violations violations = new Violations();
        String token = ProblemException.requireBody(body).token();
        violations.text(token, "/token", 1, Access.LONGEST);
        violations.refuseIfAny();
        signIns.revoke(Objects.requireNonNull(token), requestId(request));
        return Response.noContent().build();
    }

    @GET
    @Path("me")
    @RolesAllowed(Roles.VIEWER)
    public Me me(@Context HttpServletRequest request) {
        Identity who = Objects.requireNonNull(Refusals.identity(request));
        Account account = who.accountId() == null ? null : accounts.find(who.accountId());
        return new Me(who.name(), who.role(), who.kind(), account, who.expiresAt());
    }

    @PUT
    @Path("password")
    @RolesAllowed(Roles.VIEWER)
    public Response changePassword(@Nullable NewPassword body, @Context HttpServletRequest request) {
        NewPassword sent = ProblemException.requireBody(body);
        Identity who = Objects.requireNonNull(Refusals.identity(request));
        // Somebody at an unlocked screen must not get to guess the password so far.
        limits.take(Limit.SIGN_IN, request.getRemoteAddr() + ' ' + who.name());
        accounts.changeOwnPassword(Caller.of(request), who, sent.currentPassword(), sent.password());
        return Response.noContent().build();
    }

    private Response answer(Tokens tokens, boolean asCookie, HttpServletRequest request) {
        Response.ResponseBuilder answer =
                Response.ok(asCookie ? tokens.withoutRefreshToken() : tokens).header("Cache-Control", "no-store");
        if (asCookie && tokens.refreshToken() != null) {
            int seconds =
                    (int) settings.duration(SettingsCatalogue.REFRESH_TOKEN).toSeconds();
            answer.cookie(cookie(tokens.refreshToken(), seconds, request));
        }
        return answer.build();
    }

    /** A flood of tokens that are none must not be cheap. */
    private ProblemException refused(HttpServletRequest request, ProblemException problem) {
        limits.take(Limit.REFUSED, request.getRemoteAddr());
        return problem;
    }

    private NewCookie cookie(String value, int seconds, HttpServletRequest request) {
        return new NewCookie.Builder(COOKIE)
                .value(value)
                .path(COOKIE_PATH)
                .httpOnly(true)
                .sameSite(NewCookie.SameSite.STRICT)
                .secure(request.isSecure()
                        || settings.get(SettingsCatalogue.PUBLIC_URL).startsWith("https:"))
                .maxAge(seconds)
                .build();
    }

    private static String requestId(HttpServletRequest request) {
        return RequestContext.of(request).requestId();
    }
}
