package io.hone.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.KeyboardModifier;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Selecting sessions, changing many at once, and the bin. */
class SessionBulkIT {

    private static final int HEIGHT = 844;

    @RegisterExtension
    final Web web = Web.onSharedServer();

    @Test
    void selection_byClickRangeAndKeys() {
        Page page = openRuns("bulk-select", 8);
        pick(page, 1).click();
        assertThat(count(page)).hasText("1 selected");
        pick(page, 4).click(new Locator.ClickOptions().setModifiers(List.of(KeyboardModifier.SHIFT)));
        assertThat(count(page)).hasText("4 selected");
        assertThat(pick(page, 2)).isChecked();
        pick(page, 2).click();
        assertThat(count(page)).hasText("3 selected");

        page.locator("[data-index='6'] a").focus();
        page.keyboard().press("x");
        assertThat(count(page)).hasText("4 selected");
        page.keyboard().press("Shift+ArrowDown");
        assertThat(page.locator("[data-index='7'] a")).isFocused();
        assertThat(count(page)).hasText("5 selected");
        page.keyboard().press("Shift+ArrowUp");
        assertThat(count(page)).hasText("4 selected");
        page.keyboard().press("x");
        assertThat(count(page)).hasText("3 selected");
        page.keyboard().press("Escape");
        assertThat(page.getByTestId("bulk-bar")).hasCount(0);

        page.getByTestId("select-all").click();
        assertThat(count(page)).hasText("8 selected");
        page.getByTestId("filter-running").click();
        assertThat(page.getByTestId("bulk-bar")).hasCount(0);
    }

    @Test
    void tag_addsAndRemoves_andIsSeenLive() {
        Page page = openRuns("bulk-tag", 3);
        web.open("/sessions?project=bulk-tag&column=tag:stage&column=tag:team");
        web.mark();
        page.getByTestId("select-all").click();
        page.getByTestId("bulk-tag").click();
        Locator dialog = page.getByTestId("bulk-dialog");
        assertThat(dialog.locator("h2")).hasText("Tag 3 sessions");
        assertThat(dialog.getByTestId("tag-key")).isFocused();
        page.keyboard().type("stage");
        dialog.getByTestId("tag-value").fill("final");
        dialog.getByTestId("another-tag").click();
        dialog.locator("select").nth(1).selectOption("remove");
        dialog.getByTestId("tag-key").nth(1).fill("team");
        dialog.getByTestId("bulk-confirm").click();
        assertThat(dialog).hasCount(0);
        assertThat(page.getByTestId("bulk-notice")).containsText("3 sessions tagged");
        for (int i = 0; i < 3; i++) {
            assertThat(page.locator("[data-index='" + i + "'] .cell-tag")).hasText(new String[] {"final", "–"});
        }
        web.assertNotReloaded();
    }

    @Test
    void cancel_tellsWhatIsRefused() {
        Page page = openRuns("bulk-cancel", 2);
        web.server().complete(web.server().createSession("bulk-cancel", "the ended"));
        assertThat(rows(page)).hasCount(3);
        page.getByTestId("select-all").click();
        page.getByTestId("bulk-cancel").click();
        Locator dialog = page.getByTestId("bulk-dialog");
        assertThat(dialog.locator("h2")).hasText("Cancel 3 sessions?");
        dialog.getByTestId("bulk-confirm").click();
        assertThat(dialog.getByTestId("bulk-answer")).hasText("2 changed · 0 already so · 1 refused");
        assertThat(dialog.getByTestId("refusals")).containsText("the ended");
        dialog.getByText("Close").click();
        assertThat(rows(page).filter(new Locator.FilterOptions().setHasText("Cancelled")))
                .hasCount(2);
        assertThat(page.getByTestId("bulk-notice")).containsText("2 sessions cancelled, 1 refused");
    }

