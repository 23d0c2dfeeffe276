package io.hone.cache;

/** What cached values are made of, as far as more than one place has to name it. */
public final class Tags {

    /** Any session: its state, its values, whether it exists. */
    public static final String SESSIONS = "sessions";

    /** Criteria and stored settings. */
    public static final String CONFIGURATION = "configuration";

    /** Accounts, keys, sign-ins. */
    public static final String ACCESS = "access";

    private Tags() {}
}
