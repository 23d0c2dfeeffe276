package io.hone.tool;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Signals of the operating system. By reflection, because the compiler refuses {@code sun.misc.Signal} without warning;
 * the module {@code jdk.unsupported} exports it in every JDK, and Java has no other way to act before shutdown hooks run
 * side by side.
 */
final class Signals {

    private Signals() {}

    /**
     * Does something in place of what a signal does.
     *
     * @param name without {@code SIG}, such as {@code TERM}
     * @throws ReflectiveOperationException where this Java runtime has no signals
     */
    static void handle(String name, Runnable action) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object proxy = Proxy.newProxyInstance(
                handler.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                    if (method.getDeclaringClass() == Object.class) {
                        return method.getName().equals("hashCode")
                                ? (Object) name.hashCode()
                                : (Object) (self == arguments[0]);
                    }
                    action.run();
                    return null;
                });
        Method handle = signal.getMethod("handle", signal, handler);
        handle.invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    }
}
