package io.hone.forwarding;

import io.hone.gateway.HealthMonitor;
import io.hone.gateway.Outcome;
import io.hone.gateway.Provider;
import io.hone.gateway.ProviderKind;
import io.hone.gateway.Upstream;
import io.hone.http.ProblemException;
import io.hone.metrics.RequestParts;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * One call on its way: sent, sent again where that is safe, and to the next provider where this one fails. What a provider
 * answers is passed on part by part from the first answer on that is good enough, or the last there is.
 *
 * <p>Whatever happens to it happens one after the other, but for the client's going away.
 */
final class Delivery {

    /** What it takes to deliver any call. */
    record Means(UpstreamClient client, HealthMonitor health, Admission admission, Fallbacks fallbacks, Clock clock) {}

    /** Where the next provider is found; none where there is none, or it may not be asked. */
    interface Fallbacks {

        /** Notes that a provider refuses streams that are to say what they took. */
        void doesNotSay(Provider provider);

        /** Begins a call to who is asked instead of these; empty where there is nobody. */
        Optional<Leg> after(Leg failed, Set<String> asked);

        /** Whether there might be somebody. */
        boolean isThere(Leg failed, Set<String> asked);
    }

    /** As much of an error is held back while another try may do better, and read for what it means. */
    private static final int MOST_HELD = 64 * 1_024;

    private static final int MOST_WORDS = 2_048;
    private static final int ERROR = 400;

    /** What servers answer to members that they do not know. */
    private static final Set<Integer> UNKNOWN_OPTION = Set.of(400, 422);

    static final String EVENTS = "text/event-stream";

    /** Who answered, where it is not who was asked. */
    static final String PROVIDER = "X-Hone-Provider";

    /** How long the client waits still, in milliseconds: for a provider that makes something of it. */
    static final String TIMEOUT = "X-Hone-Timeout-Ms";

    private final UpstreamClient client;
    private final HealthMonitor health;
    private final Admission admission;
    private final Fallbacks fallbacks;
    private final Clock clock;
    private final long mostRetries;
    private final boolean probe;
    private final RequestParts parts;
    private Sink sink;
    private final Set<String> asked = new HashSet<>();
    private Leg leg;
    private int sent;
    private boolean committed;

    /** The provider did not take Hone's question to it: it gets what the client wrote. */
    private boolean asWritten;

    /** An answer that was not passed on: given where nothing better comes. */
    private @Nullable Held held;

    private volatile boolean gone;
    private volatile @Nullable Request running;

    /** An error that another try may better. */
    private record Held(int status, List<String> fields, ByteArrayOutputStream body, boolean whole) {}

    /**
     * @param mostRetries to each provider
     * @param probe whether it is made to find out how the provider is
     * @param parts of the request that it is made for
     */
    Delivery(Means means, long mostRetries, boolean probe, RequestParts parts, Leg leg, Sink sink) {
        client = means.client;
        health = means.health;
        admission = means.admission;
        fallbacks = means.fallbacks;
        clock = means.clock;
        this.mostRetries = mostRetries;
        this.probe = probe;
        this.parts = parts;
        this.leg = leg;
        this.sink = sink;
    }

    void begin() {
        sink.onGone(() -> {
            gone = true;
            abort(new ClientGoneException());
        });
        asked.add(leg.provider().name());
        send();
    }

    private void abort(Throwable why) {
        Request now = running;
        if (now != null) {
            now.abort(why);
        }
    }

    private void send() {
        Provider provider = leg.provider();
        if (gone) {
            giveUp();
            return;
        }
        Optional<HealthMonitor.Permit> permit = health.enter(provider);
        if (permit.isEmpty()) {
            move(ProviderProblems.paused(provider, health.pause(provider)));
            return;
        }
        new Attempt(permit.get()).send();
    }

    /** One sending of it. */
    private final class Attempt {

        private final HealthMonitor.Permit permit;
        private final Provider provider = leg.provider();
        private final long start = System.nanoTime();
        private final ByteArrayOutputStream words = new ByteArrayOutputStream();
        private boolean out;
        private boolean passed;
        private boolean stream;
        private int status;
        private long beganMs;
        private OptionalLong again = OptionalLong.empty();

        private Attempt(HealthMonitor.Permit permit) {
            this.permit = permit;
        }

        private void send() {
            sent++;
            Request request = request();
            running = request;
            request.onRequestCommit(committing -> {
                        out = true;
                        committed = true;
                    })
                    .onResponseHeaders(this::head)
                    .onResponseContentAsync((response, chunk, demand) -> part(chunk, demand))
                    .send(this::over);
            if (gone) {
                abort(new ClientGoneException());
            }
        }

