package io.hone.cache;

import java.util.Set;

/** What cached values are made of, as far as more than one place has to name it. */
public final class Tags {

    /** Any session: its state, its values, whether it exists. */
    public static final String SESSIONS = "sessions";

    /** Criteria, stored settings, providers, budgets as they were set. */
    public static final String CONFIGURATION = "configuration";

    /** Accounts, keys, sign-ins. */
    public static final String ACCESS = "access";

    /** What changes with every other write: no durable entry may be made of it, or each would be a write more. */
    static final Set<String> OFTEN = Set.of(SESSIONS, CONFIGURATION, ACCESS);

    private Tags() {}
}
