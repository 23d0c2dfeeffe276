package io.hone.gateway;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * So much of a budget is spent; fired once for each level in each window, after the spending is stored. Spending that
 * passes both levels at once is told of once, with the higher.
 *
 * @param percent 90 or 100: at least so much is spent
 * @param resetsAt when the next window begins; null for never
 */
public record BudgetWarned(
        Budget budget,
        int percent,
        Money spentUsd,
        @Nullable Instant resetsAt) {}
