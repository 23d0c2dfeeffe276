package io.hone.http;

import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Compresses answers over a size with gzip for clients that accept it; what is encoded already passes as it is. */
public class CompressionFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;

    private final transient Settings settings;

    @Inject
    public CompressionFilter(Settings settings) {
        this.settings = settings;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (RequestContext.isWebSocket(request) || HoneApplication.isGateway(request)) {
            chain.doFilter(request, response);
            return;
        }
        boolean accepted =
                AcceptEncoding.allowsGzip(request.getHeader("Accept-Encoding")) && !"HEAD".equals(request.getMethod());
        int minBytes = settings.get(SettingsCatalogue.COMPRESSION_MIN).intValue();
        CompressingResponse compressing = new CompressingResponse(response, accepted, minBytes);
        chain.doFilter(request, compressing);
        compressing.finish();
    }
}
