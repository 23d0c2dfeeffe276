package io.hone.gateway;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Where a provider is: one spelling for each address, and none that a look at it already shows to be out of bounds. */
final class BaseUrl {

    static final int LONGEST = 2_000;

    private static final String LOCALHOST = "localhost";

    private BaseUrl() {}

    /**
     * The address in its normal form: scheme and host in lower case, no default port, no dot segments, no slash at the end.
     *
     * @param allowPrivate whether it may be on this machine or in this network
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static String normal(String text, boolean allowPrivate) {
        URI uri = parse(text);
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("is no absolute address that begins with http:// or https://");
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("has user info; what lets Hone in belongs in secret");
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("has a query or fragment, where only a path can be added to");
        }
        String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
        if (host.endsWith(".")) {
            host = host.substring(0, host.length() - 1);
        }
        if (host.isEmpty()) {
            throw new IllegalArgumentException("has no host name or address that can be read");
        }
        checkHost(host, allowPrivate);
        int port = uri.getPort();
        if (port == 0 || port > 65_535) {
            throw new IllegalArgumentException("has a port that is not 1 to 65535");
        }
        boolean usual = port < 0 || port == (scheme.equals("https") ? 443 : 80);
        return scheme + "://" + host + (usual ? "" : ":" + port) + path(uri);
    }

    private static URI parse(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            throw new IllegalArgumentException("has %d characters, not 1 to %d".formatted(text.length(), LONGEST));
        }
        try {
            return new URI(text).parseServerAuthority().normalize();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("is no address by RFC 3986; names of other scripts go in as xn--…", e);
        }
    }

    private static String path(URI uri) {
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        String plain = path.toLowerCase(Locale.ROOT).replace("%2e", ".");
        for (String segment : plain.split("/", -1)) {
            if (segment.equals("..") || segment.equals(".")) {
                throw new IllegalArgumentException("has a path that leads above its beginning");
            }
        }
        if (plain.contains("//") || plain.contains("%2f") || plain.contains("%5c") || plain.contains(";")) {
            throw new IllegalArgumentException("has a path that servers read in different ways");
        }
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static void checkHost(String host, boolean allowPrivate) {
        InetAddress literal = AddressRule.ofLiteral(host);
        String refusal = literal == null ? null : AddressRule.refusal(literal, allowPrivate);
        if (refusal == null && !allowPrivate && (host.equals(LOCALHOST) || host.endsWith('.' + LOCALHOST))) {
            refusal = "is this machine, which takes allow_private";
        }
        if (refusal != null) {
            throw new IllegalArgumentException("has the host %s, which %s".formatted(host, refusal));
        }
    }
}
