package io.hone.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a person does to a session, and what its charts do for them. */
class SessionEditIT {

    private static final String PROJECT = "session-edit";

    @RegisterExtension
    final Web web = Web.onSharedServer();

    @Test
    void form_changesWhatWasTyped() {
        web.server().saveCriteria("edit-goal", Sample.bound("accuracy", ">=", 0.5));
        String id = web.server()
                .createSession(
                        PROJECT,
                        "before",
                        Map.of("tags", new TreeMap<>(Map.of("team", "vision", "old", "x")), "notes", "first"));
        web.server().report(id, 0, Map.of("accuracy", 0.75));
        Page page = edit(id);
        assertThat(page.locator("#edit-name")).isFocused();
        page.locator("#edit-name").fill("after");
        page.locator("#edit-notes").fill("first\nsecond");
        page.locator("#edit-criteria").selectOption("edit-goal");
        page.getByLabel("Tag 2: value").fill("speech");
        page.getByLabel("Remove tag 1").click();
        page.getByTestId("add-tag").click();
        page.getByLabel("Tag 2: key").fill("branch");
        page.getByLabel("Tag 2: value").fill("main");
        page.getByTestId("save-session").click();

        assertThat(page.getByTestId("edit-form")).hasCount(0);
        assertThat(page.locator("h1")).hasText("after");
        assertThat(page.getByTestId("notes")).hasText("first\nsecond");
        assertThat(page.locator(".tags li")).hasText(new String[] {"team: speech", "branch: main"});
        assertThat(page.getByTestId("verdict").getByTestId("verdict-met")).isVisible();
        assertThat(page.getByTestId("verdict-row")).containsText("Met by 0.25 (50%)");
        assertThat(page).hasURL(web.server().address() + "/sessions/" + id);
        page.reload();
        assertThat(page.locator("h1")).hasText("after");
    }

    @Test
    void refusedField_isShownWhereItIs() {
        web.expectMessage("the server responded with a status of 422");
        Page page = edit(web.server().createSession(PROJECT, "named"));
        page.locator("#edit-name").fill("");
        page.getByTestId("save-session").click();
        assertThat(page.locator("#edit-name-error")).not().isEmpty();
        assertThat(page.locator("#edit-name")).isFocused();
        Accessibility.assertNoViolation(page, "edit refused");
    }

    @Test
    void changeBySomebodyElse_isMergedOrAskedAbout() {
        String id = web.server().createSession(PROJECT, "shared", Map.of("notes", "as it was"));
        Page page = edit(id);
        page.locator("#edit-name").fill("mine");
        web.server().send("PATCH", "/sessions/" + id, Map.of("notes", "theirs", "tags", Map.of("by", "them")));
        page.getByTestId("save-session").click();
        // They changed something else: both hold.
        assertThat(page.locator("h1")).hasText("mine");
        assertThat(page.getByTestId("notes")).hasText("theirs");
        assertThat(page.locator(".tags")).containsText("by: them");

        page.getByTestId("edit-session").click();
        page.locator("#edit-notes").fill("what I typed at length");
        web.server().send("PATCH", "/sessions/" + id, Map.of("notes", "theirs again", "name", "their name"));
        page.getByTestId("save-session").click();
        Locator conflict = page.getByTestId("edit-conflict");
        assertThat(conflict).containsText("theirs is “theirs again”, yours “what I typed at length”");
        assertThat(conflict.locator("li")).hasCount(1);
        assertThat(page.locator("#edit-notes")).hasValue("what I typed at length");
        assertThat(page.locator("#edit-name")).hasValue("their name");
        Accessibility.assertNoViolation(page, "edit conflict");
        page.getByTestId("save-session").click();
        assertThat(page.getByTestId("notes")).hasText("what I typed at length");
        assertThat(page.locator("h1")).hasText("their name");
    }

