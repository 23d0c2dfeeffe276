package io.hone.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionListIT {

    @RegisterExtension
    final Web web = Web.onSharedServer();

    /** The list and its filters. */
    private record List(Page page) {

        Locator rows() {
            return page.getByTestId("session-row");
        }

        Locator row(String text) {
            return rows().filter(new Locator.FilterOptions().setHasText(text));
        }

        Locator search() {
            return page.locator("#session-search");
        }

        Locator status(String status) {
            return page.getByTestId("filter-" + status);
        }

        Locator filter(String name) {
            return page.locator(".filters [name='" + name + "']");
        }

        Locator link(String text) {
            return row(text).locator("a").first();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "status=running,                     the paused or running",
        "status=paused&status=running,       the paused or running",
        "technique=pruning,                  the pruned",
        "tag=team:vision,                    the tagged",
        "tag=team:vision&tag=stage:final,    the tagged",
        "verdict=met,                        the judged",
        "q=needle,                           the noted",
        "model=bert,                         the modelled",
        "error_category=out_of_memory,       the failed",
    })
    void filterInAddress_showsOnlyWhatFits(String query, String expected) {
        String project = "list-filters";
        if (!projectExists(project)) {
            createOneOfEach(project);
        }
        List list = new List(web.open("/sessions?project=" + project + "&" + query));
        assertThat(list.rows()).hasCount(1);
        assertThat(list.rows()).containsText(expected);
    }

    @Test
    void filtersChosen_goToAddress_andComeBackWithBackButton() {
        String project = "list-choice";
        createOneOfEach(project);
        List list = new List(web.open("/sessions?project=" + project));
        assertThat(list.rows()).hasCount(7);
        web.mark();

        list.status("running").click();
        assertThat(list.page()).hasURL(Pattern.compile("\\?project=list-choice&status=running$"));
        assertThat(list.rows()).hasCount(1);
        assertThat(list.status("running")).hasAttribute("aria-pressed", "true");

        list.status("pending").click();
        assertThat(list.rows()).hasCount(5);
        list.filter("technique").selectOption("pruning");
        assertThat(list.page()).hasURL(Pattern.compile("status=running&status=pending&technique=pruning$"));
        assertThat(list.rows()).hasCount(1);
        list.filter("tag").fill("team:vision stage:final");
        list.filter("tag").press("Tab");
        assertThat(list.page()).hasURL(Pattern.compile("tag=team%3Avision&tag=stage%3Afinal$"));
        assertThat(list.page().getByTestId("empty")).containsText("No session matches");

        list.page().goBack();
        assertThat(list.rows()).hasCount(1);
        assertThat(list.filter("tag")).hasValue("");
        list.page().goBack();
        assertThat(list.filter("technique")).hasValue("");
        list.page().goBack();
        list.page().goBack();
        assertThat(list.rows()).hasCount(7);
        assertThat(list.status("running")).hasAttribute("aria-pressed", "false");
        list.page().goForward();
        assertThat(list.rows()).hasCount(1);

        list.filter("verdict").selectOption("none");
        assertThat(list.page()).hasURL(Pattern.compile("status=running&verdict=none$"));
        list.page().reload();
        assertThat(list.filter("verdict")).hasValue("none");
        assertThat(list.rows()).hasCount(1);
        list.page().getByTestId("clear-filters").click();
        assertThat(list.page()).hasURL(web.server().address() + "/sessions");
    }

    @Test
    void searchTyped_narrowsTheListAndGoesToAddress() {
        String project = "list-search";
        createOneOfEach(project);
        List list = new List(web.open("/sessions?project=" + project));
        assertThat(list.rows()).hasCount(7);
        list.search().pressSequentially("NEEDLE");
        assertThat(list.rows()).hasCount(1);
        assertThat(list.rows()).containsText("the noted");
        assertThat(list.page()).hasURL(Pattern.compile("q=NEEDLE$"));
        assertThat(list.search()).isFocused();
        list.search().fill("no such thing 100%_");
        assertThat(list.page().getByTestId("empty")).containsText("No session matches");
        list.search().fill("");
        assertThat(list.rows()).hasCount(7);
    }

    @Test
    void sessionsReported_appearAndMoveWithoutReload() {
        String project = "list-live";
        String first = web.server().createSession(project, "older run");
        List list = new List(web.open("/sessions?project=" + project));
        assertThat(list.rows()).hasCount(1);
        web.mark();

        web.server().createSession(project, "newer run");
        assertThat(list.rows()).hasCount(2);
        assertThat(list.rows().first()).containsText("newer run");

        web.server().move(first, "running", Map.of("progress", 0.5));
        assertThat(list.row("older run")).containsText("Running");
        assertThat(list.row("older run")).containsText("50%");
        web.server().report(first, 1, Map.of("accuracy", 0.8125));
        assertThat(list.row("older run").locator("dd")).hasText("0.8125");
        web.server().report(first, 2, Map.of("accuracy", 0.9375));
        assertThat(list.row("older run").locator("dd")).hasText("0.9375");
        web.server().move(first, "completed");
        assertThat(list.row("older run")).containsText("Completed");
        web.assertNotReloaded();
    }

    @Test
    void statusFiltered_sessionsComeAndGoLive() {
        String project = "list-live-status";
        String id = web.server().createSession(project, "moving run");
        List list = new List(web.open("/sessions?project=" + project + "&status=running"));
        assertThat(list.page().getByTestId("empty")).containsText("No session matches");
        web.server().move(id, "running");
        assertThat(list.rows()).hasCount(1);
        web.server().move(id, "completed");
        assertThat(list.page().getByTestId("empty")).containsText("No session matches");
    }

    @Test
    void verdictFiltered_sessionAppearsOnceItMeetsItsCriteria() {
        String project = "list-live-verdict";
        web.server().saveCriteria("list-goal", Sample.bound("accuracy", ">=", 0.9));
        String id = web.server().createSession(project, "judged run", Map.of("criteria", "list-goal"));
        List list = new List(web.open("/sessions?project=" + project + "&verdict=met"));
        assertThat(list.page().getByTestId("empty")).isVisible();
        web.server().report(id, 1, Map.of("accuracy", 0.5));
        web.server().report(id, 2, Map.of("accuracy", 0.95));
        web.server().complete(id);
        assertThat(list.rows()).hasCount(1);
        assertThat(list.rows()).containsText("Met");
    }

    @Test
    void list_loadsMoreWhenScrolled_andKeepsWhatIsReadInPlace() {
        String project = "list-many";
        for (int i = 0; i < 130; i++) {
            web.server().createSession(project, "run %03d".formatted(i));
        }
        List list = new List(web.open("/sessions?project=" + project));
        Locator table = list.page().getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName("Sessions"));
        assertThat(list.rows().first()).containsText("run 129");
        assertThat(table).hasAttribute("aria-rowcount", "51");
        assertThat(list.page().locator(".list-end")).hasText("Load more");

        list.page().locator(".list-end").scrollIntoViewIfNeeded();
        assertThat(table).hasAttribute("aria-rowcount", "131");
        list.page().locator(".list-end").scrollIntoViewIfNeeded();
        assertThat(list.page().locator(".list-end")).hasText("130 sessions, no more");
        assertThat(list.row("run 000")).isVisible();
        assertThat(list.row("run 129")).hasCount(0);

        String late = web.server().createSession(project, "run 130");
        assertThat(list.page().getByTestId("show-new")).hasText("Show 1 new session");
        assertThat(list.row("run 000")).isInViewport();
        web.server().move(late, "running");
        web.server().report(late, 1, Map.of("accuracy", 0.625));
        awaitLiveValue(list.page(), late);
        list.page().getByTestId("show-new").click();
        assertThat(list.rows().first()).containsText("run 130");
        assertThat(list.rows().first().locator("dd")).hasText("0.625");
        assertThat(list.rows().first()).isInViewport();
    }

    @Test
    void childRows_foldOutAndMoveLive() {
        String project = "list-children";
        String parent = web.server().createSession(project, "parent run");
        web.server().createSession(project, "child one", Map.of("parent_id", parent));
        List list = new List(web.open("/sessions?project=" + project));
        assertThat(list.rows()).hasCount(1);
        Locator fold = list.row("parent run").getByTestId("fold");
        assertThat(fold).hasAccessibleName("1 child session");
        assertThat(fold).hasAttribute("aria-expanded", "false");
        fold.click();
        assertThat(list.rows()).hasCount(2);
        assertThat(list.row("child one")).containsText("Pending");

        String second = web.server().createSession(project, "child two", Map.of("parent_id", parent));
        assertThat(list.rows()).hasCount(3);
        web.server().move(second, "running");
        assertThat(list.row("child two")).containsText("Running");

        fold.click();
        assertThat(list.rows()).hasCount(1);
        assertThat(fold).hasAttribute("aria-expanded", "false");
    }

    @Test
    void keyboard_findsWalksUnfoldsAndOpens() {
        String project = "list-keys";
        String parent = web.server().createSession(project, "with child");
        web.server().createSession(project, "the child", Map.of("parent_id", parent));
        web.server().createSession(project, "on top");
        List list = new List(web.open("/sessions?project=" + project));
        assertThat(list.rows()).hasCount(2);
        list.page().keyboard().press("/");
        assertThat(list.search()).isFocused();
        assertThat(list.search()).hasValue("");
        list.page().keyboard().press("ArrowDown");
        assertThat(list.link("on top")).isFocused();
        list.page().keyboard().press("ArrowDown");
        assertThat(list.link("with child")).isFocused();
        list.page().keyboard().press("ArrowRight");
        assertThat(list.row("the child")).isVisible();
        list.page().keyboard().press("ArrowDown");
        assertThat(list.link("the child")).isFocused();
        list.page().keyboard().press("ArrowUp");
        list.page().keyboard().press("ArrowLeft");
        assertThat(list.rows()).hasCount(2);
        list.page().keyboard().press("ArrowUp");
        list.page().keyboard().press("ArrowUp");
        assertThat(list.search()).isFocused();

        list.page().keyboard().press("ArrowDown");
        list.page().keyboard().press("ArrowDown");
        list.page().keyboard().press("Enter");
        assertThat(list.page()).hasURL(web.server().address() + "/sessions/" + parent);
        assertThat(list.page().locator("h1")).hasText("with child");
    }

    @Test
    void order_isKeptInAddress() {
        String project = "list-order";
        String worse = web.server().createSession(project, "worse run");
        String better = web.server().createSession(project, "better run");
        web.server().report(worse, 1, Map.of("accuracy", 0.5));
        web.server().report(better, 1, Map.of("accuracy", 0.75));
        List list = new List(web.open("/sessions?project=" + project + "&sort=metric:accuracy"));
        assertThat(list.rows().first()).containsText("worse run");
        assertThat(list.filter("sort")).hasValue("metric:accuracy");
        list.filter("sort").selectOption("-created_at");
        assertThat(list.page()).hasURL(Pattern.compile("sort=-created_at$"));
        assertThat(list.rows().first()).containsText("better run");
    }

    @Test
    void hostileNames_areShownAsText() {
        String project = "list " + Sample.HOSTILE.substring(0, 85);
        web.server()
                .createSession(
                        project,
                        Sample.HOSTILE,
                        Map.of(
                                "model",
                                Sample.HOSTILE,
                                "tags",
                                Map.of(Sample.HOSTILE.substring(0, 80), Sample.HOSTILE)));
        List list = new List(web.open("/sessions"));
        list.filter("project").selectOption(project);
        assertThat(list.rows()).hasCount(1);
        assertThat(list.rows().locator("a").first()).hasText(Sample.HOSTILE);
        assertThat(list.page().locator("main img, main script")).hasCount(0);
        list.search().fill("<img src=x");
        assertThat(list.page()).hasURL(Pattern.compile("q=%3Cimg"));
        assertThat(list.rows()).hasCount(1);
    }

    /** The page tells nothing of a session held back; another window shows when its news is through. */
    private void awaitLiveValue(Page page, String session) {
        Page other = page.context().newPage();
        other.navigate(web.server().address() + "/sessions/" + session);
        assertThat(other.getByTestId("metric-last")).hasText("0.625");
        other.close();
    }

    private boolean projectExists(String project) {
        return web.server()
                .send("GET", "/projects", null)
                .get("items")
                .findValuesAsText("name")
                .contains(project);
    }

    private void createOneOfEach(String project) {
        LocalServer server = web.server();
        server.move(server.createSession(project, "the paused or running"), "running");
        server.createSession(project, "the pruned", Map.of("technique", "pruning"));
        server.createSession(project, "the tagged", Map.of("tags", Map.of("team", "vision", "stage", "final")));
        server.createSession(project, "the noted", Map.of("notes", "there is a Needle in here"));
        server.createSession(project, "the modelled", Map.of("model", "bert"));
        server.saveCriteria("list-met", Sample.bound("accuracy", ">=", 0.9));
        String judged = server.createSession(project, "the judged", Map.of("criteria", "list-met"));
        server.report(judged, 1, Map.of("accuracy", 0.95));
        server.complete(judged);
        server.fail(server.createSession(project, "the failed"), "CUDA out of memory");
    }
}
