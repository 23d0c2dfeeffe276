package io.hone.tool.demo;

/** The server could not be reached or did not accept a report. The message is meant for the person at the terminal. */
final class ReportingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    ReportingException(String message) {
        this(0, message);
    }

    /** @param status of the answer that refuses */
    ReportingException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The status of the answer that refuses; 0 where there was none. */
    int status() {
        return status;
    }
}