    @Test
    void changeWhileSaving_isGoneAlongWith() {
        web.expectMessage("the server responded with a status of 412");
        String id = web.server().createSession(PROJECT, "busy");
        Page page = edit(id);
        page.locator("#edit-name").fill("renamed");
        AtomicBoolean first = new AtomicBoolean(true);
        page.route("**/api/v1/sessions/" + id, route -> {
            if (route.request().method().equals("PATCH") && first.getAndSet(false)) {
                web.server().send("PATCH", "/sessions/" + id, Map.of("notes", "in between"));
            }
            route.resume();
        });
        page.getByTestId("save-session").click();
        assertThat(page.locator("h1")).hasText("renamed");
        assertThat(page.getByTestId("notes")).hasText("in between");
    }

    @Test
    void statusButtons_offerWhatIsAllowed() {
        String id = web.server().createSession(PROJECT, "moved about");
        Page page = web.open("/sessions/" + id);
        page.getByTestId("move-running").click();
        assertThat(page.getByTestId("session-state")).hasAttribute("data-status", "running");
        page.getByTestId("move-paused").click();
        assertThat(page.getByTestId("session-state")).hasAttribute("data-status", "paused");
        assertThat(page.getByTestId("move-running")).hasText("Resume");
        page.getByTestId("move-cancelled").click();
        assertThat(page.getByTestId("confirm-dialog")).containsText("takes no more");
        page.getByTestId("confirm").click();
        assertThat(page.getByTestId("session-state")).hasAttribute("data-status", "cancelled");
        assertThat(page.locator("[data-test^=move-]")).hasCount(0);
        assertThat(page.getByTestId("reopen")).hasCount(0);
    }

    @Test
    void refusedAction_isSaid() {
        web.expectMessage("the server responded with a status of 409");
        String id = web.server().createSession(PROJECT, "already over");
        Page page = web.open("/sessions/" + id);
        // The page has not heard of it yet.
        page.route("**/api/v1/sessions/" + id + "/status", route -> {
            web.server().move(id, "cancelled");
            route.resume();
        });
        page.getByTestId("move-running").click();
        assertThat(page.getByTestId("action-problem")).containsText("cancelled");
        assertThat(page.getByTestId("session-state")).hasAttribute("data-status", "cancelled");
    }

    @Test
    void answerThatIsOlderThanAnEvent_doesNotTakeItBack() {
        String id = web.server().createSession(PROJECT, "read late");
        Page page = web.open("/sessions/" + id);
        assertThat(page.getByTestId("bin-session")).isVisible();
        List<Route> held = new ArrayList<>();
        page.route("**/api/v1/sessions/" + id, route -> {
            if (route.request().method().equals("GET")) {
                held.add(route);
            } else {
                route.resume();
            }
        });
        page.getByTestId("bin-session").click();
        assertThat(page.getByTestId("bin-notice")).isVisible();
        page.waitForCondition(() -> held.size() == 1);
        APIResponse binned = held.get(0).fetch();
        web.server().send("POST", "/sessions/" + id + "/restore", null);
        assertThat(page.getByTestId("bin-notice")).hasCount(0);

        // The history is read once the answer was taken in.
        page.waitForRequest("**/audit**", () -> held.get(0).fulfill(new Route.FulfillOptions().setResponse(binned)));
        assertThat(page.getByTestId("edit-session")).isVisible();
        assertThat(page.getByTestId("bin-notice")).hasCount(0);
    }

    @Test
    void bin_keepsSessionUntilPurged() {
        web.expectMessage("the server responded with a status of 404");
        String id = web.server().createSession(PROJECT, "thrown away");
        Page page = web.open("/sessions/" + id);
        page.getByTestId("bin-session").click();
        Locator notice = page.getByTestId("bin-notice");
        assertThat(notice).containsText("In the bin since");
        assertThat(page.getByTestId("edit-session")).hasCount(0);
        assertThat(page.getByTestId("move-running")).hasCount(0);
        Accessibility.assertNoViolation(page, "binned session");
        page.reload();
        page.getByTestId("restore-session").click();
        assertThat(notice).hasCount(0);
        assertThat(page.getByTestId("edit-session")).isVisible();

        // Somebody else throws it away and purges it while it is looked at.
        web.server().send("DELETE", "/sessions/" + id, null);
        assertThat(notice).isVisible();
        page.getByTestId("purge-session").click();
        assertThat(page.getByTestId("confirm-dialog")).containsText("Nothing brings them back");
        page.getByTestId("confirm").click();
        assertThat(page.getByTestId("vanished")).isVisible();
    }

