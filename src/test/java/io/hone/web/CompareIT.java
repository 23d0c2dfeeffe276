package io.hone.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.BoundingBox;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompareIT {

    private static final String PROJECT = "compare";

    @RegisterExtension
    final Web web = Web.onSharedServer();

    @Test
    void table_hasDifferingFirst_andOnlyThose() {
        Page page = web.open(address(run("table one", 0.01, 0.75), run("table two", 0.02, 0.8)));
        Locator params = page.locator("[data-test=compare-row][data-key^='params/']");
        assertThat(params.first()).hasAttribute("data-key", "params/lr");
        assertThat(params.first()).containsText("differs");
        assertThat(params.first().locator("td")).hasText(new String[] {"0.01", "0.02"});
        assertThat(row(page, "params/batch")).isVisible();
        assertThat(row(page, "params/batch")).not().containsText("differs");
        assertThat(row(page, "metrics/size_bytes").locator("td")).hasText(new String[] {"2 MB", "2 MB"});

        page.getByTestId("only-differences").check();
        assertThat(row(page, "params/batch")).hasCount(0);
        assertThat(row(page, "params/lr")).isVisible();
        assertThat(page).hasURL(Pattern.compile("only=1"));
        page.reload();
        assertThat(row(page, "metrics/accuracy")).isVisible();
        assertThat(row(page, "params/batch")).hasCount(0);

        page.getByTestId("find-line").fill("nothing is called so");
        assertThat(page.locator("main")).containsText("No name matches.");
    }

    @Test
    void cost_showsWhereProvidersWereCalled() throws Exception {
        String one = run("cost one", 0.01, 0.75);
        String two = run("cost two", 0.02, 0.8);
        String silent = run("cost silent", 0.02, 0.7);
        Page page = web.open(address(one, two, silent));
        assertThat(row(page, "metrics/accuracy")).isVisible();
        page.getByTestId("find-line").fill("cost");
        assertThat(page.locator("main")).containsText("No name matches.");
        try (PaidCalls paid = new PaidCalls(web.server())) {
            assertThat(paid.call("X-Hone-Session", one)).isEqualTo(200);
            assertThat(paid.call("X-Hone-Session", two)).isEqualTo(200);
            assertThat(paid.call("X-Hone-Session", two)).isEqualTo(200);
            paid.awaitSettled(one, 1);
            paid.awaitSettled(two, 2);
        }
        page.reload();
        page.getByTestId("baseline").selectOption(one);
        page.getByTestId("find-line").fill("cost");
        assertThat(row(page, "cost/cost_usd").locator("th")).containsText("Cost");
        Locator costs = row(page, "cost/cost_usd").locator("td");
        assertThat(costs.nth(0)).hasText("$0.005");
        assertThat(costs.nth(1)).containsText("$0.01");
        assertThat(costs.nth(1)).containsText("+$0.005 (+100%)");
        assertThat(costs.nth(2)).hasText("–");
        page.getByTestId("find-line").fill("tokens in");
        assertThat(row(page, "cost/input_tokens").locator("td").nth(1)).containsText("3,000");
        Accessibility.assertNoViolation(page, "cost compared");

        page.getByTestId("view-scatter").click();
        assertThat(page.locator("hone-compare-scatter")).containsText("Cost");
    }

    @Test
    void baseline_showsDifferenceAndPercent() {
        String base = run("base", 0.01, 0.8);
        Page page = web.open(address(base, run("better", 0.01, 0.84), run("worse", 0.02, 0.72)));
        page.getByTestId("baseline").selectOption(base);
        assertThat(page).hasURL(Pattern.compile("baseline=" + base));
        Locator accuracy = row(page, "metrics/accuracy").locator("td");
        assertThat(accuracy.nth(0)).hasText("0.8");
        assertThat(accuracy.nth(1)).containsText("+0.04 (+5%)");
        assertThat(accuracy.nth(2)).containsText("−0.08 (−10%)");
        assertThat(row(page, "metrics/size_bytes").locator("td").nth(1)).hasText("2 MB");
        assertThat(page.getByTestId("compare-head").first()).containsText("Baseline");
    }

    @Test
    void sessions_areFoundAddedAndRemoved_byKeyboard() {
        String first = run("picked first", 0.01, 0.5);
        run("picked second", 0.02, 0.6);
        Page page = web.open("/compare");
        assertThat(page.getByTestId("empty")).containsText("Nothing to compare yet");
        assertThat(page.getByTestId("empty").locator("code").first())
                .containsText(web.server().address() + "/api/v1/sessions/compare");
        Locator search = page.getByTestId("add-session");
        search.fill(first);
        search.press("Enter");
        assertThat(page.getByTestId("empty")).containsText("One more session");
        search.fill("picked second");
        assertThat(page.getByTestId("picker-option")).hasCount(1);
        Accessibility.assertNoViolation(page, "open picker");
        search.press("ArrowDown");
        search.press("Enter");
        assertThat(page.getByTestId("compare-head")).hasCount(2);
        assertThat(page.getByTestId("compare-head").last()).containsText("picked second");
        assertThat(search).hasValue("");

        // Who is there already is not offered again.
        search.fill("picked");
        assertThat(page.locator("#picker-list")).containsText("No other session matches.");
        search.press("Escape");
        page.getByTestId("remove-session").first().click();
        assertThat(page.getByTestId("empty")).containsText("One more session");
        page.goBack();
        assertThat(page.getByTestId("compare-head")).hasCount(2);
    }

    @Test
    void csv_hasWhatTableShows() throws IOException {
        String one = web.server()
                .createSession(
                        PROJECT, "=cmd|' /C calc'!A0", Map.of("params", Map.of("lr", -0.5, "text", "a,\"b\"\nc")));
        String two = web.server().createSession(PROJECT, "plain", Map.of("params", Map.of("lr", 2)));
        Page page = web.open(address(one, two));
        assertThat(page.getByTestId("compare-table")).isVisible();
        Download download = page.waitForDownload(() -> page.getByTestId("csv").click());
        assertThat(download.suggestedFilename()).isEqualTo("comparison.csv");
        String csv = Files.readString(download.path());
        assertThat(csv).startsWith("group,key,differs,'=cmd|' /C calc'!A0,plain\r\n,id,," + one + "," + two + "\r\n");
        assertThat(csv).contains("\r\nparams,lr,true,-0.5,2\r\n");
        assertThat(csv).contains("\r\nparams,text,true,\"a,\"\"b\"\"\nc\",\r\n");
    }

    @Test
    void lines_askForBoundedPointsOfEachSession_andAgainOfWhatIsZoomedInto() {
        String longRun = web.server().createSession(PROJECT, "long line");
        for (int from = 0; from < 10_000; from += 5_000) {
            List<Map<String, Object>> batch = IntStream.range(from, from + 5_000)
                    .mapToObj(step -> Map.<String, Object>of("step", step, "metrics", Map.of("loss", 1.0 / (step + 1))))
                    .toList();
            web.server().send("POST", "/sessions/" + longRun + "/steps", batch);
        }
        String shortRun = run("short line", 0.1, 0.5);
        web.server().report(shortRun, 10, Map.of("loss", 0.5));
        List<String> asked = new CopyOnWriteArrayList<>();
        web.page().onRequest(request -> {
            if (request.url().contains("/steps?")) {
                asked.add(request.url());
            }
        });
        Page page = web.open(address(longRun, shortRun) + "&view=lines&metric=loss");
        Locator chart = page.getByTestId("line-chart");
        assertThat(chart).containsText("2 lines · 1 thinned to 2,000 points");
        assertThat(asked).hasSize(2).allMatch(url -> url.endsWith("metric=loss&points=2000"));

        page.getByTestId("zoom-in").click();
        assertThat(page).hasURL(Pattern.compile("from=2500&to=7499"));
        assertThat(chart.locator("canvas").first()).isVisible();
        page.waitForCondition(() -> asked.size() == 3);
        assertThat(asked.get(2)).contains(longRun).endsWith("metric=loss&points=2000&from=2500&to=7499");
        page.getByTestId("zoom-reset").click();
        assertThat(page).not().hasURL(Pattern.compile("from="));
        assertThat(page.locator("hone-compare-lines table")).containsText("long line");
    }

    @Test
    void lines_areAskedForSixAtATime() {
        String[] ids = IntStream.range(0, 10)
                .mapToObj(i -> run("one of ten " + i, 0.1, i / 10.0))
                .toArray(String[]::new);
        List<Route> held = new CopyOnWriteArrayList<>();
        web.page().route("**/steps?**", held::add);
        Page page = web.open(address(ids) + "&view=lines");
        page.waitForCondition(() -> held.size() == 6);
        assertThat(page.getByTestId("line-chart")).containsText("Reading 10 of 10 lines…");
        held.get(0).resume();
        page.waitForCondition(() -> held.size() == 7);
        assertThat(page.getByTestId("line-chart")).containsText("Reading 9 of 10 lines…");
        IntStream.range(1, 10).forEach(i -> {
            page.waitForCondition(() -> held.size() > i);
            held.get(i).resume();
        });
        assertThat(page.getByTestId("line-chart")).containsText("10 lines");
        assertThat(held).hasSize(10);
    }

    @Test
    void lineThatCannotBeRead_isSaidAndReadAgain() {
        web.expectMessage("ERR_FAILED");
        String one = run("unlucky", 0.1, 0.5);
        AtomicBoolean broken = new AtomicBoolean(true);
        web.page().route("**/" + one + "/steps?**", route -> {
            if (broken.get()) {
                route.abort();
            } else {
                route.resume();
            }
        });
        Page page = web.open(address(one, run("lucky", 0.1, 0.6)) + "&view=lines");
        Locator notice = page.locator("hone-compare-lines .notice");
        assertThat(notice).containsText("unlucky: The server cannot be reached.");
        broken.set(false);
        notice.getByText("Retry").click();
        assertThat(notice).hasCount(0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [[1,1],[2,2],[3,0]]         | ["min","min"]       | [true,false,true]
            [[1,1],[2,2],[3,0]]         | ["max","max"]       | [false,true,true]
            [[1,1],[1,1],[2,1]]         | ["min","min"]       | [true,true,false]
            [[1,5],[2,null],[0,6]]      | ["min","min"]       | [true,false,true]
            [[1,1,9],[1,1,8],[0,2,9]]   | ["min","min","min"] | [false,true,true]
            [[1,1,9],[1,1,8],[2,2,9.5]] | ["min","min","max"] | [true,false,true]
            """)
    void paretoFront_hasWhatNothingDominates(String points, String directions, String front) {
        assertThat(web.open("/compare").evaluate("""
                async ([points, directions]) => JSON.stringify(
                  (await import('/compare/pareto.js')).paretoFront(JSON.parse(points), JSON.parse(directions)))""", List.of(points, directions)))
                .isEqualTo(front);
    }

    @Test
    void smoothing_isDebiasedMovingAverage() {
        assertThat(web.open("/compare").evaluate("""
                async () => {
                  const { smoothed } = await import('/sessions/smoothing.js');
                  const even = smoothed([[0, 1], [1, 3], [2, 5]], 0.5).map(([, y]) => y);
                  const flat = smoothed([[0, 2], [5, 2], [6, null], [90, 2]], 0.9).map(([, y]) => y);
                  const gap = smoothed([[0, 0], [1, 0], [2, 0], [100, 1]], 0.5).at(-1)[1];
                  return JSON.stringify([even, flat, gap > 0.7, smoothed([], 0.5), smoothed([[3, 4]], 0.5)]);
                }"""))
                // (3 + 1/2) / (1 + 1/2), then (5 + 3/2 + 1/4) / (1 + 1/2 + 1/4)
                .isEqualTo("[[1,2.3333333333333335,3.857142857142857],[2,2,null,2],true,[],[[3,4]]]");
    }

    @Test
    void scatter_marksFrontOfChosenDirections() {
        String small = place("small", 0.7, 10);
        String good = place("good", 0.9, 30);
        String beaten = place("beaten", 0.6, 20);
        Page page = web.open(address(small, good, beaten) + "&view=scatter&sx=metric:latency_ms&sy=metric:accuracy");
        assertThat(page.getByTestId("scatter").locator("canvas").first()).isVisible();
        assertThat(page.getByTestId("front-caption")).containsText("2 of 3 on the Pareto front");
        Locator rows = page.getByTestId("scatter-table").locator("tbody tr");
        assertThat(rows.filter(new Locator.FilterOptions().setHasText("On it")))
                .hasText(new Pattern[] {Pattern.compile("small"), Pattern.compile("good")});
        page.getByTestId("direction-y-min").click();
        assertThat(page.getByTestId("front-caption")).containsText("2 of 3 on the Pareto front");
        assertThat(rows.filter(new Locator.FilterOptions().setHasText("beaten")))
                .containsText("On it");
        page.getByTestId("objective-z").selectOption("metric:accuracy");
        page.getByTestId("direction-z-max").click();
        assertThat(page.getByTestId("front-caption")).containsText("3 of 3 on the Pareto front");
        assertThat(page).hasURL(Pattern.compile("dz=max"));
    }

    @Test
    void parallelCoordinates_narrowByLimitsAndByDragging() {
        Page page = web.open(address(run("left", 0.01, 0.5), run("middle", 0.02, 0.6), run("right", 0.03, 0.7))
                + "&view=parallel&axis=param:lr&axis=metric:accuracy");
        Locator rows = page.getByTestId("parallel-table").locator("tbody tr");
        assertThat(rows).hasCount(3);
        page.locator(".limits summary").click();
        page.getByLabel("accuracy from").fill("0.55");
        page.getByLabel("accuracy from").press("Enter");
        assertThat(rows).hasCount(2);
        assertThat(page.getByTestId("parallel-count")).hasText("2 of 3 sessions selected.");
        page.getByTestId("clear-limits").click();
        assertThat(rows).hasCount(3);

        BoundingBox box = page.getByTestId("parallel").locator("canvas").first().boundingBox();
        // The first axis stands at the left edge of the grid; its lower half holds the lowest value.
        double x = box.x + 56;
        page.mouse().move(x, box.y + box.height - 74);
        page.mouse().down();
        page.mouse().move(x, box.y + box.height - 90);
        page.mouse().move(x, box.y + box.height * 0.68);
        page.mouse().up();
        assertThat(rows).hasCount(1);
        assertThat(rows).containsText("left");
    }

    @Test
    void fiftySessionsOfTwoHundredParams_showAPartAtATime() {
        List<String> ids = IntStream.range(0, 50)
                .mapToObj(i -> {
                    Map<String, Object> params = new HashMap<>();
                    IntStream.range(0, 200)
                            .forEach(key -> params.put("param_%03d".formatted(key), key % 2 == 0 ? i : 7));
                    return web.server().createSession(PROJECT, "wide " + i, Map.of("params", params));
                })
                .toList();
        Page page = web.open(address(ids.toArray(String[]::new)));
        assertThat(page.getByTestId("compare-head")).hasCount(50);
        assertThat(row(page, "fields/model")).isVisible();
        assertThat((Integer) page.evaluate("document.querySelectorAll('.compare-table td').length"))
                .isBetween(500, 2_500);
        page.evaluate("document.querySelector('[data-test=only-differences]').click()");
        assertThat(row(page, "fields/model")).hasCount(0);
        page.evaluate("document.querySelector('.compare-scroll').scrollTop = 3000");
        assertThat(row(page, "params/param_198")).isVisible();
        page.getByTestId("find-line").fill("param_100");
        assertThat(page.getByTestId("compare-row")).hasCount(1);
        page.evaluate("document.querySelector('[data-test=view-parallel]').click()");
        assertThat(page.getByTestId("parallel").locator("canvas").first()).isVisible();
    }

    @Test
    void changes_areSeenLive() {
        String one = run("live one", 0.01, 0.5);
        Page page = web.open(address(one, run("live two", 0.01, 0.5)));
        assertThat(row(page, "metrics/accuracy").locator("td").first()).hasText("0.5");
        web.mark();
        web.server().report(one, 7, Map.of("accuracy", 0.625));
        assertThat(row(page, "metrics/accuracy").locator("td").first()).hasText("0.625");
        web.assertNotReloaded();
    }

    @Test
    void sessionThatDoesNotExist_isLeftOut() {
        web.expectMessage("the server responded with a status of 404");
        String gone = "0198c0de-0000-7000-8000-000000000000";
        Page page = web.open(address(run("there", 0.01, 0.5), gone, run("there too", 0.01, 0.5)));
        assertThat(page.getByTestId("unknown-sessions")).containsText(gone);
        page.getByTestId("go-on-without").click();
        assertThat(page.getByTestId("compare-head")).hasCount(2);
    }

    @Test
    void foreignText_isShownAsTextAndRunsNothing() {
        String key = Sample.HOSTILE.substring(0, 90);
        String one = web.server()
                .createSession(
                        PROJECT,
                        Sample.HOSTILE,
                        Map.of("params", Map.of(key, Sample.HOSTILE), "tags", Map.of(key, "x")));
        web.server().report(one, 0, Map.of(key, 1, "accuracy", 2));
        Page page = web.open(address(one, run("harmless", 0.1, 0.5)));
        assertThat(page.getByTestId("compare-table")).containsText(Sample.HOSTILE.substring(0, 60));
        for (String view : new String[] {"lines", "scatter", "parallel"}) {
            page.getByTestId("view-" + view).click();
            assertThat(page.locator("main canvas").first()).isVisible();
        }
        assertThat(page.locator("main img, main script")).hasCount(0);
        assertThat(page.evaluate("document.body.dataset.broken ?? 'whole'")).isEqualTo("whole");
    }

    private String run(String name, double learningRate, double accuracy) {
        String id =
                web.server().createSession(PROJECT, name, Map.of("params", Map.of("lr", learningRate, "batch", 64)));
        web.server().report(id, 0, Map.of("accuracy", accuracy, "size_bytes", 2_000_000));
        return id;
    }

    private String place(String name, double accuracy, double latency) {
        String id = web.server().createSession(PROJECT, name);
        web.server().report(id, 0, Map.of("accuracy", accuracy, "latency_ms", latency));
        return id;
    }

    private static String address(String... ids) {
        return "/compare?ids=" + String.join(",", ids);
    }

    private static Locator row(Page page, String key) {
        return page.locator("[data-test=compare-row][data-key='" + key + "']");
    }
}
