package io.hone.forwarding;

import io.hone.gateway.Budgets;
import io.hone.gateway.Ended;
import io.hone.gateway.Hold;
import io.hone.gateway.Money;
import io.hone.gateway.Provider;
import io.hone.gateway.ProviderKind;
import io.hone.gateway.Spender;
import io.hone.gateway.Tokens;
import io.hone.gateway.Usage;
import io.hone.http.Caller;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.http.Uuids;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks the budgets before a call and settles with them after it. Thread-safe. */
@Singleton
class Metering {

    /** The optimization session that a call is for. */
    static final String SESSION = "X-Hone-Session";

    /** The project that a call is for. */
    static final String PROJECT = "X-Hone-Project";

    /** After that a call that never ended counts as lost, and is charged as estimated. */
    private static final Duration LONGEST_CALL = Duration.ofHours(1);

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final int LONGEST_PROJECT = 200;

    private final Budgets budgets;
    private final CalledFor calledFor;

    private final Settling settling;

    @Inject
    Metering(Budgets budgets, CalledFor calledFor, Settling settling) {
        this.budgets = budgets;
        this.calledFor = calledFor;
        this.settling = settling;
    }

    /**
     * Sets money aside for a call. One that takes no tokens is charged nothing, unless the provider has a price for every name
     * ({@code *}).
     *
     * @return null for a call that costs nothing: one that only reads
     * @throws ProblemException 402 where a budget has not enough left, or the price is not known and a budget applies
     */
    @Nullable
    Metered begin(Call call, Provider provider) {
        Spender spender = call.spender();
        boolean bounded = budgets.isBounded(spender);
        boolean model = provider.kind() != ProviderKind.GENERIC;
        if (READING.contains(call.method()) || (!model && !bounded)) {
            return null;
        }
        boolean free =
                model && call.target().takesNoTokens() && provider.price("").isEmpty();
        Question question = free ? Question.NONE : call.question();
        Money estimate = free
                ? Money.ZERO
                : provider.costAtMost(question.model(), question.inputTokens(), question.outputTokens())
                        .orElse(null);
        if (bounded && model && estimate == null) {
            throw new ProblemException(
                    ProblemType.BUDGET_EXHAUSTED,
                    question.model().isEmpty()
                            ? "The call names no model, so the provider %s has no price for it and no budget can hold it; an admin may add a price for *"
                                    .formatted(provider.name())
                            : "The provider %s has no price for the model '%s', so no budget can hold it; an admin has to add one"
                                    .formatted(provider.name(), question.model()));
        }
        Hold hold = budgets.reserve(
                spender, question.model(), estimate == null ? Money.ZERO : estimate, LONGEST_CALL, true);
        if (hold instanceof Hold.Refusal refusal) {
            throw refusal.problem();
        }
        return new Metered((Hold.Reservation) hold, provider, question, free, System.nanoTime());
    }

    /**
     * On whose account a request goes. Where it names no project, it goes on that of its session; one that is named wins over
     * that, since a session may be moved to another project while its job runs.
     *
     * @throws ProblemException 422 for a project that is none, or a session that does not exist or is in the bin
     */
    Spender spender(HttpServletRequest request, Provider provider) {
        String session = request.getHeader(SESSION);
        String project = request.getHeader(PROJECT);
        if (project != null && (project.isBlank() || project.length() > LONGEST_PROJECT)) {
            throw ProblemException.invalid(PROJECT, "is not 1 to %d characters".formatted(LONGEST_PROJECT));
        }
        UUID id = null;
        if (session != null) {
            id = Uuids.parse(session);
            if (id == null) {
                throw ProblemException.invalid(SESSION, "is no id of a session");
            }
            String itsProject = calledFor.project(id);
            project = project == null ? itsProject : project;
        }
        return new Spender(Caller.of(request).name(), project, id, provider.name());
    }

    /** A call under way, and what it will have cost. One thread at a time uses it. */
    final class Metered {

        private final Hold.Reservation reservation;
        private final Provider provider;
        private final Question question;
        private final boolean free;
        private final long start;
        private @Nullable UsageReader reader;
        private int status;

        private Metered(Hold.Reservation reservation, Provider provider, Question question, boolean free, long start) {
            this.reservation = reservation;
            this.provider = provider;
            this.question = question;
            this.free = free;
            this.start = start;
        }

        /** The provider begins to answer. */
        void begin(int answered, boolean stream) {
            status = answered;
            reader = free || provider.kind() == ProviderKind.GENERIC ? null : new UsageReader(stream);
        }

        /** Reads along. */
        void read(byte[] bytes) {
            UsageReader reading = reader;
            if (reading != null) {
                reading.read(bytes);
            }
        }

        /** Nothing was sent: nothing is to be paid. */
        void release() {
            settling.add(new Ended.Released(reservation));
        }

        /**
         * The call is over: it is charged for what it took. Where the provider did not say, for what was sent and for the
         * parts that came, unless it answered with an error.
         *
         * @return the cost in billionths of a dollar; 0 where it is not known
         */
        long settle() {
            long durationMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            boolean failed = status >= 400;
            Tokens tokens = reader == null
                    ? Tokens.of(failed ? 0 : question.inputTokens(), 0)
                    : reader.tokens(failed ? 0 : question.inputTokens(), failed ? 0 : reader.parts());
            String model = reader == null || reader.model().isEmpty() ? question.model() : reader.model();
            // By the name that was asked for first: the price was agreed on for it.
            Money cost = free
                    ? Money.ZERO
                    : provider.cost(question.model(), tokens)
                            .or(() -> provider.cost(model, tokens))
                            .orElse(null);
            Usage usage = Usage.answered(model, tokens.input(), tokens.output(), status, durationMs);
            settling.add(new Ended.Settled(reservation, cost, usage));
            return cost == null ? 0 : cost.nano();
        }
    }
}
