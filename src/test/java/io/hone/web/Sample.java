package io.hone.web;

/** Data that several tests report. */
final class Sample {

    /** Foreign text that runs, closes what it stands in, turns the line around and never ends, if it is let. */
    static final String HOSTILE = "\"><script>document.body.dataset.broken = 1</script>"
            + "<img src=x onerror=alert(1)>${7*7}{{7*7}}\u202Edlrow\u202C &amp; 'done'";

    private Sample() {}

    /** One criterion as the API takes it. */
    record Criterion(String metric, String op, double value, String relativeTo) {}

    /** A criterion on an absolute bound. */
    static Criterion bound(String metric, String operator, double value) {
        return new Criterion(metric, operator, value, null);
    }

    /** A criterion on a bound that is a factor of the baseline's value. */
    static Criterion ofBaseline(String metric, String operator, double factor) {
        return new Criterion(metric, operator, factor, "baseline");
    }
}
