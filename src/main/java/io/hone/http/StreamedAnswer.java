package io.hone.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer that is written while it is made. Where making it fails after the first bytes are sent, no problem can be
 * answered any more, and Jakarta REST would end the answer as if it were whole: the connection is ended instead, so that
 * clients see a file that was cut off.
 */
public final class StreamedAnswer implements StreamingOutput {

    private static final Logger LOG = LoggerFactory.getLogger(StreamedAnswer.class);

    private final HttpServletRequest request;
    private final StreamingOutput content;

    /** @param request the request that is answered, or the proxy for it */
    public StreamedAnswer(HttpServletRequest request, StreamingOutput content) {
        this.request = (HttpServletRequest) request.getAttribute(RequestContext.REQUEST);
        this.content = content;
    }

    @Override
    public void write(OutputStream out) throws IOException {
        try {
            content.write(out);
        } catch (IOException e) {
            // Whoever reads it is gone: nobody is left to be told.
            throw e;
        } catch (RuntimeException e) {
            LOG.error(
                    "An answer was cut off, request_id={}",
                    RequestContext.of(request).requestId(),
                    e);
            Connections.end(request);
            throw e;
        }
    }
}
