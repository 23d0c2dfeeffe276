package io.hone.auth;

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
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

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
    private final transient Map<String, Optional<List<String>>> rolesOfServlets = new ConcurrentHashMap<>();

    @Inject
    public AccessFilter(Refusals refusals, Settings settings) {
        this.refusals = refusals;
        this.settings = settings;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (RequestContext.isWebSocket(request)) {
            refusals.require(request, List.of(Roles.VIEWER));
        } else {
            String servlet = request.getHttpServletMapping().getServletName();
            Optional<List<String>> roles = rolesOfServlets.get(servlet);
            if (roles == null) {
                roles = rolesOfServlets.computeIfAbsent(servlet, this::rolesOf);
            }
            boolean open = settings.get(SettingsCatalogue.METRICS_PUBLIC) && METRICS.equals(request.getServletPath());
            if (roles.isPresent() && !open) {
                refusals.require(request, roles.get());
            }
        }
        chain.doFilter(request, response);
    }

    /** Empty where everybody may ask, or where the servlet asks by itself. */
    private Optional<List<String>> rolesOf(String servlet) {
        ServletRegistration registration = getServletContext().getServletRegistration(servlet);
        String name = registration == null ? null : registration.getClassName();
        if (name == null) {
            return Optional.of(List.of());
        }
        if (name.startsWith(REST)) {
            return Optional.empty();
        }
        try {
            Class<?> type = Class.forName(name, false, getServletContext().getClassLoader());
            return Optional.ofNullable(AccessFeature.rolesOf(type, type));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("A servlet without a class: " + servlet, e);
        }
    }
}
