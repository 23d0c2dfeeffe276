package io.hone.gateway;

import java.time.Instant;
import java.util.UUID;

/**
 * A bound on what somebody or something may spend.
 *
 * @param subject who calls as the audit names them ({@code ada}, {@code key:ci}), a project, the id of a session, or a
 *     provider
 * @param amountUsd in each window; 0 refuses everything
 * @param window how long it lasts
 */
public record Budget(
        UUID id,
        BudgetScope scope,
        String subject,
        Money amountUsd,
        BudgetPeriod window,
        BudgetAction action,
        Instant createdAt,
        String createdBy,
        Instant updatedAt,
        long version) {}
