package io.hone.forwarding;

/** Whoever asked does not wait for the answer any more. */
final class ClientGoneException extends Exception {

    private static final long serialVersionUID = 1L;

    ClientGoneException() {
        super("The client is gone", null, false, false);
    }
}
