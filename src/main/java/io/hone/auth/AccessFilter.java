package io.hone.auth;

import io.hone.http.Limited;
import io.hone.http.RequestContext;
import io.hone.http.Roles;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the permission that each servlet declares by the standard annotations, and for that of live connections. The
 * operations of Jakarta REST are asked for by {@link AccessFeature}, which knows which one is meant.
 */
public class AccessFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;
    private static final String REST = "org.glassfish.jersey.";

    /** Open to everybody by setting: scrapers of some networks cannot send a key. */
    private static final String METRICS = "/metrics";

    private final transient Refusals refusals;
    private final transient Settings settings;
    private final transient RateLimits limits;
    private final transient Map<String, Permission> permissions = new ConcurrentHashMap<>();

    /**
     * What a servlet declares.
     *
     * @param roles of which one is needed; null where everybody may ask, or where the servlet asks by itself
     * @param limit of its own, beside the general ones
     */
    private record Permission(@Nullable List<String> roles, RateLimits.@Nullable Limit limit) {}

    @Inject
    public AccessFilter(Refusals refusals, RateLimits limits, Settings settings) {
        this.refusals = refusals;
        this.limits = limits;
        this.settings = settings;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (RequestContext.isWebSocket(request)) {
            refusals.require(request, List.of(Roles.VIEWER));
        } else {
            String servlet = request.getHttpServletMapping().getServletName();
            Permission permission = permissions.get(servlet);
            if (permission == null) {
                permission = permissions.computeIfAbsent(servlet, this::permission);
            }
            boolean open = settings.get(SettingsCatalogue.METRICS_PUBLIC) && METRICS.equals(request.getServletPath());
            if (permission.roles() != null && !open) {
                refusals.require(request, permission.roles());
            }
            Identity identity = permission.limit() == null ? null : Refusals.identity(request);
            if (identity != null && permission.limit() != null) {
                limits.take(permission.limit(), identity.name());
            }
        }
        chain.doFilter(request, response);
    }

    private Permission permission(String servlet) {
        ServletRegistration registration = getServletContext().getServletRegistration(servlet);
        String name = registration == null ? null : registration.getClassName();
        if (name == null) {
            return new Permission(List.of(), null);
        }
        if (name.startsWith(REST)) {
            return new Permission(null, null);
        }
        try {
            Class<?> type = Class.forName(name, false, getServletContext().getClassLoader());
            Limited limited = type.getAnnotation(Limited.class);
            return new Permission(
                    AccessFeature.rolesOf(type, type), limited == null ? null : RateLimits.Limit.of(limited));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("A servlet without a class: " + servlet, e);
        }
    }
}
