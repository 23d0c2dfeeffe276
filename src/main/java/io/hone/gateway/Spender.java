package io.hone.gateway;

import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * On whose account a call goes.
 *
 * @param account who calls, as the audit names them: a username, or {@code key:NAME}
 * @param project null for none
 * @param session null for none
 * @param provider name of the provider that is called
 */
public record Spender(
        String account, @Nullable String project, @Nullable UUID session, String provider) {

    /** What a budget of that scope would have to be about; empty for nothing. */
    String subject(BudgetScope scope) {
        return switch (scope) {
            case ACCOUNT -> account;
            case PROJECT -> Objects.requireNonNullElse(project, "");
            case SESSION -> session == null ? "" : session.toString();
            case PROVIDER -> provider;
        };
    }
}
