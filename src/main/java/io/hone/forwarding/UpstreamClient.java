package io.hone.forwarding;

import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.ProxyAuthenticationProtocolHandler;
import org.eclipse.jetty.client.RedirectProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.WWWAuthenticationProtocolHandler;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections to providers: pooled and bounded for each of them, so that one that is slow takes nothing from the others.
 * Nothing is followed, decoded or remembered on the way. Thread-safe.
 */
@Singleton
class UpstreamClient {

    /** Threads that move bytes; none of them waits for a provider. */
    private static final int THREADS = 16;

    private static final int WAITING = 8;
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamClient.class);
    private static final int SELECTORS = 1;
    private static final long CONNECT_MS = 5_000;

    /** Connections that nobody uses are given up before most servers do: Node ends them after five seconds. */
    private static final long IDLE_MS = 4_500;

    /** Some providers send their limits and traces in many fields. */
    private static final int HEADER_BYTES = 64 * 1_024;

    private final Settings settings;
    private final QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1);

    /** Apart from the others: looking a name up holds its thread. */
    private final QueuedThreadPool lookups = new QueuedThreadPool(WAITING, 0);

    /** Apart from both: asking the database holds it as well, and deadlines wait for neither. */
    private final QueuedThreadPool waiting = new QueuedThreadPool(WAITING, 0);

    private final HttpClient anywhere;
    private final HttpClient publicOnly;

    @Inject
    UpstreamClient(Settings settings) {
        this.settings = settings;
        threads.setName("hone-gateway");
        threads.setDaemon(true);
        lookups.setName("hone-gateway-dns");
        lookups.setDaemon(true);
        waiting.setName("hone-gateway-waiting");
        waiting.setDaemon(true);
        anywhere = client(true);
        publicOnly = client(false);
    }

    @PostConstruct
    void start() {
        try {
            threads.start();
            lookups.start();
            waiting.start();
            start(anywhere);
            start(publicOnly);
        } catch (Exception e) {
            throw new IllegalStateException("The client for providers does not start", e);
        }
    }

    private static void start(HttpClient client) throws Exception {
        client.start();
        // Whose answers they were would not be the provider's any more; these two also hold an answer back until it
        // ends.
        client.getContentDecoderFactories().clear();
        client.getProtocolHandlers().remove(RedirectProtocolHandler.NAME);
        client.getProtocolHandlers().remove(WWWAuthenticationProtocolHandler.NAME);
        client.getProtocolHandlers().remove(ProxyAuthenticationProtocolHandler.NAME);
    }

    /** Ends all connections. */
    @PreDestroy
    void stop() {
        try {
            anywhere.stop();
            publicOnly.stop();
            lookups.stop();
            waiting.stop();
            threads.stop();
        } catch (Exception e) {
            throw new IllegalStateException("The client for providers does not stop", e);
        }
    }

    /**
     * A request that is still to be sent.
     *
     * @param provider name; each has connections of its own
     * @param allowPrivate whether it may be on this machine or in this network
     */
    Request request(URI uri, String method, String provider, boolean allowPrivate) {
        return (allowPrivate ? anywhere : publicOnly)
                .newRequest(uri)
                .method(method)
                .tag(provider)
                .followRedirects(false);
    }

    /**
     * Does something later, on a thread that may wait.
     *
     * @param failed told what it threw
     */
    void later(long afterMs, Runnable work, Consumer<RuntimeException> failed) {
        Runnable guarded = () -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.warn("A call could not go on", e);
                failed.accept(e);
            }
        };
        if (afterMs == 0) {
            waiting.execute(guarded);
        } else {
            anywhere.getScheduler().schedule(() -> waiting.execute(guarded), afterMs, TimeUnit.MILLISECONDS);
        }
    }

    private HttpClient client(boolean allowPrivate) {
        ClientConnector connector = new ClientConnector();
        connector.setSelectors(SELECTORS);
        connector.setExecutor(threads);
        HttpClientTransportOverHTTP transport = new HttpClientTransportOverHTTP(connector);
        // Else a field that another answer had in other capitals would come as that one had it: tags tell them apart.
        transport.setHeaderCacheCaseSensitive(true);
        HttpClient client = new HttpClient(transport);
        client.setExecutor(threads);
        client.setSocketAddressResolver(new CheckedResolver(allowPrivate, lookups));
        client.setConnectTimeout(CONNECT_MS);
        client.setAddressResolutionTimeout(CONNECT_MS);
        client.setIdleTimeout(IDLE_MS);
        client.setMaxConnectionsPerDestination(
                settings.get(SettingsCatalogue.GATEWAY_CONNECTIONS).intValue());
        client.setMaxRequestsQueuedPerDestination(
                settings.get(SettingsCatalogue.GATEWAY_QUEUE).intValue());
        client.setMaxResponseHeadersSize(HEADER_BYTES);
        client.setRequestBufferSize(HEADER_BYTES);
        client.setHttpCookieStore(new HttpCookieStore.Empty());
        client.setUserAgentField(null);
        client.setFollowRedirects(false);
        client.setStrictEventOrdering(false);
        return client;
    }
}
