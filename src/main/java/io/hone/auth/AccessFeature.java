package io.hone.auth;

import io.hone.http.Limited;
import io.hone.http.RequestContext;
import io.hone.http.Roles;
import jakarta.annotation.security.DenyAll;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.AnnotatedElement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the permission that each operation of the interface declares by the standard annotations. Jersey has a filter
 * for them too, which lets pass what declares nothing; this one refuses it.
 */
@Provider
@Dependent
public class AccessFeature implements DynamicFeature {

    /** Of two filters with the same priority either may be first, and Jersey's refuses without saying what is needed. */
    private static final int BEFORE_JERSEY = Priorities.AUTHORIZATION - 1;

    private static final String JERSEY = "org.glassfish.jersey.";

    private final Refusals refusals;
    private final RateLimits limits;

    @Inject
    public AccessFeature(Refusals refusals, RateLimits limits) {
        this.refusals = refusals;
        this.limits = limits;
    }

    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        // What Jersey answers to OPTIONS by itself is no code of ours that could declare anything.
        List<String> roles = resource.getResourceClass().getName().startsWith(JERSEY)
                ? List.of(Roles.VIEWER)
                : rolesOf(resource.getResourceMethod(), resource.getResourceClass());
        if (roles != null) {
            Limited limited = resource.getResourceMethod().getAnnotation(Limited.class);
            RateLimits.Limit limit = limited == null ? null : RateLimits.Limit.of(limited);
            context.register(new Check(roles, limit), BEFORE_JERSEY);
        }
    }

    /** The roles of which one is needed: of the operation, else of its class; none for nobody, null for everybody. */
    static @Nullable List<String> rolesOf(AnnotatedElement operation, AnnotatedElement type) {
        for (AnnotatedElement element : List.of(operation, type)) {
            RolesAllowed roles = element.getAnnotation(RolesAllowed.class);
            if (roles != null) {
                return List.of(roles.value());
            }
            if (element.isAnnotationPresent(PermitAll.class)) {
                return null;
            }
            if (element.isAnnotationPresent(DenyAll.class)) {
                return List.of();
            }
        }
        return List.of();
    }

    private final class Check implements ContainerRequestFilter {

        private final List<String> roles;
        private final RateLimits.@Nullable Limit limit;

        Check(List<String> roles, RateLimits.@Nullable Limit limit) {
            this.roles = roles;
            this.limit = limit;
        }

        @Override
        public void filter(ContainerRequestContext context) {
            if (!(context.getProperty(RequestContext.REQUEST) instanceof HttpServletRequest request)) {
                throw new IllegalStateException("The request filter is not mapped");
            }
            refusals.require(request, roles);
            Identity identity = Refusals.identity(request);
            if (identity != null && roles.equals(List.of(Roles.ADMIN))) {
                refusals.countManagement(request, identity);
            }
            if (identity != null && limit != null) {
                limits.take(limit, identity.name());
            }
        }
    }
}
