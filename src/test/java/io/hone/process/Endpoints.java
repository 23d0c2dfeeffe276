package io.hone.process;

import io.hone.http.HoneApplication;
import jakarta.annotation.security.DenyAll;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.servlet.annotation.WebServlet;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Everything of the server that answers, as the annotations of its code say. */
final class Endpoints {

    /** What an endpoint is called that declares no permission. */
    static final String UNDECLARED = "undeclared";

    /** What one is called that everybody may ask. */
    static final String OPEN = "open";

    /**
     * One operation, servlet address or WebSocket.
     *
     * @param permission role it takes, {@link #OPEN}, or {@link #UNDECLARED}
     */
    record Endpoint(String method, String path, String permission) {

        @Override
        public String toString() {
            return method + " " + path + " " + permission;
        }
    }

    private Endpoints() {}

    static List<Endpoint> ofTheCode() throws IOException, URISyntaxException, ClassNotFoundException {
        List<Endpoint> endpoints = new ArrayList<>();
        for (Class<?> type : classes()) {
            Path onClass = type.getAnnotation(Path.class);
            if (onClass != null) {
                for (Method method : type.getDeclaredMethods()) {
                    String verb = verb(method);
                    if (verb != null) {
                        String path = HoneApplication.PATH + part(onClass) + part(method.getAnnotation(Path.class));
                        endpoints.add(new Endpoint(verb, path, permission(method, type)));
                    }
                }
            }
            WebServlet servlet = type.getAnnotation(WebServlet.class);
            if (servlet != null) {
                for (String path : servlet.value()) {
                    endpoints.add(new Endpoint("GET", path, permission(type)));
                }
                for (String pattern : servlet.urlPatterns()) {
                    // The gateway's: it takes every method, and these two stand for them.
                    String path = pattern.replace("*", "{provider}/{path}");
                    endpoints.add(new Endpoint("GET", path, permission(type)));
                    endpoints.add(new Endpoint("POST", path, permission(type)));
                }
            }
            ServerEndpoint socket = type.getAnnotation(ServerEndpoint.class);
            if (socket != null) {
                // The specification has no such annotation for them: the filter before it asks for the least role.
                endpoints.add(new Endpoint("GET", socket.value(), "viewer"));
            }
        }
        return endpoints;
    }

    private static List<Class<?>> classes() throws IOException, URISyntaxException, ClassNotFoundException {
        java.nio.file.Path root = java.nio.file.Path.of(HoneApplication.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<String> names;
        try (Stream<java.nio.file.Path> files = Files.walk(root.resolve("io/hone"))) {
            names = files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.endsWith(".class"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .toList();
        }
        List<Class<?>> classes = new ArrayList<>();
        for (String name : names) {
            classes.add(Class.forName(name, false, Endpoints.class.getClassLoader()));
        }
        return classes;
    }

    private static String permission(AnnotatedElement... nearestFirst) {
        for (AnnotatedElement element : nearestFirst) {
            RolesAllowed roles = element.getAnnotation(RolesAllowed.class);
            if (roles != null) {
                return String.join(" or ", roles.value());
            }
            if (element.isAnnotationPresent(PermitAll.class)) {
                return OPEN;
            }
            if (element.isAnnotationPresent(DenyAll.class)) {
                return "nobody";
            }
        }
        return UNDECLARED;
    }

    private static String verb(Method method) {
        for (Annotation annotation : method.getAnnotations()) {
            HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
            if (verb != null) {
                return verb.value();
            }
        }
        return null;
    }

    private static String part(Path path) {
        return path == null || path.value().isEmpty() ? "" : "/" + path.value().replaceAll("^/|/$", "");
    }
}
