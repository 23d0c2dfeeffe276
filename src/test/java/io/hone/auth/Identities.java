package io.hone.auth;

import java.security.Principal;

/** Callers for tests of what only asks who somebody is. */
public final class Identities {

    private Identities() {}

    /** Somebody with a key of that name. */
    public static Identity named(String name) {
        return new Identity(Identity.Kind.KEY, name, Role.VIEWER, null, null, null, null);
    }

    /** What a request says of somebody who has a key of that name. */
    public static Principal principal(String name) {
        return new AccessPrincipal(named(name));
    }
}
