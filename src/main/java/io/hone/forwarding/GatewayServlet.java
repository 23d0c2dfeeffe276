package io.hone.forwarding;

import io.hone.gateway.Provider;
import io.hone.gateway.ProviderKind;
import io.hone.gateway.Providers;
import io.hone.gateway.Spender;
import io.hone.gateway.Upstream;
import io.hone.http.AsyncAnswer;
import io.hone.http.HoneApplication;
import io.hone.http.Limited;
import io.hone.http.ProblemException;
import io.hone.http.RequestContext;
import io.hone.http.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code /gateway/{provider}/…}: every method and body goes on to the provider of that name, below its base address. */
@RolesAllowed(Roles.REPORTER)
@Limited(Limited.GATEWAY)
@WebServlet(urlPatterns = HoneApplication.GATEWAY + "*", asyncSupported = true)
public class GatewayServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    /** Would show the client what only Hone may tell the provider, or are about the connection. */
    private static final Set<String> REFUSED = Set.of("TRACE", "CONNECT");

    private static final Pattern TIMEOUT = Pattern.compile("[1-9][0-9]{0,6}");
    private static final long LONGEST_TIMEOUT_MS = 3_600_000;

    private final transient Providers providers;
    private final transient AnswerCache answers;
    private final transient GenericCalls generic;
    private final transient Metering metering;
    private final transient UpstreamClient client;
    private final transient Forwarding forwarding;

    @Inject
    GatewayServlet(
            Providers providers,
            AnswerCache answers,
            GenericCalls generic,
            Metering metering,
            UpstreamClient client,
            Forwarding forwarding) {
        this.providers = providers;
        this.answers = answers;
        this.generic = generic;
        this.metering = metering;
        this.client = client;
        this.forwarding = forwarding;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (REFUSED.contains(request.getMethod())) {
            response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
            return;
        }
        Target target = Target.of(request.getRequestURI(), request.getQueryString());
        Upstream upstream = providers
                .upstream(target.provider())
                .orElseThrow(() -> ProblemException.notFound("provider", target.provider()));
        RequestContext.of(request)
                .template(HoneApplication.GATEWAY + upstream.provider().name() + "/*");
        byte[] body = request.getInputStream().readAllBytes();
        Provider provider = upstream.provider();
        Spender spender = metering.spender(request, provider);
        Question question = isJsonForModel(request, provider) ? Question.of(body) : Question.NONE;
        Long timeoutMs = timeoutMs(request);
        Long deadline = timeoutMs == null ? null : System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        Call call = Call.of(request, target, body, spender, question, deadline);
        if (generic.covers(request, provider)) {
            String wish = AnswerCache.wish(request);
            AsyncAnswer answer = AsyncAnswer.take(request, response);
            giveUpAfter(timeoutMs, answer);
            try {
                generic.answer(request, call, upstream, wish, answer, (asked, sink) -> begin(asked, upstream, sink));
            } catch (RuntimeException e) {
                // The container waits for the answer that was taken over.
                answer.fail(e);
            }
            return;
        }
        AnswerCache.Plan plan = answers.plan(request, call, provider);
        AnswerCache.Found found = answers.find(plan);
        Recorded kept = found.answer();
        if (kept != null && !found.isStale() && AnswerCache.isSmall(kept) && AnswerCache.isGiven(found, plan)) {
            answers.answer(kept, plan, response);
            return;
        }
        if (kept != null && AnswerCache.isGiven(found, plan)) {
            answers.answer(kept, plan, AsyncAnswer.take(request, response));
            if (found.isStale()) {
                begin(call, upstream, answers.renew(plan));
            }
            return;
        }
        AsyncAnswer answer = AsyncAnswer.take(request, response);
        giveUpAfter(timeoutMs, answer);
        begin(call, upstream, answers.lead(plan, found, answer));
    }

    private void giveUpAfter(@Nullable Long timeoutMs, AsyncAnswer answer) {
        if (timeoutMs != null) {
            client.later(
                    timeoutMs,
                    () -> answer.abandon(ProviderProblems.deadline(timeoutMs)),
                    failure -> answer.fail(failure));
        }
    }

    /** @param sink null where the same is being asked already */
    private void begin(Call call, Upstream upstream, @Nullable Sink sink) {
        if (sink == null) {
            return;
        }
        try {
            forwarding.forward(call, upstream, sink);
        } catch (RuntimeException e) {
            // Whoever waits for the same gets the same refusal.
            sink.fail(e);
        }
    }

    /** How long the client waits; null for as long as it takes. */
    private static @Nullable Long timeoutMs(HttpServletRequest request) {
        String text = request.getHeader(Delivery.TIMEOUT);
        if (text == null) {
            return null;
        }
        if (!TIMEOUT.matcher(text).matches() || Long.parseLong(text) > LONGEST_TIMEOUT_MS) {
            throw ProblemException.invalid(
                    Delivery.TIMEOUT, "is not 1 to %d, in milliseconds".formatted(LONGEST_TIMEOUT_MS));
        }
        return Long.parseLong(text);
    }

    /** Files come in forms of several parts, which name no model that could be read here. */
    private static boolean isJsonForModel(HttpServletRequest request, Provider provider) {
        String type = request.getContentType();
        return provider.kind() != ProviderKind.GENERIC
                && request.getMethod().equals("POST")
                && (type == null || type.toLowerCase(Locale.ROOT).contains("json"));
    }
}
