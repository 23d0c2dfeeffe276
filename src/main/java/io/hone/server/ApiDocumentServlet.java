package io.hone.server;

import io.hone.http.ProblemException;
import io.hone.http.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code /openapi}: the document of the interface as YAML, or as JSON for clients that prefer it. What lies below that
 * path is ours too: the application server would answer there with what it found out by itself.
 */
@RolesAllowed(Roles.VIEWER)
@WebServlet({"/openapi", "/openapi/*"})
public class ApiDocumentServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private final transient ApiDocument document;

    @Inject
    public ApiDocumentServlet(ApiDocument document) {
        this.document = document;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getPathInfo() != null) {
            throw ProblemException.notFound("address", request.getRequestURI());
        }
        ApiDocument.Form form = form(request.getParameter("format"), request.getHeader("Accept"));
        response.addHeader("Vary", "Accept");
        response.setHeader("Cache-Control", "max-age=3600");
        response.setHeader("ETag", '"' + form.tag() + '"');
        String known = request.getHeader("If-None-Match");
        if (known != null && (known.strip().equals("*") || known.contains('"' + form.tag()))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setContentType(form.mediaType());
        response.setContentLength(form.bytes().length);
        response.getOutputStream().write(form.bytes());
    }

    private ApiDocument.Form form(@Nullable String format, @Nullable String accept) {
        if (format != null) {
            return switch (format) {
                case "json" -> document.json();
                case "yaml" -> document.yaml();
                default -> throw ProblemException.invalid("?format", "is none of json, yaml");
            };
        }
        return weight(accept, "application/json") > weight(accept, "application/yaml")
                ? document.json()
                : document.yaml();
    }

    /**
     * How much a client wants a media type (RFC 9110, section 12.5.1): the weight of the type itself, else that of the
     * range that covers it; 0 where it does not want it.
     */
    private static double weight(@Nullable String accept, String mediaType) {
        if (accept == null) {
            return 0;
        }
        double covering = 0;
        for (String part : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] pieces = part.split(";", -1);
            double weight = 1;
            for (int i = 1; i < pieces.length; i++) {
                String parameter = pieces[i].strip();
                if (parameter.matches("q=[01](\\.\\d{0,3})?")) {
                    weight = Double.parseDouble(parameter.substring(2));
                }
            }
            String range = pieces[0].strip();
            if (range.equals(mediaType)) {
                return weight;
            }
            if (range.equals("*/*") || range.equals("application/*")) {
                covering = Math.max(covering, weight);
            }
        }
        return covering;
    }
}
