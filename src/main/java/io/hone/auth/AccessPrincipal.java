package io.hone.auth;

import jakarta.security.enterprise.CallerPrincipal;

/** What the container keeps of a caller. */
public final class AccessPrincipal extends CallerPrincipal {

    private static final long serialVersionUID = 1L;

    private final transient Identity identity;

    AccessPrincipal(Identity identity) {
        super(identity.name());
        this.identity = identity;
    }

    /** Whom the request belongs to. */
    public Identity identity() {
        return identity;
    }
}