        private Request request() {
            Call call = leg.call();
            Request request = client.request(leg.uri(), call.method(), provider.name(), provider.allowPrivate())
                    .idleTimeout(provider.timeoutMs(), TimeUnit.MILLISECONDS);
            if (probe && call.deadlineNanos() != null) {
                // Nobody else waits for it, and the next one is sent soon.
                long leftMs = TimeUnit.NANOSECONDS.toMillis(call.deadlineNanos() - System.nanoTime());
                request.timeout(Math.max(1, leftMs), TimeUnit.MILLISECONDS);
            }
            request.headers(fields -> {
                Upstream.Credential credential = leg.upstream().credential();
                for (int i = 0; i < call.fields().size(); i += 2) {
                    fields.add(call.fields().get(i), call.fields().get(i + 1));
                }
                fields.put("X-Request-ID", call.requestId());
                fields.put("traceparent", call.traceparent());
                if (call.deadlineNanos() != null) {
                    long leftMs = TimeUnit.NANOSECONDS.toMillis(call.deadlineNanos() - System.nanoTime());
                    fields.put(TIMEOUT, Long.toString(Math.max(1, leftMs)));
                }
                if (credential != null) {
                    fields.put(credential.header(), credential.value());
                }
                if (provider.kind() != ProviderKind.GENERIC) {
                    // What it took is read along the way.
                    fields.remove(HttpHeader.ACCEPT_ENCODING);
                }
            });
            if (call.hasBody()) {
                byte[] body = leg.asking() == null || asWritten ? call.body() : leg.asking();
                request.body(new BytesRequestContent(call.contentType(), body));
            }
            return request;
        }

        private void head(Response response) {
            status = response.getStatus();
            beganMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            parts.upstream(System.nanoTime() - start);
            stream = isStream(response);
            if (leg.metered() != null) {
                leg.metered().begin(status, stream);
            }
            if (status < ERROR) {
                permit.over(new Outcome(status, beganMs, "", probe));
            }
            again = inTime(RetryPolicy.afterAnswer(
                    leg.call(),
                    provider.kind(),
                    status,
                    sent,
                    mostRetries,
                    response.getHeaders().get(HttpHeader.RETRY_AFTER),
                    clock));
            if (leg.asking() != null && !asWritten && UNKNOWN_OPTION.contains(status)) {
                // What was added may be what it does not know.
                asWritten = true;
                again = OptionalLong.of(0);
            } else if (leg.asking() != null && asWritten && status < ERROR) {
                fallbacks.doesNotSay(provider);
            }
            boolean failed = Outcome.isFailure(status) || Outcome.isBusy(status);
            passed = again.isEmpty() && !(failed && isMovable());
            List<String> fields = fields(response);
            if (passed) {
                held = null;
                if (stream && leg.asking() != null && !asWritten) {
                    sink = new StreamUsage.Removed(sink);
                }
                sink.begin(
                        status,
                        fields,
                        response.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH),
                        asked.size() == 1 && isKeepable(response, provider));
            } else {
                held = new Held(status, fields, new ByteArrayOutputStream(), true);
            }
        }

        private List<String> fields(Response response) {
            Set<String> named = PassedFields.named(response.getHeaders().getValuesList(HttpHeader.CONNECTION));
            List<String> fields = new ArrayList<>();
            for (HttpField field : response.getHeaders()) {
                if (PassedFields.isOfAnswer(field.getName(), named) && field.getValue() != null) {
                    boolean redirect = field.getHeader() == HttpHeader.LOCATION;
                    fields.add(field.getName());
                    fields.add(
                            redirect
                                    ? leg.call().target().redirected(leg.uri(), provider.baseUrl(), field.getValue())
                                    : field.getValue());
                }
            }
            if (asked.size() > 1) {
                fields.add(PROVIDER);
                fields.add(provider.name());
            }
            return fields;
        }

        private void part(Content.Chunk chunk, Runnable demand) {
            // The buffer is the client's again once this returns.
            byte[] bytes = BufferUtil.toArray(chunk.getByteBuffer());
            if (status >= ERROR) {
                words.write(bytes, 0, Math.min(bytes.length, MOST_WORDS - words.size()));
            }
            Held back = held;
            if (!passed && back != null) {
                if (back.body().size() + bytes.length > MOST_HELD) {
                    abort(new IllegalStateException("An error of over %d bytes".formatted(MOST_HELD)));
                    return;
                }
                back.body().writeBytes(bytes);
                demand.run();
                return;
            }
            if (leg.metered() != null) {
                leg.metered().read(bytes);
            }
            sink.add(bytes, stream, demand);
        }

        private void over(Result result) {
            try {
                running = null;
                if (passed) {
                    passedOver(result);
                } else if (status > 0) {
                    heldBack(result);
                } else {
                    unanswered(result.getFailure());
                }
            } catch (RuntimeException e) {
                // The client of providers would only log it, and who asked would wait for ever.
                permit.unused();
                leg.over().run();
                sink.fail(e);
            }
        }

