package io.hone.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Columns of choice, sorting by their headings, and views that keep them. */
class SessionColumnsIT {

    private static final int PHONE = 390;
    private static final int HEIGHT = 844;

    @RegisterExtension
    final Web web = Web.onSharedServer();

    @Test
    void columnsChosen_showParamsMetricsAndTags_andGoToTheAddress() {
        Page page = openRuns("columns-choice");
        assertThat(heads(page))
                .hasText(new String[] {"Session", "Status", "Progress", "Verdict", "Metrics", "Duration↓", "Created↓"});
        page.getByTestId("columns").click();
        assertThat(page.getByTestId("column-search")).isFocused();
        page.keyboard().type("learning");
        page.keyboard().press("Enter");
        page.getByTestId("add-metric:accuracy").click();
        page.getByTestId("add-tag:team").click();
        // No session loaded has it; a key can be asked for by its name.
        page.getByTestId("column-search").fill("elsewhere");
        page.getByTestId("add-param:elsewhere").click();
        for (String column : List.of("progress", "verdict", "metrics", "duration_ms", "created_at")) {
            page.getByTestId("remove-" + column).click();
        }
        page.getByTestId("up-tag:team").click();
        assertThat(page.getByTestId("up-tag:team")).isFocused();
        page.keyboard().press("Escape");
        assertThat(page.getByTestId("columns")).isFocused();
        String[] chosen = {"Session", "Status", "param learning_rate", "tag team", "metric accuracy↓", "param elsewhere"
        };
        assertThat(heads(page)).hasText(chosen);
        assertThat(row(page, "run 1").locator("[role=cell]").nth(2)).hasText("0.001");
        assertThat(row(page, "run 1").locator("[role=cell]").nth(3)).hasText("vision");
        assertThat(row(page, "run 1").locator("[role=cell]").nth(4)).hasText("0.1");
        assertThat(row(page, "run 1").locator("[role=cell]").nth(5)).hasText("–");
        assertThat(page)
                .hasURL(Pattern.compile("column=status&column=param%3Alearning_rate&column=tag%3Ateam"
                        + "&column=metric%3Aaccuracy&column=param%3Aelsewhere$"));

        page.reload();
        assertThat(heads(page)).hasText(chosen);
        // What was chosen last is the default where an address asks for nothing.
        web.open("/sessions?project=columns-choice");
        assertThat(heads(page)).hasText(chosen);
        web.open("/sessions?project=columns-choice&column=owner&column=no+such+column");
        assertThat(heads(page)).hasText(new String[] {"Session", "Owner"});
        page.getByTestId("columns").click();
        page.getByTestId("columns-reset").click();
        assertThat(heads(page)).hasCount(7);
    }

    @Test
    void headings_sort_downwardsFirst_andWhatSortsIsShown() {
        Page page = openRuns("columns-sort");
        page.getByTestId("columns").click();
        page.getByTestId("column-search").fill("accuracy");
        page.keyboard().press("Enter");
        page.keyboard().press("Escape");
        Locator head = page.getByTestId("sort-metric:accuracy");
        head.click();
        assertThat(page).hasURL(Pattern.compile("sort=-metric%3Aaccuracy$"));
        assertThat(rows(page)).containsText(new String[] {"run 3", "run 2", "run 1"});
        assertThat(sorted(page)).hasAttribute("aria-sort", "descending");
        head.click();
        assertThat(rows(page)).containsText(new String[] {"run 1", "run 2", "run 3"});
        assertThat(sorted(page)).hasAttribute("aria-sort", "ascending");
        page.getByTestId("sort-created_at").click();
        assertThat(rows(page)).containsText(new String[] {"run 3", "run 2", "run 1"});

        web.open("/sessions?project=columns-sort&column=status&sort=-updated_at");
        assertThat(heads(page)).hasText(new String[] {"Session", "Status", "Updated↓"});
    }

