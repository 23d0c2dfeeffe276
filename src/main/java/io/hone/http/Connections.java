package io.hone.http;

import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What requests come by. */
final class Connections {

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private Connections() {}

    /**
     * Ends the connection of a request whose answer is not whole, so that its client can tell. Servlets have no word for
     * this; by reflection, because the server's classes are in its own archive.
     */
    static void end(HttpServletRequest request) {
        Object inner = request;
        while (inner instanceof ServletRequestWrapper wrapper) {
            inner = wrapper.getRequest();
        }
        try {
            Object outer =
                    inner.getClass().getMethod("getUnwrappedCoyoteRequest").invoke(inner);
            Object parsed = outer.getClass().getMethod("getCoyoteRequest").invoke(outer);
            Object context = parsed.getClass().getMethod("getContext").invoke(parsed);
            Object connection = context.getClass().getMethod("getConnection").invoke(context);
            // Named by the interface: the class itself is not public.
            connection
                    .getClass()
                    .getClassLoader()
                    .loadClass("org.glassfish.grizzly.Connection")
                    .getMethod("terminateSilently")
                    .invoke(connection);
        } catch (ReflectiveOperationException e) {
            LOG.error(
                    "The connection of an answer that was cut off cannot be ended: this is not the server we know", e);
        }
    }
}
