package io.hone.responses;

import io.hone.http.EntityTags;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Answers requests with what is held. Thread-safe. */
@Singleton
class ResponseSender {

    private final ResponseStore store;
    private final Settings settings;

    @Inject
    ResponseSender(ResponseStore store, Settings settings) {
        this.store = store;
        this.settings = settings;
    }

    /**
     * Sends an answer that was held.
     *
     * @param status value of {@code Cache-Status}
     */
    void sendHeld(StoredAnswer stored, long ageMs, String status, Lookup lookup, HttpServletResponse response)
            throws IOException {
        StoredAnswer ready = inForm(stored, lookup);
        response.setStatus(stored.answer().status());
        boolean known = isKnown(ready, lookup);
        Fields fields = stored.answer().fields();
        fields.forEach((name, value) -> {
            boolean content = name.toLowerCase(Locale.ROOT).startsWith("content-");
            if (!(known && content)) {
                // Vary may name what is added before the cache; of the others, what the answer says counts.
                if (name.equalsIgnoreCase("Vary") || !value.equals(fields.first(name))) {
                    response.addHeader(name, value);
                } else {
                    response.setHeader(name, value);
                }
            }
        });
        response.setHeader("Age", Long.toString(TimeUnit.MILLISECONDS.toSeconds(ageMs)));
        send(ready, known, status, lookup, response);
    }

    /**
     * Sends an answer that was just made, whose fields are set already.
     *
     * @param status value of {@code Cache-Status}
     */
    void sendMade(StoredAnswer stored, String status, Lookup lookup, HttpServletResponse response) throws IOException {
        StoredAnswer ready = inForm(stored, lookup);
        send(ready, isKnown(ready, lookup), status, lookup, response);
    }

    private static boolean isKnown(StoredAnswer stored, Lookup lookup) {
        return stored.answer().status() == HttpServletResponse.SC_OK
                && Conditions.isKnown(lookup.fields(), stored.answer().fields());
    }

    private void send(StoredAnswer stored, boolean known, String status, Lookup lookup, HttpServletResponse response)
            throws IOException {
        byte[] packed = lookup.wantsGzip() ? stored.gzip() : null;
        String tag = stored.answer().fields().first("ETag");
        if (tag != null) {
            response.setHeader("ETag", packed == null ? tag : EntityTags.compressed(tag));
        }
        response.setHeader(CacheStatus.FIELD, status);
        if (known) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        byte[] body = packed == null ? stored.answer().body() : packed;
        if (packed != null) {
            response.setHeader("Content-Encoding", "gzip");
        }
        response.setContentLength(body.length);
        if (!lookup.head()) {
            response.getOutputStream().write(body);
        }
    }

    /** With the compressed form, where that is asked for and worth it; it is made once. */
    private StoredAnswer inForm(StoredAnswer stored, Lookup lookup) {
        int minBytes = settings.get(SettingsCatalogue.COMPRESSION_MIN).intValue();
        if (stored.gzip() != null || !lookup.wantsGzip() || !stored.isCompressible(minBytes)) {
            return stored;
        }
        StoredAnswer compressed = stored.compressed();
        store.exchange(lookup.key(), stored, compressed);
        return compressed;
    }
}
