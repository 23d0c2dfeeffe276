package io.hone.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An afternoon with Hone: jobs report, a person looks, edits, tidies up, compares and judges anew. */
class WalkIT {

    private static final String PROJECT = "walk";

    @RegisterExtension
    final Web web = Web.onSharedServer();

    @Test
    void sessions_areWatchedEditedComparedAndJudgedAnew() {
        web.server().saveCriteria("walk-goal", Sample.ofBaseline("accuracy", ">=", 0.9));
        Page page = web.open("/sessions?project=" + PROJECT);
        assertThat(page.getByTestId("empty")).isVisible();
        web.mark();

        // A job starts, and is there.
        String first = start("walk first", 0.1);
        page.getByTestId("session-row").getByText("walk first").click();
        assertThat(page.locator("h1")).hasText("walk first");
        for (int step = 0; step < 3; step++) {
            web.server().report(first, step, Map.of("accuracy", 0.7 + step / 20.0));
        }
        assertThat(page.locator("[data-metric=accuracy] hone-chart"))
                .hasAttribute("aria-label", Pattern.compile("accuracy over 3 steps, from 0.7 to 0.8"));
        web.server().move(first, "completed");
        assertThat(page.getByTestId("session-state")).hasAttribute("data-status", "completed");
        assertThat(page.getByTestId("verdict-row")).containsText("Met by 0.08 (11.1%)");

        // It gets a note, is thrown away by mistake, and comes back.
        page.getByTestId("edit-session").click();
        page.locator("#edit-notes").fill("worth keeping");
        page.getByTestId("save-session").click();
        assertThat(page.getByTestId("notes")).hasText("worth keeping");
        page.getByTestId("bin-session").click();
        page.getByTestId("restore-session").click();
        assertThat(page.getByTestId("bin-notice")).hasCount(0);
        assertThat(page.getByTestId("audit")).containsText("Restored");

        // Two more, and the three side by side.
        finish(start("walk second", 0.01), 0.6);
        finish(start("walk third", 0.001), 0.76);
        link(page, "Compare").click();
        for (String name : new String[] {"walk first", "walk second", "walk third"}) {
            page.getByTestId("add-session").fill(name);
            assertThat(page.getByTestId("picker-option")).hasCount(1);
            page.getByTestId("picker-option").click();
        }
        assertThat(page.getByTestId("compare-head")).hasCount(3);
        page.getByTestId("baseline").selectOption(first);
        assertThat(page.locator("[data-key='metrics/accuracy'] td").nth(1)).containsText("−0.2 (−25%)");
        page.getByTestId("view-lines").click();
        assertThat(page.getByTestId("line-chart")).containsText("3 lines");

        // The bound is raised, and what was good enough no longer is.
        link(page, "Criteria").click();
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("walk-goal"))
                .click();
        page.getByTestId("edit-criteria").click();
        page.locator("[data-pointer='/criteria/0/value'] input").fill("1.1");
        assertThat(page.getByTestId("criterion-preview"))
                .hasText("Met if accuracy ≥ 1.1 × baseline: a baseline of 80 asks for 88.");
        page.getByTestId("save-criteria").click();
        assertThat(page.getByTestId("criteria-versions"))
                .containsText("accuracy ≥ 0.9 × baseline (required) → accuracy ≥ 1.1 × baseline (required)");
        link(page, "Sessions").click();
        page.getByTestId("session-row").getByText("walk first").click();
        page.getByTestId("rejudge").click();
        assertThat(page.getByTestId("verdict-row")).containsText("Missed by 0.08 (9.1%)");
        Locator verdict = page.getByTestId("verdict");
        verdict.getByText("walk-goal version 2").click();
        assertThat(page).hasURL(web.server().address() + "/criteria/walk-goal?version=2");
        web.assertNotReloaded();
    }

    private String start(String name, double learningRate) {
        String id = web.server()
                .createSession(
                        PROJECT,
                        name,
                        Map.of(
                                "criteria", "walk-goal",
                                "baseline", Map.of("accuracy", 0.8),
                                "params", Map.of("lr", learningRate)));
        web.server().move(id, "running");
        return id;
    }

    private void finish(String id, double accuracy) {
        web.server().report(id, 0, Map.of("accuracy", accuracy));
        web.server().move(id, "completed");
    }

    private static Locator link(Page page, String name) {
        return page.getByRole(AriaRole.NAVIGATION, new Page.GetByRoleOptions().setName("Pages"))
                .getByText(name);
    }
}
