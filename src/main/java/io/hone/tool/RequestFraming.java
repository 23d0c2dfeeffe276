package io.hone.tool;

import java.lang.annotation.Annotation;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that do not tell plainly where their body ends, with 400 and the end of the connection (RFC 9112,
 * section 6.1): what follows such a body could be a request that a proxy in front never saw. The server's parser drops
 * a length that stands before the chunks, so no servlet can tell; a probe of the parser can. By reflection, because the
 * server's classes are in its own archive. Thread-safe.
 */
final class RequestFraming implements InvocationHandler {

    private static final String TRANSFER_ENCODING = "transfer-encoding";

    /** The fields that bear upon the end of a body; spaces before the colon hide a field from some parsers only. */
    private static final Pattern FIELD =
            Pattern.compile("(?imd)^(content-length|transfer-encoding)[ \t]*:[ \t]*(.*?)[ \t]*\r?$");

    private final Method header;
    private final Method protocol;
    private final Field buffer;
    private final Method text;

    private RequestFraming(ClassLoader server) throws ReflectiveOperationException {
        Class<?> parsed = server.loadClass("org.glassfish.grizzly.http.HttpHeader");
        header = parsed.getMethod("getHeader", String.class);
        protocol = parsed.getMethod("getProtocolString");
        // Only here are all the fields as they came.
        buffer = parsed.getDeclaredField("headerBuffer");
        buffer.setAccessible(true);
        text = server.loadClass("org.glassfish.grizzly.Buffer")
                .getMethod("toStringContent", Charset.class, int.class, int.class);
    }

    /**
     * Watches over every listener that is open now.
     *
     * @param server loader of the server's classes
     * @throws ReflectiveOperationException if this is not the server we know
     * @throws IllegalStateException if a listener is open that has no parser of HTTP
     */
    static void watch(ClassLoader server) throws ReflectiveOperationException {
        Class<?> type = server.loadClass("org.glassfish.grizzly.http.HttpProbe");
        Object probe = Proxy.newProxyInstance(server, new Class<?>[] {type}, new RequestFraming(server));
        Object probes = Array.newInstance(type, 1);
        Array.set(probes, 0, probe);

        Object locator = server.loadClass("org.glassfish.internal.api.Globals")
                .getMethod("getDefaultHabitat")
                .invoke(null);
        Class<?> locatorType = server.loadClass("org.glassfish.hk2.api.ServiceLocator");
        Class<?> serviceType = server.loadClass("com.sun.enterprise.v3.services.impl.GrizzlyService");
        Class<?> listenerType = server.loadClass("org.glassfish.grizzly.config.dom.NetworkListener");
        Annotation[] unqualified = {};
        Object service = locatorType
                .getMethod("getService", Class.class, Annotation[].class)
                .invoke(locator, serviceType, unqualified);
        List<?> listeners = (List<?>) locatorType
                .getMethod("getAllServices", Class.class, Annotation[].class)
                .invoke(locator, listenerType, unqualified);
        Method lookup = serviceType.getMethod("lookupNetworkProxy", listenerType);
        Method underlying = server.loadClass("com.sun.enterprise.v3.services.impl.GrizzlyProxy")
                .getMethod("getUnderlyingListener");
        Method filters = server.loadClass("org.glassfish.grizzly.config.GenericGrizzlyListener")
                .getMethod("getFilters", Class.class);
        Class<?> codec = server.loadClass("org.glassfish.grizzly.http.HttpCodecFilter");
        Method monitoring = codec.getMethod("getMonitoringConfig");
        Method add = server.loadClass("org.glassfish.grizzly.monitoring.MonitoringConfig")
                .getMethod("addProbes", Object[].class);

        for (Object listener : listeners) {
            Object proxy = lookup.invoke(service, listener);
            if (proxy == null) {
                continue; // closed
            }
            List<?> parsers = (List<?>) filters.invoke(underlying.invoke(proxy), codec);
            if (parsers.isEmpty()) {
                throw new IllegalStateException("A listener has no parser to watch");
            }
            for (Object parser : parsers) {
                add.invoke(monitoring.invoke(parser), probes);
            }
        }
    }

    /** One event of the parser; an exception from {@code onHeaderParseEvent} makes it refuse the request. */
    @Override
    public @Nullable Object invoke(Object self, Method method, @Nullable Object[] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return method.getName().equals("equals") ? self == arguments[0] : method.invoke(this, arguments);
        }
        if (method.getName().equals("onHeaderParseEvent")) {
            Object request = arguments[1];
            if (header.invoke(request, TRANSFER_ENCODING) != null && !isPlain(request, (int) arguments[2])) {
                throw new IllegalStateException("A request does not tell plainly where its body ends");
            }
        }
        return null;
    }

    /** Whether the one thing said about the end of the body is that it comes in chunks, which HTTP/1.0 does not know. */
    private boolean isPlain(Object request, int length) throws ReflectiveOperationException {
        String head = (String) text.invoke(buffer.get(request), StandardCharsets.ISO_8859_1, 0, length);
        List<MatchResult> fields = FIELD.matcher(head).results().toList();
        return fields.size() == 1
                && fields.get(0).group(1).equalsIgnoreCase(TRANSFER_ENCODING)
                && fields.get(0).group(2).equalsIgnoreCase("chunked")
                && "HTTP/1.1".equals(protocol.invoke(request));
    }
}
