package io.hone.gateway;

import io.hone.database.Transaction;
import io.hone.gateway.CallRepository.Difference;
import io.hone.gateway.CallRepository.Entry;
import io.hone.gateway.CallRepository.Sum;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one transaction writes into the ledger: calls, and what they add to the sums of their days. It is written together,
 * and each sum once, in an order in which all lock them. Confined to one thread.
 */
final class Ledger {

    private final CallRepository calls;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Sum, Difference> differences = new TreeMap<>();

    Ledger(CallRepository calls) {
        this.calls = calls;
    }

    /** Notes a call, and its part of the sums. */
    void add(Entry entry) {
        entries.add(entry);
        add(entry.at(), entry.spender(), entry.usage().model(), Difference.of(entry.cost(), entry.usage()));
    }

    /** Notes what is added to the sums of a day, and no call. */
    void add(Instant at, Spender spender, String model, Difference difference) {
        differences.merge(Sum.of(at, spender, model), difference, Difference::plus);
    }

    /** Writes what was noted. */
    void store(Transaction transaction) {
        if (!entries.isEmpty()) {
            calls.insert(transaction, entries);
        }
        if (!differences.isEmpty()) {
            calls.add(transaction, differences);
        }
    }
}
