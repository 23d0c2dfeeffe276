package io.hone.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hone.audit.SettableClock;
import io.hone.responses.Adaptation.Kind;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptationsTest {

    private static final long MINUTE = TimeUnit.MINUTES.toMillis(1);
    private static final String BOUNDED =
            "[{'pattern': '/a', 'ttl_seconds': 60, 'min_ttl_seconds': 10, 'max_ttl_seconds': 600}]";

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-20T12:00:00Z"));
    private final Settings settings = Settings.defaults();
    private final TestRules rules = new TestRules().set(BOUNDED);
    private double dice = 1;
    private final Adaptations adaptations = new Adaptations(rules, settings, clock, () -> dice);
    private int made;

    @Test
    void ttl_reloadsFindNothingNew_growsToTheRulesMost() {
        AnswerGroup group = group();
        reload(group, 11, 0, 1);
        assertThat(ttl(group)).isEqualTo(90_000);
        reload(group, 100, 0, 1);
        assertThat(ttl(group)).isEqualTo(600_000);
        Adaptation first = adaptations.shown().get(adaptations.shown().size() - 1);
        assertThat(first)
                .isEqualTo(new Adaptation(
                        clock.instant(),
                        "/a",
                        "/a/{id}",
                        Kind.LONGER,
                        60.0,
                        90.0,
                        "0 of 10 reloads found a change; at 1.0 ms to make an answer, 1.0 are accepted"));
        assertThat(adaptations.count()).isEqualTo(adaptations.shown().size()).isEqualTo(6);
    }

    @Test
    void ttl_reloadsFindChanges_shrinksToTheRulesLeast() {
        AnswerGroup group = group();
        reload(group, 11, 1, 1);
        assertThat(ttl(group)).isEqualTo(30_000);
        reload(group, 100, 1, 1);
        assertThat(ttl(group)).isEqualTo(10_000);
        assertThat(adaptations.shown()).extracting(Adaptation::kind).containsOnly(Kind.SHORTER);
    }

    /** Every fifth reload finds a change: too many for what is made in a millisecond, few for what takes ten seconds. */
    @Test
    void ttl_sameChanges_growsForTheSlowAlone() {
        AnswerGroup quick = adaptations.group(rule(), "/quick");
        AnswerGroup slow = adaptations.group(rule(), "/slow");
        reload(quick, 41, 5, 1);
        reload(slow, 41, 5, 10_000);
        assertThat(ttl(quick)).isEqualTo(10_000);
        assertThat(ttl(slow)).isEqualTo(303_750);
    }

    @ParameterizedTest
    @CsvSource({"0, 0.1", "1, 0.1", "10, 0.2", "100, 0.3", "1000, 0.4", "10000, 0.5", "1000000, 0.5"})
    void accepted_growsWithTheCost(double loadMs, double share) {
        assertThat(AnswerGroup.accepted(loadMs)).isCloseTo(share, within(1e-9));
    }

    @Test
    void ttl_betweenTheBounds_stays() {
        AnswerGroup group = group();
        // 1 of 10, accepted is 1.0.
        reload(group, 41, 10, 1);
        assertThat(ttl(group)).isEqualTo(60_000);
        assertThat(adaptations.count()).isZero();
    }

    /** A tag had told of these changes: they say nothing about time. */
    @Test
    void ttl_changesAfterWrites_doNotCount() {
        AnswerGroup group = group();
        for (int i = 0; i < 100; i++) {
            adaptations.made(group, "key", answer(group, "\"" + i + '"', i, 1), MINUTE);
        }
        assertThat(ttl(group)).isEqualTo(MINUTE);
        assertThat(only().groups().get(0).changed()).isZero();
    }

    @Test
    void ttl_differentKeys_areNotCompared() {
        AnswerGroup group = group();
        for (int i = 0; i < 100; i++) {
            adaptations.made(group, "key " + i, answer(group, "\"" + i + '"', 0, 1), MINUTE);
        }
        assertThat(ttl(group)).isEqualTo(MINUTE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"[{'pattern': '/a', 'ttl_seconds': 60}]", "[{'pattern': '/a', 'ttl_seconds': 60, 'smart': false}]"
            })
    void ttl_noBoundsOrNotSmart_isTheRules(String written) {
        rules.set(written);
        AnswerGroup group = group();
        reload(group, 100, 0, 1);
        assertThat(ttl(group)).isEqualTo(MINUTE);
        assertThat(adaptations.count()).isZero();
    }

    @Test
    void ttl_switchedOff_isTheRulesAgain() {
        AnswerGroup group = group();
        reload(group, 11, 0, 1);
        settings.store(SettingsCatalogue.RESPONSE_SMART, "false");
        assertThat(ttl(group)).isEqualTo(MINUTE);
        assertThat(only().groups().get(0).ttlSeconds()).isEqualTo(60);
        reload(group, 100, 0, 1);
        assertThat(adaptations.count()).isEqualTo(1);
        settings.store(SettingsCatalogue.RESPONSE_SMART, null);
        assertThat(ttl(group)).isEqualTo(90_000);
    }

    @Test
    void ttl_otherTimeOfTheRule_beginsAnew() {
        AnswerGroup group = group();
        reload(group, 11, 0, 1);
        assertThat(adaptations.ttlMs(group, 2 * MINUTE)).isEqualTo(2 * MINUTE);
        assertThat(adaptations.ttlMs(group, 20 * MINUTE)).isEqualTo(600_000);
    }

    @Test
    void rule_thatSavesNothing_isLeftOut_andTriedAgain_everLater() {
        AnswerGroup group = group();
        store(group, 50);
        nextPeriod(group);
        assertThat(adaptations.isLeftOut(rule())).isFalse();
        store(group, 50);
        nextPeriod(group);
        assertThat(adaptations.isLeftOut(rule())).isTrue();
        assertThat(only().state()).isEqualTo("left_out");
        assertThat(only().leftOutUntil()).isEqualTo(clock.instant().plus(RuleWorth.FIRST_PAUSE));
        assertThat(adaptations.shown().get(0).reason())
                .isEqualTo("0 hits on 51 kept answers saved 0.0 ms, 0.00 ms for each MiB held; tried again after 1 h");

        clock.advance(RuleWorth.FIRST_PAUSE.minusMillis(1));
        assertThat(adaptations.isLeftOut(rule())).isTrue();
        clock.advance(Duration.ofMillis(1));
        assertThat(adaptations.isLeftOut(rule())).isFalse();
        assertThat(only().state()).isEqualTo("on_trial");

        store(group, 50);
        nextPeriod(group);
        assertThat(adaptations.isLeftOut(rule())).isTrue();
        assertThat(only().leftOutUntil()).isEqualTo(clock.instant().plus(Duration.ofHours(2)));
        clock.advance(Duration.ofHours(2));
        assertThat(adaptations.isLeftOut(rule())).isFalse();

        store(group, 50);
        group.hit(TimeUnit.SECONDS.toNanos(1));
        nextPeriod(group);
        assertThat(adaptations.isLeftOut(rule())).isFalse();
        assertThat(only().state()).isEqualTo("kept");
        assertThat(adaptations.shown())
                .extracting(Adaptation::kind)
                .containsExactly(Kind.KEPT, Kind.ON_TRIAL, Kind.LEFT_OUT, Kind.ON_TRIAL, Kind.LEFT_OUT);
    }

    /** Enough to stay, not enough to come back. */
    @Test
    void rule_atTheEdge_doesNotGoBackAndForth() {
        AnswerGroup group = group();
        group.bytes.add(1 << 20);
        long saved = TimeUnit.MICROSECONDS.toNanos(1_500);
        for (int period = 0; period < 5; period++) {
            store(group, 50);
            group.hit(saved);
            nextPeriod(group);
            assertThat(adaptations.isLeftOut(rule())).isFalse();
        }
        for (int period = 0; period < 2; period++) {
            store(group, 50);
            nextPeriod(group);
        }
        assertThat(adaptations.isLeftOut(rule())).isTrue();
        clock.advance(RuleWorth.FIRST_PAUSE);
        assertThat(adaptations.isLeftOut(rule())).isFalse();
        store(group, 50);
        group.hit(saved);
        nextPeriod(group);
        assertThat(adaptations.isLeftOut(rule())).isTrue();
    }

    @Test
    void rule_ofFewAnswers_isNotJudged() {
        AnswerGroup group = group();
        for (int period = 0; period < 40; period++) {
            store(group, 0);
            nextPeriod(group);
        }
        assertThat(adaptations.isLeftOut(rule())).isFalse();
    }

    @Test
    void rule_notSmart_isNeverLeftOut() {
        rules.set("[{'pattern': '/a', 'ttl_seconds': 60, 'smart': false}]");
        leaveOut();
        assertThat(adaptations.isLeftOut(rule())).isFalse();
    }

    @Test
    void leftOut_switchedOff_isKeptAgain() {
        leaveOut();
        assertThat(adaptations.isLeftOut(rule())).isTrue();
        settings.store(SettingsCatalogue.RESPONSE_SMART, "false");
        assertThat(adaptations.isLeftOut(rule())).isFalse();
        settings.store(SettingsCatalogue.RESPONSE_SMART, null);
        assertThat(adaptations.isLeftOut(rule())).isFalse();
    }

    @Test
    void rules_writtenAgainAsTheyWere_keepWhatIsKnown_othersDoNot() {
        AnswerGroup group = group();
        reload(group, 11, 0, 1);
        rules.set(BOUNDED);
        assertThat(group()).isSameAs(group);
        assertThat(ttl(group())).isEqualTo(90_000);
        rules.set(BOUNDED.replace("600", "700"));
        assertThat(group()).isNotSameAs(group);
        assertThat(ttl(group())).isEqualTo(60_000);
    }

    @Test
    void groups_areBounded() {
        for (int i = 0; i < 2 * Adaptations.MOST_GROUPS; i++) {
            adaptations.group(rule(), "/template/" + i);
        }
        assertThat(only().groups()).hasSize(Adaptations.MOST_GROUPS + 1);
        assertThat(adaptations.group(rule(), "/one more")).isSameAs(adaptations.group(rule(), "/and one more"));
    }

    @Test
    void shown_isBounded_newestFirst() {
        AnswerGroup group = group();
        for (int i = 0; i < 2 * Adaptations.MOST_SHOWN; i++) {
            reload(group, i == 0 ? 11 : 10, i % 2, 1);
        }
        assertThat(adaptations.shown()).hasSize(Adaptations.MOST_SHOWN);
        assertThat(adaptations.count()).isGreaterThan(Adaptations.MOST_SHOWN);
    }

    /** An answer that takes 100 ms to make, with so much time left. Logarithms: of 1 is 0, of e to the -5 is -5. */
    @ParameterizedTest
    @CsvSource({
        "60000, 0.0000001, false",
        "1999, 0.0000001, false",
        "1600, 0.0000001, true",
        "501, 0.0067379, false",
        "499, 0.0067379, true",
        "1, 1, false",
        "1, 0.9, true"
    })
    void isDue_theLikelierTheNearerTheEnd(long leftMs, double thrown, boolean expected) {
        dice = thrown;
        StoredAnswer answer = answer(group(), "\"1\"", 0, 100);
        assertThat(adaptations.isDue(answer, clock.millis() + MINUTE - leftMs)).isEqualTo(expected);
        settings.store(SettingsCatalogue.RESPONSE_SMART, "false");
        assertThat(adaptations.isDue(answer, clock.millis() + MINUTE - leftMs)).isFalse();
    }

    @Test
    void report_namesEveryRule_usedOrNot() {
        rules.set("[{'pattern': '/a', 'ttl_seconds': 60}, {'pattern': '/b', 'ttl_seconds': 0}]");
        AnswerGroup group = group();
        store(group, 4);
        group.hit(TimeUnit.MILLISECONDS.toNanos(3));
        group.bytes.add(1 << 20);
        List<CacheRuleWorth> report = adaptations.rules();
        assertThat(report).extracting(CacheRuleWorth::pattern).containsExactly("/a", "/b");
        assertThat(report.get(0).hits()).isEqualTo(1);
        assertThat(report.get(0).stored()).isEqualTo(4);
        assertThat(report.get(0).score()).isEqualTo(3);
        assertThat(report.get(1).score()).isNull();
        assertThat(report.get(1).groups()).isEmpty();
    }

    private void leaveOut() {
        AnswerGroup group = group();
        for (int period = 0; period < 2; period++) {
            store(group, 50);
            nextPeriod(group);
        }
    }

    private CacheRule rule() {
        return rules.current().rules().get(0);
    }

    private AnswerGroup group() {
        return adaptations.group(rule(), "/a/{id}");
    }

    private CacheRuleWorth only() {
        return adaptations.rules().get(0);
    }

    private long ttl(AnswerGroup group) {
        return adaptations.ttlMs(group, MINUTE);
    }

    /** Makes that many answers under one key, each so many times another one; 0 for always the same. */
    private void reload(AnswerGroup group, int times, int every, long loadMs) {
        for (int i = 1; i <= times; i++) {
            made += every > 0 && i % every == 0 ? 1 : 0;
            adaptations.made(group, "key of " + group.path(), answer(group, "\"" + made + '"', 7, loadMs), MINUTE);
        }
    }

    /** Keeps answers to different questions. */
    private void store(AnswerGroup group, int times) {
        for (int i = 0; i < times; i++) {
            adaptations.made(group, "key " + made++, answer(group, "\"" + made + '"', made, 1), MINUTE);
        }
    }

    private void nextPeriod(AnswerGroup group) {
        clock.advance(Adaptations.PERIOD);
        store(group, 1);
    }

    private StoredAnswer answer(AnswerGroup group, String tag, long epoch, long loadMs) {
        return new StoredAnswer(
                new Answer(200, Fields.of("ETag", tag), new byte[10]),
                null,
                new StoredAnswer.Life(clock.millis(), MINUTE, 0),
                new StoredAnswer.Origin(
                        "/a",
                        Fields.NONE,
                        List.of(),
                        epoch,
                        group.rule().rule(),
                        group,
                        false,
                        null,
                        TimeUnit.MILLISECONDS.toNanos(loadMs)));
    }
}
