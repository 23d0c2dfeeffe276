package io.hone.settings;

/** A setting that cannot be used: unknown key or value out of range. The message is one line fit for a terminal. */
public final class InvalidSettingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String key;

    public InvalidSettingException(String key, String message) {
        super(message);
        this.key = key;
    }

    /** The key in question, as it was given. */
    public String key() {
        return key;
    }
}
