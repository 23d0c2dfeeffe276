package io.hone.http;

import jakarta.annotation.security.PermitAll;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The page for errors that the container finds outside the filters; clients get the same problem as everywhere. */
@PermitAll
@WebServlet("/error")
public class ErrorServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        response.setHeader("X-Request-ID", RequestContext.of(request).requestId());
        String elapsed = TimedResponse.millis(RequestContext.of(request).elapsedNanos());
        response.setHeader("X-Response-Time", elapsed + "ms");
        response.setHeader("Server-Timing", "total;dur=" + elapsed);
        Problems.write(
                Problems.ofStatus(status instanceof Integer code ? code : HttpServletResponse.SC_NOT_FOUND, null),
                request,
                response);
    }
}
