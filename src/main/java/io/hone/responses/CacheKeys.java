package io.hone.responses;

import io.hone.http.Encoding;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes keys of requests. */
public final class CacheKeys {

    /** Longer ones become a digest. */
    private static final int LONGEST = 250;

    /** Parameters of a query that may hold a secret. */
    private static final Pattern SECRET =
            Pattern.compile("(?i)(?:^|&)[^&=]*(?:token|key|secret|password|auth|code|signature)[^&=]*=");

    private static final HexFormat HEX = HexFormat.of();

    private CacheKeys() {}

    /**
     * The key of a request.
     *
     * @param method GET for HEAD, too
     * @param path as it was sent
     * @param query as it was sent, or null
     * @param caller who may get the answer; empty for everybody
     * @param varying what the request says in the fields of the rule
     * @param body null for a request without one
     */
    static String of(
            String method,
            String path,
            @Nullable String query,
            String caller,
            List<String> varying,
            byte @Nullable [] body) {
        StringBuilder key = new StringBuilder(path.length() + 64);
        // None of the parts before the last has a line break in it: no two requests have the same key.
        key.append(method).append('\n').append(path).append('\n').append(sorted(query));
        key.append('\n').append(caller);
        for (String value : varying) {
            key.append('\n').append(value);
        }
        if (body != null) {
            key.append('\n').append(HEX.formatHex(Encoding.sha256(body)));
        }
        boolean secret = query != null && SECRET.matcher(query).find();
        return "hone:api.response:" + (secret || key.length() > LONGEST ? digest(key) : key);
    }

    /**
     * The key of an address of another server.
     *
     * @param parts what else tells answers apart: who may get them first
     */
    static String ofUpstream(String uri, List<String> parts) {
        StringBuilder key = new StringBuilder(uri);
        for (String part : parts) {
            key.append('\n').append(part);
        }
        boolean secret = SECRET.matcher(uri.substring(uri.indexOf('?') + 1)).find();
        return "hone:upstream:" + (secret || key.length() > LONGEST ? digest(key) : key);
    }

    private static String digest(StringBuilder key) {
        return HEX.formatHex(Encoding.sha256(key.toString()));
    }

    /**
     * Parameters in the order of their names, with a question mark before them; those of one name stay in their order, which
     * may mean something. Empty for null.
     */
    public static String sorted(@Nullable String query) {
        if (query == null || query.indexOf('&') < 0) {
            return query == null ? "" : "?" + query;
        }
        String[] parameters = query.split("&", -1);
        Arrays.sort(parameters, Comparator.comparing(CacheKeys::name));
        return "?" + String.join("&", parameters);
    }

    private static String name(String parameter) {
        int equals = parameter.indexOf('=');
        return equals < 0 ? parameter : parameter.substring(0, equals);
    }
}
