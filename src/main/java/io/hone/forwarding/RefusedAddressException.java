package io.hone.forwarding;

/** A provider's name leads to where no provider may be. */
final class RefusedAddressException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param why continues "its address …" */
    RefusedAddressException(String why) {
        super(why);
    }
}