    @Test
    void bin_isUndone_andRestoredFromItsView() {
        Page page = openRuns("bulk-bin", 3);
        String parent = web.server().createSession("bulk-bin", "the parent");
        web.server().createSession("bulk-bin", "the child", Map.of("parent_id", parent));
        assertThat(rows(page)).hasCount(4);
        pick(page, 0).click();
        pick(page, 1).click();
        page.getByTestId("bulk-delete").click();
        Locator dialog = page.getByTestId("bulk-dialog");
        assertThat(dialog.locator("h2")).hasText("Move 2 sessions to the bin?");
        assertThat(dialog.getByText("Keep")).isFocused();
        page.keyboard().press("Escape");
        assertThat(dialog).hasCount(0);
        assertThat(rows(page)).hasCount(4);
        page.getByTestId("bulk-delete").click();
        dialog.getByTestId("bulk-confirm").click();
        assertThat(rows(page)).hasCount(2);
        assertThat(page.getByTestId("bulk-notice")).containsText("2 sessions moved to the bin");
        assertThat(page.getByTestId("undo")).isFocused();
        page.keyboard().press("Enter");
        assertThat(page.getByTestId("bulk-notice")).containsText("2 sessions restored");
        assertThat(rows(page)).hasCount(4);
        assertThat(rows(page).first()).containsText("1 child session ");

        pick(page, 0).click();
        page.getByTestId("bulk-delete").click();
        dialog.getByTestId("bulk-confirm").click();
        assertThat(rows(page)).hasCount(3);
        page.getByTestId("bin").click();
        assertThat(page.locator("h1")).hasText("Bin");
        assertThat(page).hasURL(Pattern.compile("deleted=true"));
        web.open("/sessions?deleted=true&parent=any&project=bulk-bin");
        assertThat(rows(page)).hasCount(2);
        pick(page, 1).click();
        page.getByTestId("bulk-restore").click();
        dialog.getByTestId("bulk-confirm").click();
        assertThat(page.getByTestId("empty")).containsText("No session matches");
        page.getByTestId("leave-bin").click();
        web.open("/sessions?project=bulk-bin");
        assertThat(rows(page)).hasCount(4);
    }

    @Test
    void child_alone_isRefused_whileItsParentIsInTheBin() {
        String parent = web.server().createSession("bulk-refused", "the parent");
        web.server().createSession("bulk-refused", "the child", Map.of("parent_id", parent));
        web.server().send("POST", "/sessions/bulk", Map.of("action", "delete", "ids", List.of(parent)));
        Page page = web.open("/sessions?deleted=true&parent=any&project=bulk-refused");
        rows(page)
                .filter(new Locator.FilterOptions().setHasText("the child"))
                .getByTestId("select")
                .click();
        page.getByTestId("bulk-restore").click();
        page.getByTestId("bulk-confirm").click();
        assertThat(page.getByTestId("bulk-dialog").locator("h2")).hasText("Nothing was changed");
        assertThat(page.getByTestId("refusals")).containsText("restore that first");
    }

    @Test
    void purge_isForAdmins_andAsksFirst() {
        Page page = openRuns("bulk-purge", 2);
        page.getByTestId("select-all").click();
        page.getByTestId("bulk-delete").click();
        page.getByTestId("bulk-confirm").click();
        web.open("/sessions?deleted=true&parent=any&project=bulk-purge");
        page.getByTestId("select-all").click();
        page.getByTestId("bulk-purge").click();
        Locator dialog = page.getByTestId("bulk-dialog");
        assertThat(dialog.locator("h2")).hasText("Delete 2 sessions for ever?");
        assertThat(dialog).containsText("This cannot be undone");
        dialog.getByTestId("bulk-confirm").click();
        assertThat(page.getByTestId("empty")).isVisible();
        assertThat(page.getByTestId("bulk-notice")).containsText("2 sessions deleted for ever");
        assertThat(page.getByTestId("undo")).hasCount(0);
    }

    @Test
    void lessRole_lessToDo() {
        web.server().createSession("bulk-roles", "one");
        web.server().createSession("bulk-roles", "two");
        Page viewer = pageOf("viewer");
        viewer.navigate(web.server().address() + "/sessions?project=bulk-roles");
        viewer.getByTestId("select-all").click();
        assertThat(viewer.locator("[data-test=bulk-bar] .actions button")).hasText(new String[] {"Compare"});
        viewer.getByTestId("bulk-compare").click();
        assertThat(viewer).hasURL(Pattern.compile("/compare\\?ids=[0-9a-f-]{36},[0-9a-f-]{36}$"));

        Page reporter = pageOf("reporter");
        web.server()
                .send("POST", "/sessions/bulk", Map.of("action", "delete", "filter", Map.of("project", "bulk-roles")));
        reporter.navigate(web.server().address() + "/sessions?deleted=true&parent=any&project=bulk-roles");
        reporter.getByTestId("select-all").click();
        assertThat(reporter.locator("[data-test=bulk-bar] .actions button")).hasText(new String[] {"Restore"});
    }

