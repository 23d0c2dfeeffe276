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
import java.net.URI;
import java.util.Locale;
import java.util.Set;

/** {@code /gateway/{provider}/…}: every method and body goes on to the provider of that name, below its base address. */
@RolesAllowed(Roles.REPORTER)
@Limited(Limited.GATEWAY)
@WebServlet(urlPatterns = HoneApplication.GATEWAY + "*", asyncSupported = true)
public class GatewayServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    /** Would show the client what only Hone may tell the provider, or are about the connection. */
    private static final Set<String> REFUSED = Set.of("TRACE", "CONNECT");

    private final transient Providers providers;
    private final transient AnswerCache answers;
    private final transient Admission admission;
    private final transient Metering metering;
    private final transient Forwarding forwarding;

    @Inject
    GatewayServlet(
            Providers providers, AnswerCache answers, Admission admission, Metering metering, Forwarding forwarding) {
        this.providers = providers;
        this.answers = answers;
        this.admission = admission;
        this.metering = metering;
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
        URI uri = target.below(upstream.provider().baseUrl());
        byte[] body = request.getInputStream().readAllBytes();
        Provider provider = upstream.provider();
        Spender spender = Metering.spender(request, provider);
        Question question = isJsonForModel(request, provider) ? Question.of(body) : Question.NONE;
        AnswerCache.Plan plan = answers.plan(request, provider, target, body, spender, question.model());
        Recorded kept = answers.find(plan);
        if (kept != null) {
            answers.answer(kept, plan, AsyncAnswer.take(request, response));
            return;
        }
        AsyncAnswer answer = AsyncAnswer.take(request, response);
        Sink sink = answers.lead(plan, answer);
        if (sink == null) {
            return;
        }
        Runnable over = () -> {};
        try {
            over = admission.enter(provider);
            Metering.Metered metered = metering.begin(request, provider, spender, question);
            forwarding.forward(request, target, upstream, uri, body, metered, over, sink);
        } catch (RuntimeException e) {
            // Whoever waits for the same gets the same refusal.
            over.run();
            sink.fail(e);
        }
    }

    /** Files come in forms of several parts, which name no model that could be read here. */
    private static boolean isJsonForModel(HttpServletRequest request, Provider provider) {
        String type = request.getContentType();
        return provider.kind() != ProviderKind.GENERIC
                && request.getMethod().equals("POST")
                && (type == null || type.toLowerCase(Locale.ROOT).contains("json"));
    }
}
