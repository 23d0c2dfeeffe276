package io.hone.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Answers every exception of Jakarta REST with a problem. */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {

    @Context
    @SuppressWarnings("NullAway.Init") // set by Jakarta REST
    private HttpServletRequest request;

    @Override
    public Response toResponse(Throwable thrown) {
        ProblemException problem = Problems.of(thrown, RequestContext.of(request));
        Response.ResponseBuilder answer = Response.status(problem.type().status())
                .type(Problems.MEDIA_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(Problems.body(problem, request));
        if (problem.type().status() == Response.Status.SERVICE_UNAVAILABLE.getStatusCode()) {
            answer.header(HttpHeaders.RETRY_AFTER, 2);
        }
        problem.headers().forEach(answer::header);
        if (problem.type() == ProblemType.TOO_LARGE) {
            // What is left of the body is not read: the connection cannot serve another request.
            answer.header("Connection", "close");
        }
        if (thrown instanceof WebApplicationException web
                && web.getResponse().getHeaderString(HttpHeaders.ALLOW) != null) {
            answer.header(HttpHeaders.ALLOW, web.getResponse().getHeaderString(HttpHeaders.ALLOW));
        }
        return answer.build();
    }
}