    @Test
    void manyChildren_foldOutByPages() {
        String parent = web.server().createSession("bulk-children", "the search");
        for (int i = 0; i < 130; i++) {
            web.server().createSession("bulk-children", "trial %03d".formatted(i), Map.of("parent_id", parent));
        }
        web.server().createSession("bulk-children", "alone");
        Page page = web.open("/sessions?project=bulk-children");
        assertThat(rows(page)).hasCount(2);
        assertThat(page.getByTestId("fold")).hasCount(1);
        assertThat(rows(page).nth(1)).containsText("130 child sessions");
        page.getByTestId("fold").click();
        Locator table = page.locator("[role=table]");
        assertThat(table).hasAttribute("aria-rowcount", "104");
        page.locator("[data-index='1'] a").focus();
        page.locator(".session-scroll").evaluate("list => { list.scrollTop = list.scrollHeight; }");
        assertThat(page.getByTestId("more-children")).hasText("Show more: 100 of 130 child sessions shown");
        page.getByTestId("more-children").click();
        assertThat(table).hasAttribute("aria-rowcount", "133");
        page.locator(".session-scroll").evaluate("list => { list.scrollTop = list.scrollHeight; }");
        assertThat(rows(page).last()).containsText("trial 129");

        web.server().createSession("bulk-children", "trial 130", Map.of("parent_id", parent));
        assertThat(rows(page).last()).containsText("trial 130");
        page.locator(".session-scroll").evaluate("list => { list.scrollTop = 0; }");
        assertThat(rows(page).nth(1)).containsText("131 child sessions");
    }

    @Test
    void lostServer_isToldInTheDialog_andNothingIsLost() {
        web.expectMessage("Failed to load resource");
        Page page = openRuns("bulk-lost", 2);
        page.getByTestId("select-all").click();
        page.getByTestId("bulk-delete").click();
        page.route("**/sessions/bulk", route -> route.abort());
        page.getByTestId("bulk-confirm").click();
        assertThat(page.getByTestId("form-problem")).containsText("may be stopped");
        page.unroute("**/sessions/bulk");
        page.getByTestId("bulk-confirm").click();
        assertThat(page.getByTestId("bulk-notice")).containsText("2 sessions moved to the bin");
    }

    @Test
    void barAndDialogs_areAccessible_andFitPhones() {
        Page page = openRuns("bulk-axe", 2);
        for (int width : new int[] {1280, 390}) {
            page.setViewportSize(width, HEIGHT);
            for (ColorScheme scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
                page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
                web.open("/sessions?project=bulk-axe");
                pick(page, 0).click();
                pick(page, 1).click();
                String place = "%s %d".formatted(scheme, width);
                Accessibility.assertNoViolation(page, "bar " + place);
                assertThat((Boolean) page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"))
                        .isTrue();
                for (String action : List.of("tag", "delete")) {
                    page.getByTestId("bulk-" + action).click();
                    assertThat(page.getByTestId("bulk-confirm")).isVisible();
                    Accessibility.assertNoViolation(page, action + " " + place);
                    page.keyboard().press("Escape");
                }
            }
        }
    }

    private Page openRuns(String project, int runs) {
        for (int i = 0; i < runs; i++) {
            web.server().createSession(project, "run " + i, Map.of("tags", Map.of("team", "vision")));
        }
        Page page = web.open("/sessions?project=" + project);
        assertThat(rows(page)).hasCount(runs);
        return page;
    }

    private Page pageOf(String role) {
        Page page = web.newWindow().newPage();
        web.signIn(page.context(), web.server().account(role));
        return page;
    }

    private static Locator rows(Page page) {
        return page.getByTestId("session-row");
    }

    private static Locator pick(Page page, int index) {
        return page.locator("[data-index='" + index + "'] [data-test=select]");
    }

    private static Locator count(Page page) {
        return page.getByTestId("bulk-count");
    }
}
