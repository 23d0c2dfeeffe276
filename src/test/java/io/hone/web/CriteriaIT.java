package io.hone.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CriteriaIT {

    @RegisterExtension
    final Web web = Web.onSharedServer();

    /** The form for new criteria and new versions. */
    private record Form(Page page) {

        Locator field(String pointer) {
            return page.locator("[data-pointer='" + pointer + "']").locator("input, select, textarea");
        }

        Locator error(String pointer) {
            return page.locator("[data-pointer='" + pointer + "'] .field-error");
        }

        Locator save() {
            return page.getByTestId("save-criteria");
        }

        Locator whole() {
            return page.getByTestId("criteria-form");
        }
    }

    @Test
    void form_createsCriteria() {
        Page page = web.open("/criteria");
        page.getByTestId("new-criteria").click();
        assertThat(page).hasURL(Pattern.compile("\\?new=1$"));
        Form form = new Form(page);
        form.field("/name").fill("ui-created");
        form.field("/criteria/0/metric").fill("accuracy");
        form.field("/criteria/0/value").fill("0.98");
        form.field("/criteria/0/base").selectOption("baseline");
        page.getByTestId("add-criterion").click();
        form.field("/criteria/1/metric").fill("size_bytes");
        form.field("/criteria/1/op").selectOption("<=");
        form.field("/criteria/1/value").fill("2500000");
        form.field("/criteria/1/weight").fill("2.5");
        page.getByRole(AriaRole.GROUP, new Page.GetByRoleOptions().setName("Criterion 2"))
                .getByLabel("Required")
                .uncheck();
        page.getByLabel("Pruning").check();
        form.field("/note").fill("agreed <b>in</b> March");
        form.save().click();

        assertThat(page).hasURL(web.server().address() + "/criteria/ui-created");
        Locator version = page.getByTestId("criteria-version");
        assertThat(version).containsText("accuracy ≥ 0.98 × baseline");
        assertThat(version).containsText("size_bytes ≤ 2.5 MB");
        assertThat(version).containsText("optional, weight 2.5");
        assertThat(version).containsText("For Pruning.");
        assertThat(version).containsText("agreed <b>in</b> March");

        page.getByRole(
                        AriaRole.LINK,
                        new Page.GetByRoleOptions().setName("Criteria").setExact(true))
                .first()
                .click();
        assertThat(page.getByTestId("criteria")).containsText("ui-created");
    }

    @Test
    void refusedFields_areShownWhereTheyAre() {
        web.expectMessage("the server responded with a status of 422");
        Form form = new Form(web.open("/criteria?new=1"));
        form.field("/name").fill("Not a Name");
        form.field("/criteria/0/value").fill("1");
        form.field("/criteria/0/weight").fill("0");
        form.save().click();
        assertThat(form.error("/name")).containsText("lower-case letters");
        assertThat(form.field("/name")).hasAttribute("aria-invalid", "true");
        assertThat(form.field("/name")).isFocused();
        assertThat(form.error("/criteria/0/metric")).not().isEmpty();
        assertThat(form.error("/criteria/0/weight")).containsText("at most 1000");
        assertThat(form.field("/criteria/0/value")).not().hasAttribute("aria-invalid", "true");
        assertThat(form.field("/name")).hasValue("Not a Name");

        form.field("/criteria/0/value").fill("much");
        form.save().click();
        assertThat(form.error("/criteria/0/value")).hasText("must be a number");
        assertThat(form.error("/name")).isEmpty();
        assertThat(form.whole()).containsText("Some fields hold no number.");
    }

    @Test
    void nameInUse_isSaid() {
        web.expectMessage("the server responded with a status of 409");
        web.server().saveCriteria("ui-taken", Sample.bound("accuracy", ">=", 0.5));
        Form form = new Form(web.open("/criteria?new=1"));
        form.field("/name").fill("ui-taken");
        form.field("/criteria/0/metric").fill("accuracy");
        form.field("/criteria/0/value").fill("0.6");
        form.save().click();
        assertThat(form.whole().getByRole(AriaRole.ALERT)).containsText("ui-taken");
        assertThat(form.save()).isEnabled();
    }

    @Test
    void formCancelledAfterRefusal_startsClean() {
        web.expectMessage("the server responded with a status of 422");
        Form form = new Form(web.open("/criteria?new=1"));
        form.field("/name").fill("Not a Name");
        form.field("/criteria/0/value").fill("1");
        form.save().click();
        assertThat(form.error("/name")).not().isEmpty();
        form.page()
                .getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Cancel"))
                .click();
        assertThat(form.whole()).hasCount(0);
        form.page().getByTestId("new-criteria").click();
        assertThat(form.field("/name")).hasValue("");
        assertThat(form.error("/name")).isEmpty();
        assertThat(form.whole().getByRole(AriaRole.ALERT)).hasCount(0);
    }

    @Test
    void edit_makesNextVersion_andVersionsSayWhatChanged() {
        web.server()
                .saveCriteria("ui-edited", Sample.bound("accuracy", ">=", 0.9), Sample.bound("latency_ms", "<", 20));
        Page page = web.open("/criteria/ui-edited");
        page.getByTestId("edit-criteria").click();
        Form form = new Form(page);
        assertThat(form.field("/criteria/0/value")).hasValue("0.9");
        form.field("/criteria/0/value").fill("0.95");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Remove criterion 2"))
                .click();
        assertThat(form.save()).hasText("Save as version 2");
        form.save().click();

        assertThat(page.getByTestId("criteria-version")).containsText("Version 2");
        assertThat(page.getByTestId("criteria-version")).containsText("accuracy ≥ 0.95");
        Locator newest =
                page.getByTestId("criteria-versions").locator(".versions > li").first();
        assertThat(newest.locator(".change")).hasText(new String[] {
            "Changed accuracy ≥ 0.9 (required) → accuracy ≥ 0.95 (required)", "Removed latency_ms < 20 ms (required)"
        });

        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Version 1"))
                .click();
        assertThat(page).hasURL(Pattern.compile("\\?version=1$"));
        assertThat(page.getByTestId("criteria-version")).containsText("accuracy ≥ 0.9");
        assertThat(page.getByTestId("criteria-version")).containsText("latency_ms < 20 ms");
    }

    @Test
    void newVersion_judgesAllOfTheOldOneAnew() {
        web.server().saveCriteria("ui-rejudged", Sample.bound("accuracy", ">=", 0.9));
        String parent = web.server().createSession("rejudge", "the parent", Map.of("criteria", "ui-rejudged"));
        web.server().createSession("rejudge", "a child", Map.of("criteria", "ui-rejudged", "parent_id", parent));
        web.server().report(parent, 1, Map.of("accuracy", 0.8));
        Page page = web.open("/criteria/ui-rejudged");
        assertThat(page.getByTestId("rejudge-all")).hasCount(0);

        web.server().saveCriteria("ui-rejudged", Sample.bound("accuracy", ">=", 0.7));
        page.getByTestId("rejudge-all").click();

        assertThat(page.getByTestId("rejudged")).hasText("2 of 2 judged anew.");
        page.getByTestId("judged-sessions").click();
        assertThat(page).hasURL(Pattern.compile("criteria=ui-rejudged"));
        assertThat(page.locator(".session-row[data-index]")).hasCount(2);
        assertThat(page.locator(".session-row[data-index]")
                        .filter(new Locator.FilterOptions().setHasText("the parent")))
                .containsText("Met");
    }

    @Test
    void versionSavedElsewhere_isNotOverwrittenUnseen() {
        web.expectMessage("the server responded with a status of 412");
        web.server().saveCriteria("ui-raced", Sample.bound("accuracy", ">=", 0.9));
        Page page = web.open("/criteria/ui-raced?edit=1");
        Form form = new Form(page);
        form.field("/criteria/0/value").fill("0.95");
        // Until the page has heard of the other version, its own must be refused; what it hears is held back here.
        page.route("**/config/criteria/ui-raced", route -> {
            if (route.request().method().equals("PUT")) {
                web.server().saveCriteria("ui-raced", Sample.bound("accuracy", ">=", 0.8));
                page.unroute("**/config/criteria/ui-raced");
            }
            route.resume();
        });
        form.save().click();
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("Somebody else saved a version meanwhile");
        assertThat(form.field("/criteria/0/value")).hasValue("0.95");
        form.save().click();
        assertThat(page.getByTestId("criteria-version")).containsText("Version 3");
    }

    @Test
    void criteriaSavedElsewhere_appearLive() {
        Page page = web.open("/criteria");
        assertThat(page.getByTestId("criteria").or(page.getByTestId("empty"))).isVisible();
        web.mark();
        web.server().saveCriteria("ui-live", Sample.bound("accuracy", ">=", 0.9));
        Locator row = page.getByTestId("criteria").locator("tr", new Locator.LocatorOptions().setHasText("ui-live"));
        assertThat(row).containsText("accuracy ≥ 0.9");
        web.server().saveCriteria("ui-live", Sample.bound("accuracy", ">=", 0.7));
        assertThat(row).containsText("accuracy ≥ 0.7");
        web.assertNotReloaded();
    }

    @Test
    void delete_asksFirst() {
        // The page may hear of the change, and ask for the criteria, before it leaves.
        web.expectMessage("the server responded with a status of 404");
        web.server().saveCriteria("ui-deleted", Sample.bound("accuracy", ">=", 0.9));
        Page page = web.open("/criteria/ui-deleted");
        page.getByTestId("delete-criteria").click();
        Locator dialog = page.getByTestId("delete-dialog");
        assertThat(dialog).containsText("Delete ui-deleted?");
        page.keyboard().press("Enter");
        assertThat(dialog).isHidden();
        assertThat(page.getByTestId("criteria-version")).isVisible();

        page.getByTestId("delete-criteria").click();
        page.getByTestId("confirm-delete").click();
        assertThat(page).hasURL(web.server().address() + "/criteria");
        assertThat(page.locator("main")).not().containsText("ui-deleted");
    }

    @Test
    void unknownName_saysSo() {
        web.expectMessage("the server responded with a status of 404");
        Page page = web.open("/criteria/never-made");
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("No such criteria");
    }

    @Test
    void foreignText_isShownAsText() {
        web.server()
                .send(
                        "PUT",
                        "/config/criteria/ui-hostile",
                        Map.of("note", Sample.HOSTILE, "criteria", List.of(Sample.bound(Sample.HOSTILE, ">=", 1))));
        Page page = web.open("/criteria/ui-hostile");
        assertThat(page.getByTestId("criteria-version")).containsText(Sample.HOSTILE.substring(0, 60));
        assertThat(page.getByTestId("criteria-version").locator(".notes")).hasText(Sample.HOSTILE);
        assertThat(page.locator("main img, main script")).hasCount(0);
        web.open("/criteria");
        assertThat(page.getByTestId("criteria")).containsText(Sample.HOSTILE.substring(0, 60));
        assertThat(page.locator("main img, main script")).hasCount(0);
    }
}
