package io.hone.forwarding;

import io.hone.gateway.AddressRule;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.jspecify.annotations.Nullable;

/**
 * Looks host names up for each connection, and leaves out the addresses that no provider may have: a name that was fine
 * when an admin wrote it may lead elsewhere now.
 */
final class CheckedResolver implements SocketAddressResolver {

    private final boolean allowPrivate;
    private final Executor executor;

    /** @param executor looks up, which may take long */
    CheckedResolver(boolean allowPrivate, Executor executor) {
        this.allowPrivate = allowPrivate;
        this.executor = executor;
    }

    @Override
    public void resolve(String host, int port, Promise<List<InetSocketAddress>> promise) {
        executor.execute(() -> {
            try {
                promise.succeeded(permitted(host, port));
            } catch (UnknownHostException | RuntimeException e) {
                promise.failed(e);
            }
        });
    }

    /** @throws RefusedAddressException if the name leads only to where no provider may be */
    private List<InetSocketAddress> permitted(String host, int port) throws UnknownHostException {
        String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        List<InetSocketAddress> permitted = new ArrayList<>();
        @Nullable String refusal = null;
        for (InetAddress address : InetAddress.getAllByName(name)) {
            String why = AddressRule.refusal(address, allowPrivate);
            if (why == null) {
                permitted.add(new InetSocketAddress(address, port));
            } else {
                refusal = why;
            }
        }
        if (permitted.isEmpty()) {
            throw new RefusedAddressException(String.valueOf(refusal));
        }
        return permitted;
    }
}
