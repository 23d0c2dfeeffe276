package io.hone.bench;

import jakarta.annotation.security.PermitAll;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * What a server can do at best: answers GET with what the last POST brought. It is added to the server that is measured
 * against, and uses nothing of Hone's.
 */
@WebServlet(StoredBytesServlet.PATH)
@PermitAll
public class StoredBytesServlet extends HttpServlet {

    static final String PATH = "/bench/stored";

    private static final long serialVersionUID = 1L;

    private volatile byte[] bytes = {};

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        bytes = request.getInputStream().readAllBytes();
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        byte[] answer = bytes;
        response.setContentType("application/json");
        response.setContentLength(answer.length);
        response.getOutputStream().write(answer);
    }
}
