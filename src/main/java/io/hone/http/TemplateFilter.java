package io.hone.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.Method;
import java.util.concurrent.ConcurrentHashMap;

/** Tells the request's context which path template matched, so that metrics and logs never carry ids. */
@Provider
public class TemplateFilter implements ContainerRequestFilter {

    private static final ConcurrentHashMap<Method, String> TEMPLATES = new ConcurrentHashMap<>();

    @Context
    @SuppressWarnings("NullAway.Init") // set by Jakarta REST
    private ResourceInfo resource;

    @Context
    @SuppressWarnings("NullAway.Init") // set by Jakarta REST
    private HttpServletRequest request;

    @Override
    public void filter(ContainerRequestContext context) {
        Method method = resource.getResourceMethod();
        if (method != null) {
            RequestContext.of(request).template(TEMPLATES.computeIfAbsent(method, key -> template(key)));
        }
    }

    private String template(Method method) {
        Path onClass = resource.getResourceClass().getAnnotation(Path.class);
        Path onMethod = method.getAnnotation(Path.class);
        return HoneApplication.PATH + part(onClass) + part(onMethod);
    }

    private static String part(@org.jspecify.annotations.Nullable Path path) {
        if (path == null || path.value().isEmpty() || path.value().equals("/")) {
            return "";
        }
        return path.value().startsWith("/") ? path.value() : "/" + path.value();
    }
}
