package io.hone.sessions;

import static io.hone.sessions.Downsampling.largestTriangleThreeBuckets;
import static org.assertj.core.api.Assertions.assertThat;

import io.hone.sessions.StepRepository.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DownsamplingTest {

    @Test
    void points_notMoreThanWanted_areLeftAlone() {
        List<Point> points = points(5, step -> step);

        assertThat(largestTriangleThreeBuckets(points, 5)).isSameAs(points);
        assertThat(largestTriangleThreeBuckets(List.of(), 3)).isEmpty();
    }

    @Test
    void points_oneTooMany_losesOne() {
        List<Point> points = points(6, step -> step * step);

        assertThat(largestTriangleThreeBuckets(points, 5))
                .hasSize(5)
                .startsWith(points.get(0))
                .endsWith(points.get(5));
    }

    /** Worked out by hand: two buckets of two points; areas with the averages 2.5 and 5 of what follows. */
    @Test
    void points_sixOfWhichFour_areThoseOfTheLargestTriangles() {
        List<Point> points = values(0, 5, 1, 1, 4, 0);

        assertThat(largestTriangleThreeBuckets(points, 4))
                .extracting(Point::step)
                .containsExactly(0L, 1L, 4L, 5L);
    }

    @Test
    void points_peak_survives() {
        List<Point> points = points(10_000, step -> step == 7_777 ? 1_000 : Math.sin(step / 50.0));

        assertThat(largestTriangleThreeBuckets(points, 50)).contains(points.get(7_777));
    }

    @Test
    void points_gapOfNaN_staysVisible() {
        List<Point> points = points(1_000, step -> step >= 400 && step < 600 ? Double.NaN : 1);

        assertThat(largestTriangleThreeBuckets(points, 20)).hasSize(20).anySatisfy(point -> assertThat(point.value())
                .isNaN());
    }

    @Test
    void points_singleNaN_givesWayToAFiniteNeighbour() {
        List<Point> points = points(1_000, step -> step % 10 == 0 && step > 0 && step < 999 ? Double.NaN : step);

        assertThat(largestTriangleThreeBuckets(points, 20))
                .allSatisfy(point -> assertThat(point.value()).isFinite());
    }

    @Test
    void points_noneFinite_areStillChosen() {
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            assertThat(largestTriangleThreeBuckets(points(100, step -> value), 10))
                    .hasSize(10);
        }
    }

    @Test
    void points_ofExtremeSize_doNotFail() {
        List<Point> points = new ArrayList<>();
        for (long i = 0; i < 100; i++) {
            points.add(new Point(i * (Long.MAX_VALUE / 100), i, i % 2 == 0 ? Double.MAX_VALUE : -Double.MAX_VALUE));
        }

        assertThat(largestTriangleThreeBuckets(points, 10)).hasSize(10).isSubsetOf(points);
    }

    @Test
    void points_million_areReduced() {
        List<Point> points = points(1_000_000, step -> step == 500_000 ? 50 : Math.cos(step / 1e4));

        List<Point> chosen = largestTriangleThreeBuckets(points, 1_000);

        assertThat(chosen).hasSize(1_000).contains(points.get(500_000));
        assertThat(steps(chosen)).isSorted();
    }

    @Property
    void chosen_isAnOrderedSubsetOfExactSizeWithBothEnds(
            @ForAll("series") List<Point> points, @ForAll @IntRange(min = 3, max = 40) int wanted) {
        List<Point> chosen = largestTriangleThreeBuckets(points, wanted);

        assertThat(chosen).hasSize(Math.min(wanted, points.size())).isSubsetOf(points);
        assertThat(new TreeSet<>(steps(chosen))).containsExactlyElementsOf(steps(chosen));
        assertThat(chosen.get(0)).isEqualTo(points.get(0));
        assertThat(chosen.get(chosen.size() - 1)).isEqualTo(points.get(points.size() - 1));
    }

    @Provide
    Arbitrary<List<Point>> series() {
        Arbitrary<Double> values = Arbitraries.oneOf(
                Arbitraries.doubles(),
                Arbitraries.doubles().between(-1, 1),
                Arbitraries.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.0));
        return Arbitraries.longs()
                .greaterOrEqual(0)
                .set()
                .ofMinSize(1)
                .ofMaxSize(120)
                .flatMap(steps -> values.list().ofSize(steps.size()).map(list -> {
                    List<Point> points = new ArrayList<>();
                    new TreeSet<>(steps).forEach(step -> points.add(new Point(step, 0, list.get(points.size()))));
                    return points;
                }));
    }

    private static List<Point> points(int count, LongToDoubleFunction value) {
        return LongStream.range(0, count)
                .mapToObj(step -> new Point(step, step, value.applyAsDouble(step)))
                .toList();
    }

    private static List<Point> values(double... values) {
        return points(values.length, step -> values[(int) step]);
    }

    private static List<Long> steps(List<Point> points) {
        return points.stream().map(Point::step).toList();
    }
}
