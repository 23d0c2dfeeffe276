package io.hone.gateway;

import io.hone.gateway.Hold.Reservation;
import org.jspecify.annotations.Nullable;

/** How a call ended that money was set aside for. */
public sealed interface Ended {

    /** What was set aside. */
    Reservation reservation();

    /**
     * It was made, and is charged; see {@link Budgets#settle}.
     *
     * @param cost null where no price is known
     */
    record Settled(Reservation reservation, @Nullable Money cost, Usage usage) implements Ended {}

    /** It was not sent; see {@link Budgets#release}. */
    record Released(Reservation reservation) implements Ended {}
}
