package io.hone.forwarding;

import io.hone.forwarding.Metering.Metered;
import io.hone.gateway.Provider;
import io.hone.gateway.Upstream;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A call to one provider, admitted and paid for, however often it is sent.
 *
 * @param asking the body that asks what a stream took; null where the client's own is sent
 * @param metered what it is charged by; null for nothing
 * @param over run once the provider is done with it; more than once is harmless
 */
record Leg(
        Call call,
        Upstream upstream,
        URI uri,
        byte @Nullable [] asking,
        @Nullable Metered metered,
        Runnable over) {

    Provider provider() {
        return upstream.provider();
    }

    /**
     * The provider is done with it.
     *
     * @param sent whether it may have seen anything of the call
     * @return the cost in billionths of a dollar; 0 where it is not known
     */
    long end(boolean sent) {
        over.run();
        if (metered == null) {
            return 0;
        }
        if (sent) {
            return metered.settle();
        }
        metered.release();
        return 0;
    }
}
