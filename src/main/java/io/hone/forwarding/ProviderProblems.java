package io.hone.forwarding;

import io.hone.gateway.Provider;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the client is told of a provider that did not answer, or not to the end. */
final class ProviderProblems {

    private static final Logger LOG = LoggerFactory.getLogger(ProviderProblems.class);

    private ProviderProblems() {}

    static ProblemException of(Throwable failure, Provider provider) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemException known) {
                return known;
            }
            if (cause instanceof RefusedAddressException) {
                LOG.warn("Provider {}: its address {}", provider.name(), cause.getMessage());
                return new ProblemException(
                        ProblemType.PROVIDER_UNUSABLE,
                        "The address of the provider %s %s".formatted(provider.name(), cause.getMessage()));
            }
            if (cause instanceof RejectedExecutionException) {
                return new ProblemException(
                        ProblemType.OVERLOADED,
                        "Too many calls wait for the provider %s already".formatted(provider.name()));
            }
            if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
                return unreachable(provider, "its name cannot be resolved");
            }
            if (cause instanceof ConnectException || cause instanceof SocketTimeoutException) {
                return unreachable(provider, "no connection can be made");
            }
            if (cause instanceof TimeoutException) {
                return new ProblemException(
                        ProblemType.PROVIDER_TIMEOUT,
                        "The provider %s said nothing for %d ms".formatted(provider.name(), provider.timeoutMs()));
            }
        }
        return unreachable(provider, "the connection ended before the answer did");
    }

    /** Too many calls to it failed. */
    static ProblemException paused(Provider provider, Duration left) {
        long seconds = Math.max(1, left.plusMillis(999).toSeconds());
        return new ProblemException(
                        ProblemType.PROVIDER_PAUSED,
                        "Too many calls to the provider %s failed: it is left alone for %d s more"
                                .formatted(provider.name(), seconds))
                .withHeaders(Map.of("Retry-After", Long.toString(seconds)));
    }

    /** The client waits no longer. */
    static ProblemException deadline(long timeoutMs) {
        return new ProblemException(
                ProblemType.PROVIDER_TIMEOUT,
                "There was no whole answer within the %d ms that were asked for".formatted(timeoutMs));
    }

    /** Whether it tells something of the provider: a refused address, or a queue or budget of Hone's own, does not. */
    static boolean isOfProvider(Throwable failure) {
        return failure instanceof ProblemException problem
                && (problem.type() == ProblemType.PROVIDER_UNREACHABLE
                        || problem.type() == ProblemType.PROVIDER_TIMEOUT
                        || problem.type() == ProblemType.PROVIDER_PAUSED);
    }

    private static ProblemException unreachable(Provider provider, String why) {
        return new ProblemException(
                ProblemType.PROVIDER_UNREACHABLE,
                "The provider %s cannot be reached: %s".formatted(provider.name(), why));
    }
}
