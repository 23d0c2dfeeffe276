package io.hone.gateway;

import io.hone.http.Json;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** What came of asking for money: it is set aside, or it is not to be had. */
public sealed interface Hold {

    /**
     * Money is set aside, in every budget that applies; to be settled or released once.
     *
     * @param id of the call in the ledger
     * @param at which windows it belongs to
     * @param stored false where no budget applies: nothing had to be written
     */
    record Reservation(UUID id, Spender spender, String model, Money amountUsd, Instant at, boolean stored)
            implements Hold {}

    /**
     * A budget has not enough left; nothing was set aside in any.
     *
     * @param budget the first that refuses
     * @param status how it is
     */
    record Refusal(Budget budget, BudgetStatus status) implements Hold {

        /** The refusal as a problem: 402, naming the budget and when it begins anew. */
        public ProblemException problem() {
            Instant resetsAt = status.resetsAt();
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("budget_id", budget.id());
            members.put("scope", budget.scope());
            members.put("subject", budget.subject());
            members.put("amount_usd", status.amountUsd());
            members.put("remaining_usd", status.remainingUsd());
            if (resetsAt != null) {
                members.put("resets_at", resetsAt);
            }
            String left = "The budget of the %s %s has %s of %s USD left, which is not enough for this call; it %s"
                    .formatted(
                            budget.scope(),
                            budget.subject(),
                            status.remainingUsd(),
                            status.amountUsd(),
                            resetsAt == null ? "never begins anew" : "begins anew at " + Json.time(resetsAt));
            return new ProblemException(ProblemType.BUDGET_EXHAUSTED, left).with(members);
        }
    }
}
