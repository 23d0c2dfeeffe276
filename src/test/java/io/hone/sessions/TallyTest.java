package io.hone.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TallyTest {

    /** One thing to count; which one says the kind. */
    record Counted(int which, String name, long n) {}

    @Property(tries = 300)
    void encode_anyCounts_comeBackAndAddUp(
            @ForAll("counted") List<Counted> some, @ForAll("counted") List<Counted> others) {
        Tally both = of(some);
        both.add(of(others));

        Tally read = new Tally();
        read.addEncoded(of(some).encode());
        read.addEncoded(of(others).encode());

        assertThat(read.named()).isEqualTo(both.named());
    }

    @Property(tries = 100)
    void add_whatIsTakenAwayAgain_leavesNothing(@ForAll("counted") List<Counted> some) {
        Tally tally = of(some);

        tally.add(of(some.stream()
                .map(counted -> new Counted(counted.which(), counted.name(), -counted.n()))
                .toList()));

        assertThat(tally.isEmpty()).isTrue();
        assertThat(tally.encode()).hasSizeLessThan(60);
    }

    @Example
    void addEncoded_damagedBytes_isRefused() {
        byte[] bytes = of(List.of(new Counted(0, "running", 3), new Counted(3, "resnet", 1)))
                .encode();
        byte[] unknown = bytes.clone();
        unknown[0] = 9;

        for (byte[] damaged : new byte[][] {{}, Arrays.copyOf(bytes, bytes.length - 1), unknown}) {
            assertThatIllegalStateException().isThrownBy(() -> new Tally().addEncoded(damaged));
        }
    }

    @Provide
    Arbitrary<List<Counted>> counted() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 4),
                        Arbitraries.of("running", "größe", "模型", "a b", ""),
                        Arbitraries.longs().between(-1_000_000_000_000L, 1_000_000_000_000L))
                .as(Counted::new)
                .list()
                .ofMaxSize(20);
    }

    private static Tally of(List<Counted> all) {
        Tally tally = new Tally();
        for (Counted counted : all) {
            switch (counted.which()) {
                case 0 -> tally.add(Tally.Kind.STATUS, counted.name(), counted.n());
                case 1 -> tally.add(Tally.Kind.FAILURE, counted.name(), counted.n());
                case 2 -> tally.addModel(counted.name(), counted.n(), counted.n() / 2, counted.n() / 3);
                case 3 -> tally.addDuration(Math.abs(counted.n()), Long.signum(counted.n()));
                default -> tally.add(Tally.Kind.VERDICT, "met", counted.n());
            }
        }
        return tally;
    }
}