    @Test
    void manyColumns_scrollInsideTheList_whileTheNameStays() {
        Page page = openRuns("columns-wide");
        String columns = String.join(
                "&", IntStream.range(0, 30).mapToObj(i -> "column=param:p" + i).toList());
        web.open("/sessions?project=columns-wide&" + columns);
        assertThat(rows(page)).hasCount(3);
        assertThat((Boolean) page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"))
                .isTrue();
        Locator name = row(page, "run 1").locator("a");
        double before = name.boundingBox().x;
        assertThat((Boolean) page.locator(".session-scroll").evaluate("""
                (list) => {
                  list.scrollLeft = 1000;
                  return list.scrollLeft === 1000;
                }""")).isTrue();
        assertThat(name.boundingBox().x).isEqualTo(before);
    }

    @Test
    void views_areSavedChosenRenamedDeleted_andSharedByTheirAddress() {
        Page page = openRuns("columns-views");
        web.open("/sessions?project=columns-views&column=owner&sort=created_at&status=pending");
        assertThat(rows(page)).hasCount(3);
        page.getByTestId("views").click();
        page.getByTestId("view-name").fill("<b>Mine</b>");
        page.getByTestId("save-view").click();
        assertThat(page.getByTestId("views")).hasText("<b>Mine</b>");
        assertThat(page.getByTestId("views")).isFocused();

        web.open("/sessions");
        assertThat(page.getByTestId("views")).hasText("Views");
        page.getByTestId("views").click();
        Locator view = page.getByTestId("view");
        String address = view.getAttribute("href");
        view.click();
        assertThat(heads(page)).hasText(new String[] {"Session", "Owner", "Created↑"});
        assertThat(rows(page).first()).containsText("run 1");
        assertThat(page.getByTestId("views")).hasText("<b>Mine</b>");

        // In another browser there is no such view, but its address shows the same.
        Page theirs = web.newWindow().newPage();
        web.signIn(theirs.context(), web.server().account("viewer"));
        theirs.navigate(web.server().address() + address);
        assertThat(heads(theirs)).hasText(new String[] {"Session", "Owner", "Created↑"});
        assertThat(rows(theirs)).hasCount(3);

        page.getByTestId("views").click();
        page.getByTestId("rename-view").click();
        page.getByTestId("view-rename").fill("Waiting");
        page.keyboard().press("Enter");
        assertThat(page.getByTestId("views")).hasText("Waiting");
        page.getByTestId("delete-view").click();
        assertThat(page.getByTestId("views")).hasText("Views");
        assertThat(view).hasCount(0);
    }

    @Test
    void hostileKeys_areShownAsText() {
        String key = Sample.HOSTILE.substring(0, 80);
        web.server()
                .createSession(
                        "columns-hostile",
                        Sample.HOSTILE,
                        Map.of("params", Map.of(key, Sample.HOSTILE), "tags", Map.of(key, Sample.HOSTILE, "a,b", "c")));
        Page page = web.open("/sessions?project=columns-hostile&column=tag:a,b");
        // The keys are known once the sessions are there; before, what is typed would be a key of its own.
        assertThat(rows(page)).hasCount(1);
        page.getByTestId("columns").click();
        page.getByTestId("column-search").fill(key.substring(0, 20));
        page.keyboard().press("Enter");
        page.getByTestId("column-search").fill(key.substring(0, 20));
        page.keyboard().press("Enter");
        page.keyboard().press("Escape");
        assertThat(heads(page)).hasCount(4);
        assertThat(rows(page).locator("[role=cell]").nth(3)).containsText(Sample.HOSTILE.substring(0, 30));
        page.getByTestId("export").click();
        assertThat(page.getByTestId("export-panel")).containsText("Not in the CSV, which cannot name them: a,b");
        page.keyboard().press("Escape");
        page.getByTestId("views").click();
        page.getByTestId("view-name").fill(key.substring(0, 60));
        page.getByTestId("save-view").click();
        assertThat(page.getByTestId("views")).hasText(key.substring(0, 60).strip());
        page.getByTestId("select").click();
        page.getByTestId("bulk-tag").click();
        assertThat(page.locator("main img, main script, dialog img")).hasCount(0);
    }

    @Test
    void questionMark_showsTheKeys() {
        Page page = openRuns("columns-keys");
        page.keyboard().press("?");
        assertThat(page.getByTestId("keys-dialog")).containsText("Unfold and fold its child sessions");
        page.keyboard().press("Escape");
        assertThat(page.getByTestId("keys-dialog")).hasCount(0);
        page.locator("#session-search").pressSequentially("?");
        assertThat(page.locator("#session-search")).hasValue("?");
        assertThat(page.getByTestId("keys-dialog")).hasCount(0);
    }

    @Test
    void menus_areAccessible_andFitPhones() {
        Page page = openRuns("columns-axe");
        page.getByTestId("views").click();
        page.getByTestId("view-name").fill("View " + "v".repeat(50));
        page.getByTestId("save-view").click();
        for (int width : new int[] {1280, PHONE}) {
            page.setViewportSize(width, HEIGHT);
            for (ColorScheme scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
                page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
                for (String menu : List.of("views", "columns", "export")) {
                    page.getByTestId(menu).click();
                    Locator panel = page.getByTestId(menu + "-panel");
                    assertThat(panel).isVisible();
                    Accessibility.assertNoViolation(page, "%s %s %d".formatted(menu, scheme, width));
                    assertThat((Boolean) panel.evaluate("one => one.getBoundingClientRect().left >= 0"
                                    + " && one.getBoundingClientRect().right <= innerWidth"))
                            .as("%s %d", menu, width)
                            .isTrue();
                    page.keyboard().press("Escape");
                    assertThat(panel).hasCount(0);
                }
                page.getByTestId("keys").click();
                Accessibility.assertNoViolation(page, "keys %s %d".formatted(scheme, width));
                page.keyboard().press("Escape");
            }
        }
    }

    /** Three sessions, "run 3" the newest with the highest accuracy. */
    private Page openRuns(String project) {
        LocalServer server = web.server();
        for (int i = 1; i <= 3; i++) {
            String id = server.createSession(
                    project,
                    "run " + i,
                    Map.of("params", Map.of("learning_rate", i / 1000.0), "tags", Map.of("team", "vision")));
            server.report(id, 1, Map.of("accuracy", i / 10.0));
        }
        Page page = web.open("/sessions?project=" + project);
        assertThat(rows(page)).hasCount(3);
        return page;
    }

    private static Locator rows(Page page) {
        return page.getByTestId("session-row");
    }

    private static Locator row(Page page, String name) {
        return rows(page).filter(new Locator.FilterOptions().setHasText(name));
    }

    private static Locator heads(Page page) {
        return page.getByRole(AriaRole.COLUMNHEADER);
    }

    private static Locator sorted(Page page) {
        return page.locator("[role=columnheader][aria-sort]");
    }
}
