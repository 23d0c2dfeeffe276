package io.hone.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The list as people use it, on a server with 100,000 sessions. */
class SessionManyIT {

    private static final int SESSIONS = 100_000;
    private static final int SCROLLED = 10_000;
    /** Rows in sight on a large screen, and those kept ready above and below. */
    private static final int MOST_ROWS = 60;

    @RegisterExtension
    final Web web = Web.onServerWith(SESSIONS);

    /** One test ends the server. */
    @AfterEach
    void serve() {
        web.server().startAgain();
        web.server().awaitReady();
    }

    @Test
    void people_search_filter_chooseColumns_sort_select_tag_bin_andUndo() {
        Page page = web.open("/sessions");
        assertThat(rows(page).first()).isVisible();
        web.mark();

        page.keyboard().press("/");
        page.keyboard().type("run 4242");
        assertThat(page).hasURL(Pattern.compile("q=run\\+4242$"));
        assertThat(rows(page).filter(new Locator.FilterOptions().setHasNotText("run 4242")))
                .hasCount(0);
        assertThat(rows(page).first()).isVisible();
        page.locator("#session-search").fill("");
        page.locator(".filters [name=project]").selectOption("project-3");
        page.getByTestId("filter-failed").click();
        assertThat(page).hasURL(Pattern.compile("project=project-3&status=failed$"));
        assertThat(rows(page).filter(new Locator.FilterOptions().setHasNotText("Failed")))
                .hasCount(0);

        page.getByTestId("columns").click();
        for (String column : List.of("accuracy", "latency_ms", "param:lr")) {
            page.getByTestId("column-search").fill(column);
            page.keyboard().press("Enter");
        }
        page.keyboard().press("Escape");
        page.getByTestId("sort-metric:accuracy").click();
        assertThat(page).hasURL(Pattern.compile("sort=-metric%3Aaccuracy$"));
        assertThat(page.locator("[role=columnheader][aria-sort=descending]")).containsText("accuracy");
        page.waitForCondition(() -> {
            List<Double> shown = accuracies(page);
            return !shown.isEmpty()
                    && shown.equals(shown.stream()
                            .sorted((a, b) -> Double.compare(b, a))
                            .toList());
        });

        page.locator("[data-index='0'] a").focus();
        page.keyboard().press("x");
        page.keyboard().press("Shift+ArrowDown");
        page.keyboard().press("Shift+ArrowDown");
        assertThat(page.getByTestId("bulk-count")).hasText("3 selected");
        tag(page, "looked-at", "yes");
        assertThat(page.getByTestId("bulk-notice")).containsText("3 sessions tagged");

        String best = rows(page).first().getAttribute("data-id");
        page.locator("[data-index='0'] [data-test=select]").click();
        page.getByTestId("bulk-delete").click();
        page.getByTestId("bulk-confirm").click();
        assertThat(page.locator("[data-id='" + best + "']")).hasCount(0);
        page.getByTestId("undo").click();
        assertThat(page.locator("[data-id='" + best + "']")).hasCount(1);

        // All that match: far more than are loaded.
        int matching = count("/sessions?project=project-3&status=failed&limit=500");
        page.getByTestId("select-all").click();
        page.getByTestId("select-everything").click();
        assertThat(page.getByTestId("bulk-count")).hasText("All that match");
        page.getByTestId("bulk-tag").click();
        String many = String.format(Locale.ROOT, "%,d sessions", matching);
        assertThat(page.getByTestId("bulk-dialog").locator("h2")).hasText("Tag " + many);
        page.keyboard().press("Escape");
        assertThat(page.getByTestId("bulk-dialog")).hasCount(0);
        assertThat(page.getByTestId("bulk-count")).hasText("All that match");
        tag(page, "sweep", "failed");
        assertThat(page.getByTestId("bulk-notice")).containsText(many + " tagged");
        assertThat(count("/sessions?tag=sweep:failed&limit=500")).isEqualTo(matching);
        web.assertNotReloaded();
    }

    @Test
    void tenThousandRows_scroll_withFewInTheDocument() {
        Page page = web.open("/sessions?parent=any");
        assertThat(rows(page).first()).isVisible();
        Locator scroller = page.locator(".session-scroll");
        int most = 0;
        while (loaded(page) < SCROLLED) {
            int before = loaded(page);
            scroller.evaluate("list => { list.scrollTop = list.scrollHeight; }");
            page.waitForCondition(() -> loaded(page) > before);
            most = Math.max(most, rows(page).count());
        }
        assertThat(most).isBetween(1, MOST_ROWS);
        scroller.evaluate("""
                async (list) => {
                  const frame = () => new Promise(requestAnimationFrame);
                  list.scrollTop = 0;
                  for (let i = 0; i < 120; i++) {
                    list.scrollTop += 700;
                    await frame();
                  }
                }""");
        assertThat(rows(page).count()).isBetween(1, MOST_ROWS);
        // Where the scrolling stopped, there are rows and not a void.
        assertThat(rows(page).nth(rows(page).count() / 2)).isInViewport();
    }

    @Test
    void exportCutOff_isTold_andNotSaved() {
        web.expectMessage("WebSocket connection to|net::ERR_|Failed to load resource");
        Page page = web.open("/sessions?parent=any");
        assertThat(rows(page).first()).isVisible();
        List<Download> saved = new ArrayList<>();
        page.onDownload(saved::add);
        page.getByTestId("export").click();
        page.getByTestId("export-ndjson").click();
        assertThat(page.getByTestId("export-progress")).hasText(Pattern.compile("[1-9].*B received…"));
        web.server().kill();
        assertThat(page.getByTestId("export-panel")).containsText("The download was cut off");
        assertThat(saved).isEmpty();
    }

    private void tag(Page page, String key, String value) {
        page.getByTestId("bulk-tag").click();
        page.getByTestId("tag-key").fill(key);
        page.getByTestId("tag-value").fill(value);
        page.getByTestId("bulk-confirm").click();
        assertThat(page.getByTestId("bulk-dialog")).hasCount(0);
    }

    private int count(String path) {
        int count = 0;
        JsonNode answer;
        String cursor = "";
        do {
            answer = web.server().send("GET", path + cursor, null);
            count += answer.get("items").size();
            cursor = "&cursor=" + answer.path("next_cursor").asText();
        } while (!answer.get("next_cursor").isNull());
        return count;
    }

    private static List<Double> accuracies(Page page) {
        return rows(page).locator(".cell-metric:nth-of-type(8)").allInnerTexts().stream()
                .map(Double::valueOf)
                .toList();
    }

    private static int loaded(Page page) {
        return Integer.parseInt(page.locator("[role=table]").getAttribute("aria-rowcount")) - 1;
    }

    private static Locator rows(Page page) {
        return page.getByTestId("session-row");
    }
}