    @Test
    void viewer_seesNoActions() {
        String id = web.server().createSession(PROJECT, "looked at");
        BrowserContext window = web.newWindow();
        web.signIn(window, web.server().account("viewer"));
        Page page = window.newPage();
        page.navigate(web.server().address() + "/sessions/" + id + "?edit=1");
        assertThat(page.getByTestId("raw-json")).isVisible();
        assertThat(page.getByTestId("edit-session")).hasCount(0);
        assertThat(page.getByTestId("edit-form")).hasCount(0);
        assertThat(page.getByTestId("bin-session")).hasCount(0);
    }

    @Test
    void zoom_readsRangeAgain_andStaysInAddress() {
        String id = web.server().createSession(PROJECT, "long run");
        for (int from = 0; from < 20_000; from += 5_000) {
            web.server()
                    .send(
                            "POST",
                            "/sessions/" + id + "/steps",
                            IntStream.range(from, from + 5_000)
                                    .mapToObj(step -> Map.of("step", step, "metrics", Map.of("loss", step % 97)))
                                    .toList());
        }
        List<String> asked = new CopyOnWriteArrayList<>();
        web.page().onRequest(request -> {
            if (request.url().contains("/steps?")) {
                asked.add(request.url().replaceFirst(".*/steps", ""));
            }
        });
        Page page = web.open("/sessions/" + id);
        Locator chart = page.getByTestId("chart");
        assertThat(chart).containsText("1,000 of 20,000 points drawn");
        page.getByTestId("zoom-in").click();
        page.getByTestId("zoom-in").click();
        assertThat(page).hasURL(Pattern.compile("from=7500&to=12499"));
        assertThat(chart).containsText("1,000 points drawn in this range");
        assertThat(asked).contains("?metric=loss&points=1000&from=7500&to=12499");
        page.reload();
        assertThat(chart).containsText("1,000 points drawn in this range");

        page.getByTestId("zoom-reset").click();
        assertThat(chart).not().containsText("in this range");
        assertThat(page).hasURL(web.server().address() + "/sessions/" + id);
        // A drag across the chart does the same.
        var box = chart.locator("canvas").first().boundingBox();
        page.mouse().move(box.x + box.width * 0.4, box.y + box.height / 2);
        page.mouse().down();
        page.mouse().move(box.x + box.width * 0.45, box.y + box.height / 2);
        page.mouse().move(box.x + box.width * 0.5, box.y + box.height / 2);
        page.mouse().up();
        assertThat(page).hasURL(Pattern.compile("from=\\d+&to=\\d+"));
        assertThat(chart).containsText("in this range");
    }

    @Test
    void smoothing_isKeptInAddress() {
        String id = web.server().createSession(PROJECT, "noisy run");
        web.server().report(id, 0, Map.of("loss", 2));
        web.server().report(id, 1, Map.of("loss", 1));
        Page page = web.open("/sessions/" + id);
        page.getByTestId("smoothing").fill("0.9");
        assertThat(page).hasURL(Pattern.compile("smooth=0.9"));
        assertThat(page.getByTestId("chart")).containsText("smoothed by 0.9");
        page.reload();
        assertThat(page.getByTestId("smoothing")).hasValue("0.9");
    }

