package io.hone.gateway;

import java.util.List;
import java.util.UUID;

/**
 * Money of budgets was set aside, spent or given back; fired after that is stored, for every call that a budget applies to.
 *
 * @param budgets whose status is another one now; at least one
 */
public record BudgetsSpent(List<UUID> budgets) {

    public BudgetsSpent {
        budgets = List.copyOf(budgets);
    }
}
