package io.hone.database;

/** A write was refused before it began: too many are waiting, or it waited too long. Nothing of it was stored. */
public final class OverloadedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OverloadedException(String message) {
        super(message);
    }
}
