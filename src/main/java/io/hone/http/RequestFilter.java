package io.hone.http;

import io.hone.metrics.RequestParts;
import io.hone.settings.Setting;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * First in, last out: gives every request its id, trace and timing, every answer its common headers, and turns whatever
 * goes wrong behind it into a problem.
 */
public class RequestFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;

    /** Addresses whose bodies are larger than others by their nature. */
    private static final Map<String, Setting<Long>> BODIES =
            Map.of(HoneApplication.PATH + "/sessions/import", SettingsCatalogue.MAX_IMPORT);

    private final transient Settings settings;
    private final transient RequestLog log;
    private final transient Draining draining;

    @SuppressWarnings("NullAway.Init") // set by init, before the first request
    private transient PageSecurity pages;

    @Inject
    public RequestFilter(Settings settings, RequestLog log, Draining draining) {
        this.settings = settings;
        this.log = log;
        this.draining = draining;
    }

    @Override
    public void init() {
        pages = new PageSecurity(settings, getServletContext());
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        RequestContext context =
                RequestContext.begin(request.getHeader("X-Request-ID"), request.getHeader("traceparent"));
        context.attachTo(request);
        RequestParts parts = RequestParts.begin();
        addHeaders(request, response, context);
        boolean upgrade = RequestContext.isWebSocket(request);
        TimedResponse timed =
                new TimedResponse(request, response, context, parts, () -> addHeaders(request, response, context));
        Throwable failure = null;
        boolean entered = draining.enter();
        log.started(request, context);
        try {
            if (!entered) {
                throw new ProblemException(ProblemType.OVERLOADED, "The server is stopping");
            }
            pages.refuseForeign(request);
            if (pages.answerPreflight(request, timed)) {
                return;
            }
            if (upgrade) {
                chain.doFilter(request, response);
            } else {
                Setting<Long> bound = BODIES.getOrDefault(request.getRequestURI(), SettingsCatalogue.MAX_BODY);
                BoundedRequest bounded = new BoundedRequest(request, bound.key(), settings.get(bound));
                bounded.refuseDeclaredLength();
                chain.doFilter(bounded, timed);
            }
        } catch (IOException | ServletException | RuntimeException | StackOverflowError e) {
            failure = e;
            answerFailure(e, request, response, timed, context, entered);
        } finally {
            RequestParts.end();
            if (!upgrade && request.isAsyncStarted()) {
                request.getAsyncContext().addListener(new Completion(request, response, context, parts));
            } else {
                if (!upgrade) {
                    timed.finish();
                }
                completed(request, response, context, parts, failure, entered);
            }
        }
    }

    private void completed(
            HttpServletRequest request,
            HttpServletResponse response,
            RequestContext context,
            RequestParts parts,
            @Nullable Throwable failure,
            boolean entered) {
        if (entered) {
            draining.leave();
        }
        log.completed(request, response.getStatus(), context, parts, failure);
    }

    /** What remains to be done for a request whose answer is written after its servlet returned. */
    private final class Completion implements AsyncListener {

        private final HttpServletRequest request;
        private final HttpServletResponse response;
        private final RequestContext context;
        private final RequestParts parts;
        private final AtomicBoolean done = new AtomicBoolean();

        Completion(
                HttpServletRequest request, HttpServletResponse response, RequestContext context, RequestParts parts) {
            this.request = request;
            this.response = response;
            this.context = context;
            this.parts = parts;
        }

        @Override
        public void onComplete(AsyncEvent event) {
            finish(null);
        }

        @Override
        public void onError(AsyncEvent event) {
            finish(event.getThrowable());
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            // Who answers has a deadline of its own; the container's is switched off.
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            // Nobody starts a second time.
        }

        private void finish(@Nullable Throwable failure) {
            if (done.compareAndSet(false, true)) {
                completed(request, response, context, parts, failure, true);
            }
        }
    }

    private void answerFailure(
            Throwable failure,
            HttpServletRequest request,
            HttpServletResponse response,
            TimedResponse timed,
            RequestContext context,
            boolean entered)
            throws IOException {
        if (response.isCommitted()) {
            // Too late for a problem: the log has it, and the client sees the connection end early.
            return;
        }
        ProblemException problem = Problems.of(failure, context);
        // Not only the body: an answer that was begun may have named an encoding or a tag already.
        timed.reset();
        if (!entered || problem.type() == ProblemType.TOO_LARGE || problem.type() == ProblemType.BAD_REQUEST) {
            // The server stops, or what is left of a body is not read: the connection serves no further request.
            response.setHeader("Connection", "close");
        }
        Problems.write(problem, request, timed);
    }

    private void addHeaders(HttpServletRequest request, HttpServletResponse response, RequestContext context) {
        response.setHeader("X-Request-ID", context.requestId());
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        pages.allowOrigin(request, response);
        if (HoneApplication.isGateway(request)) {
            // Whatever a provider sends is no page of ours, even where it says it were one.
            response.setHeader("Content-Security-Policy", PageSecurity.NOTHING_AT_ALL + "; sandbox");
        } else if (request.getRequestURI().startsWith(HoneApplication.PATH)) {
            // Kept, but asked about each time: an answer never outlives a change.
            response.setHeader("Cache-Control", "private, no-cache");
            response.setHeader("Content-Security-Policy", PageSecurity.NOTHING_AT_ALL);
        } else {
            response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
            response.setHeader("Content-Security-Policy", pages.contentSecurityPolicy());
        }
    }
}