    @Test
    void baselineOfSession_hasItsLine() {
        String base = web.server().createSession(PROJECT, "reference");
        web.server().report(base, 0, Map.of("accuracy", 0.5));
        web.server().report(base, 5, Map.of("accuracy", 0.75));
        String id = web.server().createSession(PROJECT, "candidate", Map.of("baseline", base));
        web.server().report(id, 0, Map.of("accuracy", 0.25, "loss", 1));
        Page page = web.open("/sessions/" + id);
        Locator chart = page.locator("[data-metric=accuracy] hone-chart");
        assertThat(chart)
                .hasAttribute("aria-label", Pattern.compile("the baseline: accuracy over 2 steps, from 0.5 to 0.75"));
        assertThat(page.locator("[data-metric=loss]")).containsText("the baseline has none");
        page.getByText("Without").click();
        assertThat(chart).not().hasAttribute("aria-label", Pattern.compile("baseline"));

        String fixed = web.server().createSession(PROJECT, "fixed", Map.of("baseline", Map.of("accuracy", 0.9)));
        web.server().report(fixed, 0, Map.of("accuracy", 0.25));
        web.open("/sessions/" + fixed);
        assertThat(chart).hasAttribute("aria-label", Pattern.compile("; baseline 0.9$"));
    }

    @Test
    void json_isShownAndCopied() {
        web.window().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        String id = web.server().createSession(PROJECT, Sample.HOSTILE);
        Page page = web.open("/sessions/" + id);
        page.getByTestId("raw-json").click();
        Locator dialog = page.getByTestId("json-dialog");
        assertThat(dialog).containsText("\"id\": \"" + id + "\"");
        dialog.getByText("Copy").click();
        assertThat((String) page.evaluate("navigator.clipboard.readText().then((text) => JSON.parse(text).name)"))
                .isEqualTo(Sample.HOSTILE);
        Accessibility.assertNoViolation(page, "json");
        page.keyboard().press("Escape");
        assertThat(dialog).hasCount(0);
    }

    @Test
    void children_areListedWithTheirMetrics_live() {
        String parent = web.server().createSession(PROJECT, "search");
        String first = web.server().createSession(PROJECT, "trial 1", Map.of("parent_id", parent));
        web.server().report(first, 0, Map.of("accuracy", 0.5));
        Page page = web.open("/sessions/" + parent);
        Locator children = page.getByTestId("children");
        assertThat(children).containsText("0.5");
        String second = web.server().createSession(PROJECT, "trial 2", Map.of("parent_id", parent));
        assertThat(children).containsText("trial 2");
        web.server().report(second, 0, Map.of("accuracy", 0.75));
        assertThat(children).containsText("0.75");
        children.getByText("Compare them").click();
        assertThat(page.getByTestId("compare-head")).hasCount(2);
    }

    @Test
    void lease_saysHowLongIsLeft() {
        String id = web.server().createSession(PROJECT, "leased", Map.of("lease_seconds", 3_600));
        web.server().move(id, "running");
        assertThat(web.open("/sessions/" + id).locator("hone-lease-left"))
                .containsText(Pattern.compile("at least (59|60) min"));
    }

    @Test
    void abandonedSession_isExplainedAndCanBeReopened() {
        web.expectMessage("the server responded with a status of 409");
        String id = web.server().createSession(PROJECT, "given up", Map.of("lease_seconds", 600));
        web.server().fail(id, "no sign of life");
        web.page().route("**/api/v1/sessions/" + id, route -> {
            APIResponse answer = route.fetch();
            route.fulfill(new Route.FulfillOptions()
                    .setResponse(answer)
                    .setBody(answer.text().replaceFirst("\"category\":\"\\w+\"", "\"category\":\"abandoned\"")));
        });
        Page page = web.open("/sessions/" + id);
        assertThat(page.getByTestId("session-error")).containsText("Its lease of 10 min 0 s ran out");
        // It failed in truth, so the server refuses.
        page.getByTestId("reopen").click();
        assertThat(page.getByTestId("action-problem")).isVisible();
    }

    private Page edit(String id) {
        Page page = web.open("/sessions/" + id);
        page.getByTestId("edit-session").click();
        assertThat(page.getByTestId("edit-form")).isVisible();
        return page;
    }
}
