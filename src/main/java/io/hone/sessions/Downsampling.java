package io.hone.sessions;

import io.hone.sessions.StepRepository.Point;
import java.util.ArrayList;
import java.util.List;

/**
 * Largest-Triangle-Three-Buckets: keeps the points that shape a line chart (S. Steinarsson, "Downsampling Time Series
 * for Visual Representation", University of Iceland 2013, section 4.2). First and last point stay.
 *
 * <p>Beyond the paper: a value that is not finite has no place in a triangle, so such a point counts as area 0; where a
 * bucket has no finite point, its first is kept, so that a gap in the data stays visible.
 */
final class Downsampling {

    private Downsampling() {}

    /**
     * At most {@code wanted} of the points, in their order.
     *
     * @param points in the order of their steps
     * @param wanted 3 or more
     */
    static List<Point> largestTriangleThreeBuckets(List<Point> points, int wanted) {
        if (points.size() <= wanted) {
            return points;
        }
        List<Point> kept = new ArrayList<>(wanted);
        kept.add(points.get(0));
        double bucketSize = (double) (points.size() - 2) / (wanted - 2);
        Point last = points.get(0);
        for (int bucket = 0; bucket < wanted - 2; bucket++) {
            int start = (int) (bucket * bucketSize) + 1;
            int end = (int) ((bucket + 1) * bucketSize) + 1;
            int afterEnd = Math.min((int) ((bucket + 2) * bucketSize) + 1, points.size());
            Point average = average(points, end, Math.max(afterEnd, end + 1));
            last = largest(points, start, end, last, average);
            kept.add(last);
        }
        kept.add(points.get(points.size() - 1));
        return kept;
    }

    private static Point largest(List<Point> points, int start, int end, Point before, Point after) {
        Point best = points.get(start);
        double bestArea = -1;
        for (int i = start; i < end; i++) {
            Point candidate = points.get(i);
            double area = Double.isFinite(candidate.value()) ? area(before, candidate, after) : -1;
            if (area > bestArea) {
                bestArea = area;
                best = candidate;
            }
        }
        return best;
    }

    private static double area(Point a, Point b, Point c) {
        double ay = Double.isFinite(a.value()) ? a.value() : b.value();
        double cy = Double.isFinite(c.value()) ? c.value() : b.value();
        double doubled = (a.step() - (double) c.step()) * (b.value() - ay) - (a.step() - (double) b.step()) * (cy - ay);
        return Math.abs(doubled) / 2;
    }

    private static Point average(List<Point> points, int start, int end) {
        double steps = 0;
        double values = 0;
        int finite = 0;
        for (int i = start; i < end; i++) {
            Point point = points.get(i);
            steps += point.step();
            if (Double.isFinite(point.value())) {
                values += point.value();
                finite++;
            }
        }
        return new Point((long) (steps / (end - start)), 0, finite == 0 ? Double.NaN : values / finite);
    }
}
