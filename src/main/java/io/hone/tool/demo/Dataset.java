package io.hone.tool.demo;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Labelled points in the plane. Immutable: callers must not write to the arrays it hands out. */
final class Dataset {

    /** Features of a point: its two coordinates. */
    static final int FEATURES = 2;

    private static final double TURNS = 0.9;
    private static final double INNER_RADIUS = 0.12;

    private final float[][] points;
    private final int[] labels;
    private final int classes;

    private Dataset(float[][] points, int[] labels, int classes) {
        this.points = points;
        this.labels = labels;
        this.classes = classes;
    }

    /**
     * Generates interleaved spiral arms, one class each. Every arm winds 0.9 times around the origin, so no straight
     * line parts it from its neighbours.
     *
     * @param count   number of points, 1 or more; classes take turns, then the order is shuffled
     * @param classes number of arms, 2 or more
     * @param noise   standard deviation of the normal noise on each coordinate; the arms end at radius 1
     * @param seed    the same seed gives the same points
     */
    static Dataset spirals(int count, int classes, double noise, long seed) {
        if (count < 1 || classes < 2) {
            throw new IllegalArgumentException(
                    "count is %d, not 1 or more, or classes is %d, not 2 or more".formatted(count, classes));
        }
        SplittableRandom random = new SplittableRandom(seed);
        float[][] points = new float[count][];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            int label = i % classes;
            double along = random.nextDouble();
            double radius = INNER_RADIUS + (1 - INNER_RADIUS) * along;
            double angle = 2 * Math.PI * ((double) label / classes + TURNS * along);
            points[i] = new float[] {
                (float) (radius * Math.cos(angle) + noise * random.nextGaussian()),
                (float) (radius * Math.sin(angle) + noise * random.nextGaussian())
            };
            labels[i] = label;
        }
        shuffle(points, labels, random);
        return new Dataset(points, labels, classes);
    }

    /** Fisher and Yates, in Durstenfeld's form (1964). */
    private static void shuffle(float[][] points, int[] labels, SplittableRandom random) {
        for (int i = points.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            float[] point = points[i];
            points[i] = points[j];
            points[j] = point;
            int label = labels[i];
            labels[i] = labels[j];
            labels[j] = label;
        }
    }

    /** Returns the points from index {@code from} (inclusive) to {@code to} (exclusive). */
    Dataset slice(int from, int to) {
        return new Dataset(Arrays.copyOfRange(points, from, to), Arrays.copyOfRange(labels, from, to), classes);
    }

    int size() {
        return labels.length;
    }

    int classes() {
        return classes;
    }

    float[] point(int index) {
        return points[index];
    }

    /** The class of a point, 0 to {@code classes() - 1}. */
    int label(int index) {
        return labels[index];
    }
}
