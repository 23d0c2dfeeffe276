package io.hone.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hone.http.Json;
import io.hone.http.Uuids;
import io.hone.http.Violations;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends to set a budget, and what a stored one is after a patch.
 *
 * @param action block where nothing is said
 */
public record BudgetBody(
        @Nullable BudgetScope scope,
        @Nullable String subject,
        @Nullable Money amountUsd,
        @Nullable BudgetPeriod window,
        @Nullable BudgetAction action) {

    private static final int LONGEST_SUBJECT = 100;

    /** What passed the checks. */
    record Checked(BudgetScope scope, String subject, Money amountUsd, BudgetPeriod window, BudgetAction action) {}

    /** What somebody would have sent for a stored budget. */
    static ObjectNode of(Budget stored) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.put("scope", stored.scope().label());
        body.put("subject", stored.subject());
        body.put("amount_usd", stored.amountUsd().toString());
        body.put("window", stored.window().label());
        body.put("action", stored.action().label());
        return body;
    }

    /**
     * The budget, checked.
     *
     * @throws io.hone.http.ProblemException 422 naming every invalid place
     */
    Checked check() {
        Violations violations = new Violations();
        violations.require(scope != null, "/scope", "is required: account, project, session or provider");
        violations.text(subject, "/subject", 1, LONGEST_SUBJECT);
        violations.require(amountUsd != null, "/amount_usd", "is required");
        violations.require(window != null, "/window", "is required: day, month or total");
        String normal = Objects.requireNonNullElse(subject, "");
        if (scope == BudgetScope.SESSION) {
            UUID id = Uuids.parse(normal);
            violations.require(subject == null || id != null, "/subject", "is no id of a session");
            normal = id == null ? normal : id.toString();
        }
        violations.refuseIfAny();
        return new Checked(
                Objects.requireNonNull(scope),
                normal,
                Objects.requireNonNull(amountUsd),
                Objects.requireNonNull(window),
                action == null ? BudgetAction.BLOCK : action);
    }
}
