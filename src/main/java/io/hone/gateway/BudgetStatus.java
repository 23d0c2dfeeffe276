package io.hone.gateway;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a budget is in its present window.
 *
 * @param spentUsd settled; may pass the amount by what calls cost beyond their estimates
 * @param reservedUsd set aside for calls under way
 * @param remainingUsd what may still be reserved; 0 and up
 * @param used spent and reserved as a share of the amount; 0 and up, 1 for an amount of nothing
 * @param calls settled in this window
 * @param windowBeganAt null for one that never ends
 * @param resetsAt when the next window begins; null for never
 */
public record BudgetStatus(
        Money amountUsd,
        Money spentUsd,
        Money reservedUsd,
        Money remainingUsd,
        double used,
        long calls,
        @Nullable Instant windowBeganAt,
        @Nullable Instant resetsAt) {

    static BudgetStatus of(Budget budget, Money spent, Money reserved, long calls, Instant now) {
        Money taken = spent.plus(reserved);
        Instant resetsAt = budget.window().ends(now);
        return new BudgetStatus(
                budget.amountUsd(),
                spent,
                reserved,
                budget.amountUsd().minus(taken),
                taken.shareOf(budget.amountUsd()),
                calls,
                resetsAt == null ? null : budget.window().began(now),
                resetsAt);
    }
}
