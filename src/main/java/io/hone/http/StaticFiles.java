package io.hone.http;

import jakarta.annotation.security.PermitAll;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of the web interface and of its WebJars. Each is read and compressed once and then answered from memory: the
 * WAR's own files are few, and no name outside it gets that far. Addresses of pages all answer the one page, which
 * routes by itself.
 */
@PermitAll
@WebServlet({
    "/",
    "/sessions",
    "/compare",
    "/criteria",
    "/providers",
    "/performance",
    "/caches",
    "/settings",
    "/access",
    "/sign-in"
})
public class StaticFiles extends HttpServlet {

    /** The one page. */
    static final String INDEX = "/index.html";

    private static final long serialVersionUID = 1L;

    /** First segments of the addresses that are pages. */
    private static final List<String> PAGES = List.of(
            "",
            "sessions",
            "compare",
            "criteria",
            "providers",
            "performance",
            "caches",
            "settings",
            "access",
            "sign-in");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html;charset=UTF-8",
            "js", "text/javascript;charset=UTF-8",
            "css", "text/css;charset=UTF-8",
            "svg", "image/svg+xml",
            "json", "application/json",
            "png", "image/png",
            "woff2", "font/woff2");

    /** Formats that are compressed already. */
    private static final List<String> PACKED = List.of("png", "woff2");

    private record StoredFile(byte[] bytes, byte @Nullable [] gzip, String type, String tag, boolean versioned) {}

    private final transient Map<String, StoredFile> files = new ConcurrentHashMap<>();

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getServletPath();
        StoredFile file = find(path);
        if (file == null && isPage(path)) {
            file = find(INDEX);
        }
        int status = HttpServletResponse.SC_OK;
        if (file == null) {
            String accept = request.getHeader("Accept");
            if (accept == null || !accept.contains("text/html")) {
                throw Problems.ofStatus(HttpServletResponse.SC_NOT_FOUND, null);
            }
            // A person gets the page that says so, with a way back.
            file = find(INDEX);
            status = HttpServletResponse.SC_NOT_FOUND;
        }
        if (file == null) {
            throw Problems.ofStatus(HttpServletResponse.SC_NOT_FOUND, null);
        }
        answer(file, status, request, response);
    }

    private static void answer(StoredFile file, int status, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        boolean gzip = file.gzip() != null && AcceptEncoding.allowsGzip(request.getHeader("Accept-Encoding"));
        String tag = '"' + file.tag() + (gzip ? EntityTags.GZIP_SUFFIX : "") + '"';
        response.setHeader("ETag", tag);
        response.addHeader("Vary", "Accept-Encoding");
        response.setHeader("Cache-Control", file.versioned() ? "public, max-age=31536000, immutable" : "no-cache");
        String known = request.getHeader("If-None-Match");
        if (known != null && status == HttpServletResponse.SC_OK && EntityTags.matches(known, file.tag(), true)) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setStatus(status);
        response.setContentType(file.type());
        byte[] body = file.bytes();
        if (gzip && file.gzip() != null) {
            response.setHeader("Content-Encoding", "gzip");
            body = file.gzip();
        }
        response.setContentLength(body.length);
        if (!"HEAD".equals(request.getMethod())) {
            response.getOutputStream().write(body);
        }
    }

    private static boolean isPage(String path) {
        int end = path.indexOf('/', 1);
        String first = path.substring(1, end < 0 ? path.length() : end);
        return PAGES.contains(first);
    }

    private @Nullable StoredFile find(String path) throws IOException {
        StoredFile known = files.get(path);
        if (known != null) {
            return known;
        }
        String type = TYPES.get(extension(path));
        String upper = path.toUpperCase(Locale.ROOT);
        if (type == null || path.contains("..") || upper.contains("/WEB-INF") || upper.contains("/META-INF")) {
            return null;
        }
        try (InputStream in = getServletContext().getResourceAsStream(path)) {
            if (in == null) {
                return null;
            }
            byte[] bytes = in.readAllBytes();
            byte[] gzip = PACKED.contains(extension(path)) || bytes.length < 1_024 ? null : Encoding.gzip(bytes);
            StoredFile file = new StoredFile(
                    bytes,
                    gzip,
                    type,
                    HexFormat.of().formatHex(Encoding.sha256(bytes), 0, 8),
                    path.startsWith("/webjars/"));
            files.put(path, file);
            return file;
        }
    }

    private static String extension(String path) {
        int dot = path.lastIndexOf('.');
        return dot < path.lastIndexOf('/') ? "" : path.substring(dot + 1).toLowerCase(Locale.ROOT);
    }
}
