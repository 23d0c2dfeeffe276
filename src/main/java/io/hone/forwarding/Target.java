package io.hone.forwarding;

import io.hone.http.HoneApplication;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request below {@code /gateway/} is for. Everything in it is as the client encoded it.
 *
 * @param provider name
 * @param path what follows the name, with a slash before it; empty where nothing follows
 * @param query without question mark; null where there is none
 */
record Target(String provider, String path, @Nullable String query) {

    /** Characters that RFC 3986 knows in a path or query, and some that clients send nevertheless. */
    private static final Pattern PLAIN = Pattern.compile("[\\x21-\\x7e&&[^#\\\\<>\"^`{|}]]*");

    /**
     * What providers of models make no tokens for: keeping files, counting tokens, judging texts for nothing, and jobs that are
     * paid for when they have run. A list of what passes and not of what costs: a budget has to hold for what nobody has
     * thought of, too.
     */
    private static final Pattern WITHOUT_TOKENS = Pattern.compile(
            "(/v\\d{1,3}[a-z]{0,8}\\d{0,3})?/(files|uploads|batches|fine_tuning|moderations|messages/batches|messages/count_tokens)(/[^%;]*)?");

    /** How often a segment is decoded: servers exist that do it twice. */
    private static final int DECODINGS = 5;

    /**
     * Reads the address of a request.
     *
     * @param address path as it was sent
     * @throws ProblemException 400 for a path that some server might read as another one
     */
    static Target of(String address, @Nullable String query) {
        String rest = address.substring(HoneApplication.GATEWAY.length());
        int slash = rest.indexOf('/');
        String provider = slash < 0 ? rest : rest.substring(0, slash);
        String path = slash < 0 ? "" : rest.substring(slash);
        if (!PLAIN.matcher(path).matches()) {
            throw refused("has characters that have to be encoded");
        }
        if (query != null && !PLAIN.matcher(query).matches()) {
            throw refused("has characters in its query that have to be encoded");
        }
        if (path.contains("//")) {
            throw refused("has an empty segment");
        }
        for (String segment : path.split("/", -1)) {
            checkSegment(segment);
        }
        return new Target(provider, path, query);
    }

    private static void checkSegment(String segment) {
        String decoded = segment;
        for (int i = 0; i < DECODINGS; i++) {
            checkParts(decoded);
            if (decoded.indexOf('%') < 0) {
                return;
            }
            decoded = decoded(decoded);
        }
    }

    /** Without regular expressions: this is done for every call. */
    private static void checkParts(String segment) {
        // Characters of a part up to its parameters, and how many of them are dots.
        int name = 0;
        int dots = 0;
        boolean parameters = false;
        for (int i = 0; i <= segment.length(); i++) {
            char c = i < segment.length() ? segment.charAt(i) : '/';
            if (c == '/' || c == '\\') {
                if (name == dots && (dots == 1 || dots == 2)) {
                    throw refused("leads above its beginning");
                }
                name = 0;
                dots = 0;
                parameters = false;
            } else if (c == ';') {
                parameters = true;
            } else if (!parameters) {
                name++;
                dots += c == '.' ? 1 : 0;
            }
            if (c < ' ' || c == 0x7f || c == '\\') {
                throw refused("has control characters or backslashes");
            }
        }
    }

    /** Decodes once; what is no encoding stays as it is. */
    private static String decoded(String text) {
        byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
            if (c == '%' && high >= 0 && low >= 0) {
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                bytes[length++] = (byte) c;
            }
        }
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    /** Whether a provider of models makes no tokens for what is asked, so that the call itself costs nothing. */
    boolean takesNoTokens() {
        return WITHOUT_TOKENS.matcher(path).matches();
    }

    /** The same below a provider's base address: never another host, nor above its path. */
    URI below(String baseUrl) {
        URI base = URI.create(baseUrl);
        URI uri;
        try {
            uri = new URI(baseUrl + path + (query == null ? "" : "?" + query));
        } catch (URISyntaxException e) {
            throw refused("is none by RFC 3986");
        }
        if (!String.valueOf(base.getRawAuthority()).equals(uri.getRawAuthority())
                || !uri.getRawPath().startsWith(base.getRawPath())) {
            throw refused("leads elsewhere");
        }
        return uri;
    }

    /**
     * Where a redirect leads, as the client has to ask for it: below the gateway if it stays below the provider's base
     * address, else as the provider said.
     *
     * @param asked what the provider was asked for
     */
    String redirected(URI asked, String baseUrl, String location) {
        try {
            String to = asked.resolve(new URI(location)).normalize().toString();
            return to.startsWith(baseUrl + "/")
                    ? HoneApplication.GATEWAY + provider + to.substring(baseUrl.length())
                    : location;
        } catch (URISyntaxException e) {
            // What the provider sent is for the client to make something of.
            return location;
        }
    }

    private static ProblemException refused(String why) {
        return new ProblemException(ProblemType.BAD_REQUEST, "The path behind the provider's name " + why);
    }
}
