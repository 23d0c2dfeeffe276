package io.hone.responses;

import io.hone.auth.Identities;
import io.hone.http.HoneApplication;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A request with its response, without a container: both do what the filter and what is behind it ask for. */
final class FakeExchange {

    private interface Answers {
        Object to(String method, Object[] arguments) throws IOException;
    }

    private final Map<String, Object> attributes = new HashMap<>();
    private final Map<String, String> asked = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, String> answered = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int status = 200;

    final HttpServletRequest request;
    final HttpServletResponse response;

    /** @param headers names and values in turn */
    FakeExchange(String method, String path, String query, String body, String... headers) {
        for (int i = 0; i < headers.length; i += 2) {
            asked.put(headers[i], headers[i + 1]);
        }
        Principal principal = Identities.principal("ada");
        request = proxy(HttpServletRequest.class, (name, arguments) -> switch (name) {
            case "getMethod" -> method;
            case "getRequestURI" -> path;
            // As the container maps them: calls to providers have a servlet of their own, the rest is under "/".
            case "getServletPath" -> path.startsWith(HoneApplication.GATEWAY) ? "/gateway" : path;
            case "getPathInfo" -> path.startsWith(HoneApplication.GATEWAY) ? path.substring("/gateway".length()) : null;
            case "getQueryString" -> query;
            case "getHeader" -> asked.get((String) arguments[0]);
            case "getHeaders" ->
                Collections.enumeration(
                        asked.containsKey((String) arguments[0])
                                ? List.of(asked.get((String) arguments[0]))
                                : List.<String>of());
            case "getHeaderNames" -> Collections.enumeration(asked.keySet());
            case "getInputStream" -> stream(body.getBytes(StandardCharsets.UTF_8));
            case "getUserPrincipal" -> principal;
            case "getAttribute" -> attributes.get((String) arguments[0]);
            case "setAttribute" -> attributes.put((String) arguments[0], arguments[1]);
            case "isAsyncStarted" -> false;
            default -> throw new UnsupportedOperationException(name);
        });
        response = proxy(HttpServletResponse.class, (name, arguments) -> switch (name) {
            case "setHeader", "addHeader" -> answered.put((String) arguments[0], (String) arguments[1]);
            case "getHeader" -> answered.get((String) arguments[0]);
            case "setContentType" -> answered.put("Content-Type", (String) arguments[0]);
            case "getContentType" -> answered.get("Content-Type");
            case "setContentLength" -> answered.put("Content-Length", String.valueOf(arguments[0]));
            case "setStatus" -> {
                status = (Integer) arguments[0];
                yield null;
            }
            case "getStatus" -> status;
            case "getOutputStream" -> stream(out);
            case "isCommitted" -> false;
            case "reset" -> {
                answered.clear();
                out.reset();
                status = 200;
                yield null;
            }
            default -> throw new UnsupportedOperationException(name);
        });
    }

    static FakeExchange get(String path, String... headers) {
        return new FakeExchange("GET", path, null, "", headers);
    }

    int status() {
        return status;
    }

    String body() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String cacheStatus() {
        return answered.get(CacheStatus.FIELD);
    }

    private static <T> T proxy(Class<T> type, Answers answers) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    Object answer = answers.to(method.getName(), arguments);
                    return method.getReturnType() == void.class ? null : answer;
                }));
    }

    private static ServletInputStream stream(byte[] bytes) {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        return new ServletInputStream() {
            @Override
            public int read() {
                return in.read();
            }

            @Override
            public boolean isFinished() {
                return in.available() == 0;
            }

            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setReadListener(ReadListener listener) {
                throw new UnsupportedOperationException();
            }
        };
    }

    private static ServletOutputStream stream(ByteArrayOutputStream out) {
        return new ServletOutputStream() {
            @Override
            public void write(int b) {
                out.write(b);
            }

            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setWriteListener(WriteListener listener) {
                throw new UnsupportedOperationException();
            }
        };
    }
}
