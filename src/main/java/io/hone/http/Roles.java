package io.hone.http;

/** Names of the roles, as annotations take them. Who has a role also has those above it in this list. */
public final class Roles {

    /** Reads. */
    public static final String VIEWER = "viewer";

    /** Reports sessions and steps, and uses the gateway. */
    public static final String REPORTER = "reporter";

    /** Does everything: criteria, settings, accounts, keys. */
    public static final String ADMIN = "admin";

    private Roles() {}
}
