package io.hone.gateway;

import org.jspecify.annotations.Nullable;

/**
 * A provider with what it takes to call it. Stays in this process: never cached beyond the heap, never written anywhere.
 *
 * @param credential null where the provider has no secret
 */
public record Upstream(Provider provider, @Nullable Credential credential) {

    /**
     * The header field that lets Hone in.
     *
     * @param header its name
     * @param value with the secret
     */
    public record Credential(String header, String value) {

        /** Without the secret. */
        @Override
        public String toString() {
            return "Credential in " + header;
        }
    }

    private static final String AUTHORIZATION = "Authorization";

    static Upstream of(Provider provider, @Nullable String secret) {
        if (secret == null) {
            return new Upstream(provider, null);
        }
        String header = provider.authHeader() == null ? provider.kind().authHeader() : provider.authHeader();
        // A secret with a blank names its scheme itself, such as Basic.
        boolean bearer = header.equalsIgnoreCase(AUTHORIZATION) && secret.indexOf(' ') < 0;
        return new Upstream(provider, new Credential(header, bearer ? "Bearer " + secret : secret));
    }
}
