package io.hone.gateway;

import java.util.UUID;

/** A budget was set, changed or deleted; fired after the change is stored. */
public record BudgetChanged(UUID id, long version, boolean deleted) {}
