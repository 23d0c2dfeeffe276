package io.hone.forwarding;

import io.hone.gateway.Calls;
import io.hone.gateway.Money;
import io.hone.gateway.Provider;
import io.hone.gateway.ProviderKind;
import io.hone.gateway.Upstream;
import io.hone.http.AsyncAnswer;
import io.hone.http.HoneApplication;
import io.hone.metrics.RequestParts;
import io.hone.responses.CacheRules;
import io.hone.responses.Fields;
import io.hone.responses.Head;
import io.hone.responses.Receiver;
import io.hone.responses.Terms;
import io.hone.responses.UpstreamCache;
import io.hone.responses.UpstreamRules;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/**
 * Calls to providers of which is known only that they speak HTTP: what they let be kept is kept as they say, and a write
 * outdates it. Thread-safe.
 */
@Singleton
class GenericCalls {

    private final UpstreamCache cache;
    private final UpstreamRules terms;
    private final CacheRules rules;
    private final Calls calls;

    @Inject
    GenericCalls(UpstreamCache cache, UpstreamRules terms, CacheRules rules, Calls calls) {
        this.cache = cache;
        this.terms = terms;
        this.rules = rules;
        this.calls = calls;
    }

    /** Whether that is one; a POST that a rule says is a question is a matter of {@link AnswerCache}. */
    boolean covers(HttpServletRequest request, Provider provider) {
        return provider.kind() == ProviderKind.GENERIC
                && !(request.getMethod().equals("POST") && rules.find(request.getRequestURI(), "POST") != null);
    }

    /**
     * Answers from what is kept, or has the provider asked.
     *
     * @param wish what {@code X-Hone-Cache} says
     * @param send sends a call and hands on what comes of it
     */
    void answer(
            HttpServletRequest request,
            Call call,
            Upstream provided,
            String wish,
            AsyncAnswer answer,
            BiConsumer<Call, Sink> send) {
        Provider provider = provided.provider();
        String uri = call.target().below(provider.baseUrl()).toString();
        Terms agreed = terms.of(request, provider.name(), provider.edition(), uri);
        boolean reads = call.method().equals("GET") || call.method().equals("HEAD");
        if (wish.equals("bypass")) {
            agreed = agreed.past("asked-for");
        } else if (reads && call.body().length > 0) {
            // Its address does not say what is asked.
            agreed = agreed.past("body");
        } else if (wish.equals("refresh")) {
            agreed = agreed.anew();
        }
        AtomicBoolean sent = new AtomicBoolean();
        long start = System.nanoTime();
        UpstreamCache.Upstream upstream = new UpstreamCache.Upstream() {
            @Override
            public void ask(io.hone.responses.Question question, Receiver reply) {
                sent.set(true);
                send.accept(call.asking(question.method(), lines(question.fields())), new ToCache(reply));
            }

            @Override
            public String meant(String reference) {
                // Redirects lead below the gateway by now.
                String own = HoneApplication.GATEWAY + provider.name();
                return reference.startsWith(own + "/")
                        ? provider.baseUrl() + reference.substring(own.length())
                        : reference;
            }
        };
        io.hone.responses.Question question = new io.hone.responses.Question(
                call.method(), uri, Fields.of(call.fields().toArray(String[]::new)));
        cache.answer(question, agreed, upstream, new ToClient(answer, () -> {
            boolean kept = !sent.get();
            RequestParts.cache(System.nanoTime() - start, kept);
            if (kept) {
                calls.hit(call.spender(), "", Money.ZERO);
            }
        }));
    }

    /** Names and values in turn. */
    private static List<String> lines(Fields fields) {
        List<String> lines = new ArrayList<>();
        fields.forEach((name, value) -> {
            lines.add(name);
            lines.add(value);
        });
        return lines;
    }

    /** What a provider says, as the cache takes it. */
    private record ToCache(Receiver reply) implements Sink {

        @Override
        public void begin(int status, List<String> fields, long length, boolean keepable) {
            reply.begin(new Head(status, Fields.of(fields.toArray(String[]::new)), length, keepable));
        }

        @Override
        public void add(byte[] bytes, boolean flush, Runnable more) {
            reply.add(bytes, flush, more);
        }

        @Override
        public void end(long costNanoUsd) {
            reply.end();
        }

        @Override
        public void fail(Throwable failure) {
            reply.fail(failure);
        }

        @Override
        public void onGone(Runnable work) {
            reply.onGone(work);
        }
    }

    /** What the cache says, as the client gets it. */
    private record ToClient(AsyncAnswer answer, Runnable begins) implements Receiver {

        @Override
        public void begin(Head head) {
            begins.run();
            answer.begin(response -> {
                response.setStatus(head.status());
                Direct.put(lines(head.fields()), response);
                if (head.length() >= 0) {
                    response.setContentLengthLong(head.length());
                }
            });
        }

        @Override
        public void add(byte[] bytes, boolean flush, Runnable more) {
            answer.add(bytes, flush, more);
        }

        @Override
        public void end() {
            answer.end();
        }

        @Override
        public void fail(Throwable failure) {
            answer.fail(failure);
        }

        @Override
        public void onGone(Runnable work) {
            answer.onGone(work);
        }
    }
}
