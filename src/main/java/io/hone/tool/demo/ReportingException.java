package io.hone.tool.demo;

/** The server could not be reached or did not accept a report. The message is meant for the person at the terminal. */
final class ReportingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ReportingException(String message) {
        super(message);
    }
}
