package io.hone.forwarding;

import io.hone.forwarding.Metering.Metered;
import io.hone.gateway.Provider;
import io.hone.gateway.ProviderKind;
import io.hone.gateway.Upstream;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.http.RequestContext;
import io.hone.metrics.RequestParts;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends requests on to providers and their answers back, part by part. Thread-safe. */
@Singleton
class Forwarding {

    private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);
    static final String EVENTS = "text/event-stream";

    private final UpstreamClient client;

    @Inject
    Forwarding(UpstreamClient client) {
        this.client = client;
    }

    /**
     * Begins to forward.
     *
     * @param body empty for none
     * @param metered what the call is charged by; null for nothing
     * @param over run once the provider is done with it
     * @param sink gets what the provider answers, or the problem where it does not
     */
    void forward(
            HttpServletRequest request,
            Target target,
            Upstream upstream,
            URI uri,
            byte[] body,
            @Nullable Metered metered,
            Runnable over,
            Sink sink) {
        Provider provider = upstream.provider();
        Request sent = client.request(uri, request.getMethod(), provider.name(), provider.allowPrivate())
                .idleTimeout(provider.timeoutMs(), TimeUnit.MILLISECONDS);
        RequestContext context = RequestContext.of(request);
        sent.headers(fields -> {
            Upstream.Credential credential = upstream.credential();
            PassedFields.ofRequest(request, credential == null ? "" : credential.header(), fields::add);
            fields.put("X-Request-ID", context.requestId());
            fields.put("traceparent", context.traceparent());
            if (credential != null) {
                fields.put(credential.header(), credential.value());
            }
            if (provider.kind() != ProviderKind.GENERIC) {
                // What it took is read along the way.
                fields.remove(HttpHeader.ACCEPT_ENCODING);
            }
        });
        if (body.length > 0 || request.getHeader("Transfer-Encoding") != null) {
            sent.body(new BytesRequestContent(request.getContentType(), body));
        }
        RequestParts parts = RequestParts.current();
        long start = System.nanoTime();
        sent.onResponseHeaders(response -> {
                    parts.upstream(System.nanoTime() - start);
                    if (metered != null) {
                        metered.begin(response.getStatus(), isStream(response));
                    }
                    begin(response, target, uri, provider, sink);
                })
                .onResponseContentAsync(
                        (response, chunk, demand) -> add(chunk, demand, isStream(response), metered, sink));
        sink.onGone(() -> sent.abort(new ClientGoneException()));
        AtomicBoolean out = new AtomicBoolean();
        sent.onRequestCommit(committed -> out.set(true));
        sent.send(result -> {
            over.run();
            long cost = 0;
            if (metered != null && (out.get() || result.getResponse().getStatus() > 0)) {
                cost = metered.settle();
            } else if (metered != null) {
                metered.release();
            }
            if (result.isSucceeded()) {
                sink.end(cost);
            } else {
                sink.fail(problem(result.getFailure(), provider));
            }
        });
    }

    private static void begin(Response response, Target target, URI asked, Provider provider, Sink sink) {
        Set<String> named = PassedFields.named(response.getHeaders().getValuesList(HttpHeader.CONNECTION));
        List<String> fields = new ArrayList<>();
        for (HttpField field : response.getHeaders()) {
            if (PassedFields.isOfAnswer(field.getName(), named) && field.getValue() != null) {
                boolean redirect = field.getHeader() == HttpHeader.LOCATION;
                fields.add(field.getName());
                fields.add(
                        redirect ? target.redirected(asked, provider.baseUrl(), field.getValue()) : field.getValue());
            }
        }
        sink.begin(
                response.getStatus(),
                fields,
                response.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH),
                isKeepable(response, provider));
    }

    /** Providers of models set cookies of their networks with every answer, which say nothing about it. */
    private static boolean isKeepable(Response response, Provider provider) {
        if (provider.kind() != ProviderKind.GENERIC) {
            return true;
        }
        String control = String.join(",", response.getHeaders().getValuesList(HttpHeader.CACHE_CONTROL))
                .toLowerCase(Locale.ROOT);
        return !response.getHeaders().contains(HttpHeader.SET_COOKIE)
                && !control.contains("no-store")
                && !control.contains("private")
                && PassedFields.named(response.getHeaders().getValuesList(HttpHeader.VARY)).stream()
                        .allMatch(name -> name.isEmpty()
                                || AnswerCache.VARYING.contains(name)
                                || AnswerCache.VARYING_FORM.contains(name));
    }

    private static void add(Content.Chunk chunk, Runnable demand, boolean flush, @Nullable Metered metered, Sink sink) {
        // The buffer is the client's again once this returns.
        byte[] bytes = BufferUtil.toArray(chunk.getByteBuffer());
        if (metered != null) {
            metered.read(bytes);
        }
        sink.add(bytes, flush, demand);
    }

    private static boolean isStream(Response response) {
        String type = response.getHeaders().get(HttpHeader.CONTENT_TYPE);
        return type != null && type.regionMatches(true, 0, EVENTS, 0, EVENTS.length());
    }

    /** What the client is told of a provider that did not answer, or not to the end. */
    private static ProblemException problem(Throwable failure, Provider provider) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemException known) {
                return known;
            }
            if (cause instanceof RefusedAddressException) {
                LOG.warn("Provider {}: its address {}", provider.name(), cause.getMessage());
                return new ProblemException(
                        ProblemType.PROVIDER_UNUSABLE,
                        "The address of the provider %s %s".formatted(provider.name(), cause.getMessage()));
            }
            if (cause instanceof RejectedExecutionException) {
                return new ProblemException(
                        ProblemType.OVERLOADED,
                        "Too many calls wait for the provider %s already".formatted(provider.name()));
            }
            if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
                return unreachable(provider, "its name cannot be resolved");
            }
            if (cause instanceof ConnectException || cause instanceof SocketTimeoutException) {
                return unreachable(provider, "no connection can be made");
            }
            if (cause instanceof TimeoutException) {
                return new ProblemException(
                        ProblemType.PROVIDER_TIMEOUT,
                        "The provider %s said nothing for %d ms".formatted(provider.name(), provider.timeoutMs()));
            }
        }
        return unreachable(provider, "the connection ended before the answer did");
    }

    private static ProblemException unreachable(Provider provider, String why) {
        return new ProblemException(
                ProblemType.PROVIDER_UNREACHABLE,
                "The provider %s cannot be reached: %s".formatted(provider.name(), why));
    }
}