        /** Its answer was passed on, whole or up to where it broke off. */
        private void passedOver(Result result) {
            Throwable failure = result.getFailure();
            if (status >= ERROR) {
                permit.over(answered());
            } else if (failure != null && !gone) {
                permit.over(new Outcome(0, beganMs, String.valueOf(failure.getMessage()), probe));
            }
            long cost = leg.end(true);
            if (failure == null) {
                sink.end(cost);
            } else {
                sink.fail(ProviderProblems.of(failure, provider));
            }
        }

        /** Its answer is an error that another try may better. */
        private void heldBack(Result result) {
            permit.over(answered());
            Held back = held;
            if (result.isFailed() && back != null) {
                held = new Held(back.status(), back.fields(), back.body(), false);
            }
            if (again.isPresent()) {
                client.later(again.getAsLong(), Delivery.this::send, this::broken);
            } else {
                move(ProviderProblems.of(result.getFailure(), provider));
            }
        }

        private void unanswered(Throwable failure) {
            if (gone) {
                permit.unused();
                giveUp();
                return;
            }
            ProblemException problem = ProviderProblems.of(failure, provider);
            boolean its = ProviderProblems.isOfProvider(problem);
            if (its) {
                long lostMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                permit.over(new Outcome(0, lostMs, failure + ": " + problem.detail(), probe));
            } else {
                permit.unused();
            }
            OptionalLong wait =
                    its ? inTime(RetryPolicy.afterLoss(leg.call(), out, sent, mostRetries)) : OptionalLong.empty();
            if (wait.isPresent()) {
                client.later(wait.getAsLong(), Delivery.this::send, this::broken);
            } else {
                move(problem);
            }
        }

        private void broken(RuntimeException failure) {
            finish(ProviderProblems.of(failure, provider));
        }

        private Outcome answered() {
            return new Outcome(status, beganMs, words.toString(StandardCharsets.UTF_8), probe);
        }
    }

    /** A wait that ends before the client gives up, and that the provider's limits have room for. */
    private OptionalLong inTime(OptionalLong wait) {
        if (wait.isEmpty() || gone) {
            return OptionalLong.empty();
        }
        Long deadline = leg.call().deadlineNanos();
        boolean late =
                deadline != null && System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(wait.getAsLong()) - deadline > 0;
        return late || !admission.mayRepeat(leg.provider()) ? OptionalLong.empty() : wait;
    }

    /** Whether another provider may be asked: what a generic one did before it failed, nobody knows. */
    private boolean isMovable() {
        boolean harmless =
                leg.provider().kind() != ProviderKind.GENERIC || leg.call().isIdempotent() || !committed;
        return harmless && !gone && fallbacks.isThere(leg, asked);
    }

    /** Goes to the next provider; where there is none, this was all. */
    private void move(ProblemException problem) {
        if (!isMovable()) {
            finish(problem);
            return;
        }
        // Money is set aside on the way, which takes the disk: not on a thread that moves bytes.
        client.later(
                0,
                () -> {
                    Optional<Leg> next = fallbacks.after(leg, asked);
                    if (next.isEmpty()) {
                        finish(problem);
                        return;
                    }
                    leg.end(committed);
                    leg = next.get();
                    sent = 0;
                    committed = false;
                    asWritten = false;
                    asked.add(leg.provider().name());
                    send();
                },
                failure -> finish(problem));
    }

    /** Nobody is left to ask: the last error that a provider answered with, else the problem. */
    private void finish(ProblemException problem) {
        long cost = leg.end(committed);
        Held back = held;
        if (back == null || !back.whole()) {
            sink.fail(problem);
            return;
        }
        byte[] body = back.body().toByteArray();
        sink.begin(back.status(), back.fields(), body.length, false);
        if (body.length > 0) {
            sink.add(body, false, () -> {});
        }
        sink.end(cost);
    }

    private void giveUp() {
        leg.end(committed);
        sink.fail(new ClientGoneException());
    }

    /** Providers of models set cookies of their networks with every answer, which say nothing about it. */
    private static boolean isKeepable(Response response, Provider provider) {
        if (provider.kind() != ProviderKind.GENERIC) {
            return true;
        }
        if (!response.getRequest().getMethod().equals("POST")) {
            // The fields that pass say the rest.
            return !response.getHeaders().contains(HttpHeader.SET_COOKIE);
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

    private static boolean isStream(Response response) {
        String type = response.getHeaders().get(HttpHeader.CONTENT_TYPE);
        return type != null && type.regionMatches(true, 0, EVENTS, 0, EVENTS.length());
    }
}
