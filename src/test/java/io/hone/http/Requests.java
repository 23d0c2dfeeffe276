package io.hone.http;

import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;

/** Requests without a container: they answer what is asked here and fail on everything else. */
final class Requests {

    private interface Answer {
        Object to(String method, Object[] arguments);
    }

    private Requests() {}

    /** A request with that query: names and values in turns. */
    static UriInfo query(String... namesAndValues) {
        MultivaluedMap<String, String> query = new MultivaluedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            query.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return answering(UriInfo.class, (method, arguments) -> switch (method) {
            case "getQueryParameters" -> query;
            default -> throw new UnsupportedOperationException(method);
        });
    }

    /** A request with that one header. */
    static HttpHeaders header(String name, String value) {
        return answering(HttpHeaders.class, (method, arguments) -> switch (method) {
            case "getHeaderString" -> name.equalsIgnoreCase((String) arguments[0]) ? value : null;
            default -> throw new UnsupportedOperationException(method);
        });
    }

    /** A request for a path with a query, or null for none. */
    static HttpServletRequest of(String method, String path, String query) {
        Map<String, Object> attributes = new HashMap<>();
        HttpServletMapping mapping = answering(HttpServletMapping.class, (asked, arguments) -> "/*");
        return answering(HttpServletRequest.class, (asked, arguments) -> switch (asked) {
            case "getMethod" -> method;
            case "getRequestURI", "getServletPath" -> path;
            case "getQueryString" -> query;
            case "getHttpServletMapping" -> mapping;
            case "getUserPrincipal" -> null;
            case "getAttribute" -> attributes.get((String) arguments[0]);
            case "setAttribute" -> attributes.put((String) arguments[0], arguments[1]);
            default -> throw new UnsupportedOperationException(asked);
        });
    }

    private static <T> T answering(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answer.to(method.getName(), arguments)));
    }
}
