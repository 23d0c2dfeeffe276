package io.hone.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.audit.SettableClock;
import io.hone.auth.AccessChanged;
import io.hone.auth.Identities;
import io.hone.configuration.SettingChanged;
import io.hone.criteria.CriteriaChanged;
import io.hone.gateway.Budget;
import io.hone.gateway.BudgetAction;
import io.hone.gateway.BudgetChanged;
import io.hone.gateway.BudgetPeriod;
import io.hone.gateway.BudgetScope;
import io.hone.gateway.BudgetWarned;
import io.hone.gateway.BudgetsSpent;
import io.hone.gateway.Money;
import io.hone.gateway.ProviderChanged;
import io.hone.http.Json;
import io.hone.http.Uuids;
import io.hone.metrics.Metrics;
import io.hone.sessions.Session;
import io.hone.sessions.SessionChanged;
import io.hone.sessions.StepsRecorded;
import io.hone.settings.Settings;
import jakarta.websocket.SendResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LiveTest {

    private static final long PATIENCE_SECONDS = 30;

    /** A client that takes everything at once. */
    private final class Client {
        private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
        private final LiveConnection connection = new LiveConnection(
                (text, done) -> {
                    messages.add(read(text));
                    done.accept(new SendResult());
                },
                counts,
                256,
                Identities.named("ada"),
                () -> closed().countDown());

        private final CountDownLatch closed = new CountDownLatch(1);

        private CountDownLatch closed() {
            return closed;
        }

        /** The next message of a type; those of other types are passed over. */
        JsonNode next(String type) {
            try {
                JsonNode message;
                do {
                    message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                    assertThat(message).as("a message of type " + type).isNotNull();
                } while (!message.get("type").asText().equals(type));
                return message;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        String nextEvent() {
            return next("event").get("event").asText();
        }
    }

    private final LiveCounts counts = new LiveCounts(new Metrics());
    private final Set<String> ended = ConcurrentHashMap.newKeySet();
    private final AtomicLong cacheReads = new AtomicLong();
    private final Live live = new Live(
            Settings.defaults(),
            identity -> !ended.contains(identity.name()),
            () -> CacheNewsTest.state(cacheReads.get()),
            new SettableClock(Instant.parse("2026-11-20T12:00:00Z")));

    @AfterEach
    void close() {
        live.close();
    }

    @Test
    void add_greets() {
        Client client = client();

        JsonNode hello = client.next("hello");
        assertThat(hello.get("heartbeat_seconds").asInt()).isEqualTo(20);
        assertThat(hello.get("seq").isIntegralNumber()).isTrue();
        assertThat(live.connections()).isEqualTo(1);
    }

    @Test
    void spending_isMerged_andWarningsAreToldAtOnce() {
        Client client = subscribed("budgets", "providers");
        UUID one = Uuids.create();
        UUID two = Uuids.create();
        Instant noon = Instant.parse("2026-11-20T12:00:00Z");
        Budget budget = new Budget(
                one,
                BudgetScope.PROJECT,
                "vision",
                Money.ofUsd("5"),
                BudgetPeriod.DAY,
                BudgetAction.BLOCK,
                noon,
                "ada",
                noon,
                1);

        live.budgetsSpent(new BudgetsSpent(List.of(one)));
        live.budgetsSpent(new BudgetsSpent(List.of(one, two)));
        live.budgetWarned(new BudgetWarned(budget, 90, Money.ofUsd("4.5"), noon.plusSeconds(60)));
        live.providerChanged(new ProviderChanged("openai", 2, false));

        JsonNode warned = client.next("event");
        assertThat(warned.get("event").asText()).isEqualTo("budget.warned");
        assertThat(warned.at("/data/budget/subject").asText()).isEqualTo("vision");
        assertThat(warned.at("/data/percent").asInt()).isEqualTo(90);
        assertThat(warned.at("/data/spent_usd").asText()).isEqualTo("4.5");
        assertThat(client.next("event").at("/data/name").asText()).isEqualTo("openai");
        JsonNode spent = client.next("event");
        assertThat(spent.get("event").asText()).isEqualTo("budgets.spent");
        assertThat(spent.at("/data/ids"))
                .extracting(JsonNode::asText)
                .containsExactlyInAnyOrder(one.toString(), two.toString());

        live.budgetsSpent(new BudgetsSpent(List.of(two)));
        live.budgetChanged(new BudgetChanged(one, 2, true));
        assertThat(client.nextEvent()).isEqualTo("budget.changed");
        assertThat(client.next("event").at("/data/ids/0").asText()).isEqualTo(two.toString());
    }

    @Test
    void sessionChanged_isToldToItsTopicAndToTheList() {
        Client client = subscribed("sessions");
        Client ofSession = subscribed(Topics.session(session(1).id()));

        live.sessionChanged(new SessionChanged(session(1), SessionChanged.Kind.CREATED));
        live.sessionChanged(new SessionChanged(session(2), SessionChanged.Kind.CHANGED));

        JsonNode created = client.next("event");
        assertThat(created.get("event").asText()).isEqualTo("session.created");
        assertThat(created.get("topic").asText()).isEqualTo("sessions");
        assertThat(created.get("data").get("version").asLong()).isEqualTo(1);
        assertThat(client.nextEvent()).isEqualTo("session.changed");
        assertThat(ofSession.nextEvent()).isEqualTo("session.created");
        assertThat(ofSession.nextEvent()).isEqualTo("session.changed");
    }

    @Test
    void stepsRecorded_burst_isMerged() {
        String topic = Topics.session(session(1).id());
        Client client = subscribed(topic);

        for (int version = 1; version <= 5; version++) {
            live.stepsRecorded(new StepsRecorded(session(version), MetricsNewsTest.steps(version, 1)));
        }

        List<Long> told = new ArrayList<>();
        while (told.size() < 5) {
            client.next("event"); // session.metrics
            JsonNode steps = client.next("event");
            assertThat(steps.get("event").asText()).isEqualTo("session.steps");
            steps.get("data").get("steps").forEach(step -> told.add(step.get(0).asLong()));
        }
        assertThat(told).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void changes_ofOtherFeatures_areTold() {
        Client client = subscribed("criteria", "settings", "dashboard");

        live.criteriaChanged(new CriteriaChanged("edge", 2, false));
        live.settingChanged(new SettingChanged("hone.slow-request-ms"));
        live.sessionChanged(new SessionChanged(session(1), SessionChanged.Kind.CREATED));

        JsonNode criteria = client.next("event");
        assertThat(criteria.get("event").asText()).isEqualTo("criteria.changed");
        assertThat(criteria.get("data").get("name").asText()).isEqualTo("edge");
        assertThat(criteria.get("data").get("version").asInt()).isEqualTo(2);
        assertThat(client.next("event").get("data").get("key").asText()).isEqualTo("hone.slow-request-ms");
        assertThat(client.nextEvent()).isEqualTo("dashboard.changed");
    }

    @Test
    void caches_areToldToEachWhoSubscribes_andWhenTheyDidSomething() {
        Client first = subscribed("caches");
        JsonNode all = first.next("event");
        assertThat(all.get("event").asText()).isEqualTo("caches.changed");
        assertThat(all.at("/data/caches")).hasSize(2);

        cacheReads.set(5);
        JsonNode changed = first.next("event");
        assertThat(changed.at("/data/caches")).hasSize(1);
        assertThat(changed.at("/data/caches/0/requests").asLong()).isEqualTo(5);

        Client second = subscribed("caches");
        assertThat(second.next("event").at("/data/caches")).hasSize(2);
    }

    @Test
    void caches_areNotKeptForThoseWhoResume() {
        Client before = subscribed("caches", "criteria");
        live.criteriaChanged(new CriteriaChanged("edge", 1, false));
        JsonNode event;
        do {
            event = before.next("event");
        } while (!event.get("topic").asText().equals("caches"));
        live.criteriaChanged(new CriteriaChanged("edge", 2, false));

        Client again = client();
        live.subscribe(
                again.connection,
                List.of("caches", "criteria"),
                event.get("seq").asLong() - 1);

        // What was missed comes first, and then the caches as they are now.
        assertThat(again.next("subscribed").get("resumed").asBoolean()).isTrue();
        assertThat(again.next("event").get("topic").asText()).isEqualTo("criteria");
        JsonNode next = again.next("event");
        assertThat(next.get("topic").asText()).isEqualTo("caches");
        assertThat(next.at("/data/caches")).hasSize(2);
    }

    @Test
    void subscribe_withTheLastNumber_resumes() {
        Client before = subscribed("criteria");
        live.criteriaChanged(new CriteriaChanged("edge", 1, false));
        long seen = before.next("event").get("seq").asLong();
        live.criteriaChanged(new CriteriaChanged("edge", 2, false));
        live.criteriaChanged(new CriteriaChanged("edge", 3, false));

        Client again = client();
        live.subscribe(again.connection, List.of("criteria"), seen);

        assertThat(again.next("subscribed").get("resumed").asBoolean()).isTrue();
        assertThat(again.next("event").get("data").get("version").asInt()).isEqualTo(2);
        assertThat(again.next("event").get("data").get("version").asInt()).isEqualTo(3);
    }

    @Test
    void subscribe_withANumberFromBeforeTheStart_isToldToReload() {
        Client client = client();

        live.subscribe(client.connection, List.of("criteria"), 1);

        assertThat(client.next("subscribed").get("resumed").asBoolean()).isFalse();
    }

    @Test
    void remove_hearsNothingMore() {
        Client gone = subscribed("criteria");
        Client stays = subscribed("criteria");

        live.remove(gone.connection);
        live.criteriaChanged(new CriteriaChanged("edge", 1, false));
        stays.next("event");

        assertThat(gone.messages).isEmpty();
        assertThat(live.connections()).isEqualTo(1);
        assertThat(counts.snapshot().subscriptions()).containsEntry("criteria", 1);
    }

    @Test
    void accessChanged_endsTheConnectionsOfThoseWithoutAccess() throws InterruptedException {
        Client client = client();
        live.accessChanged(new AccessChanged());
        client.next("hello");
        assertThat(client.closed().getCount()).isEqualTo(1);

        ended.add("ada");
        live.accessChanged(new AccessChanged());

        assertThat(client.closed().await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void event_oneConnectionIsBroken_reachesAllOthers() {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(subscribed("criteria"));
            LiveConnection breaking = new LiveConnection(
                    (text, done) -> {
                        if (text.contains("criteria.changed")) {
                            throw new IllegalStateException("The connection has been closed.");
                        }
                        done.accept(new SendResult());
                    },
                    counts,
                    256,
                    Identities.named("ada"),
                    () -> {});
            breaking.subscribe(List.of("criteria"));
            live.add(breaking);
        }

        live.criteriaChanged(new CriteriaChanged("edge", 1, false));
        Client last = client();
        last.next("hello"); // whatever was told before has been sent

        assertThat(clients).allSatisfy(client -> assertThat(client.messages).hasSize(1));
    }

    private Client client() {
        Client client = new Client();
        live.add(client.connection);
        return client;
    }

    private Client subscribed(String... topics) {
        Client client = client();
        live.subscribe(client.connection, List.of(topics), -1);
        assertThat(client.next("subscribed").get("resumed").asBoolean()).isFalse();
        return client;
    }

    private static Session session(long version) {
        return MetricsNewsTest.session(version);
    }

    private static JsonNode read(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
