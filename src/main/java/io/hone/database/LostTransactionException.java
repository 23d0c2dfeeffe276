package io.hone.database;

/** The transaction of a write could not be committed; nothing of it is stored. The cause is the driver's exception. */
public final class LostTransactionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LostTransactionException(Throwable cause) {
        super("The transaction was not committed", cause);
    }
}
