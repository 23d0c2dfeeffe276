package io.hone.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SettingsIT {

    private static final String SLOW = "hone.slow-request-ms";

    @RegisterExtension
    final Web web = Web.onSharedServer();

    /** Other tests use the same server. */
    @AfterEach
    void forget() {
        web.server().send("DELETE", "/config/settings/" + SLOW, null);
    }

    @Test
    void edit_changesValue_andResetForgetsIt() {
        Page page = web.open("/settings");
        Locator row = row(page, SLOW);
        assertThat(row.getByTestId("setting-value")).hasText("1,000 ms");
        assertThat(row.getByTestId("setting-source")).hasText("Default");
        button(row, "Edit " + SLOW).click();
        assertThat(input(row)).isFocused();
        input(row).fill("1500");
        input(row).press("Enter");
        assertThat(row.getByTestId("setting-value")).hasText("1,500 ms");
        assertThat(row.getByTestId("setting-source")).hasText("Set here");
        page.reload();
        assertThat(row.getByTestId("setting-value")).hasText("1,500 ms");

        button(row, "Reset " + SLOW).click();
        assertThat(row.getByTestId("setting-value")).hasText("1,000 ms");
        assertThat(row.getByTestId("setting-source")).hasText("Default");
        assertThat(button(row, "Reset " + SLOW)).hasCount(0);
    }

    @Test
    void valueOutOfRange_isRefusedAtItsField() {
        web.expectMessage("the server responded with a status of 422");
        Page page = web.open("/settings");
        Locator row = row(page, SLOW);
        button(row, "Edit " + SLOW).click();
        for (String wrong : new String[] {"0", "600001", "soon", "1.5", ""}) {
            input(row).fill(wrong);
            input(row).press("Enter");
            assertThat(row.getByRole(AriaRole.ALERT)).not().isEmpty();
            assertThat(input(row)).hasAttribute("aria-invalid", "true");
            assertThat(input(row)).hasValue(wrong);
        }
        input(row).fill("600001");
        input(row).press("Enter");
        assertThat(row.getByRole(AriaRole.ALERT)).containsText("600000");
        input(row).press("Escape");
        assertThat(row.getByTestId("setting-value")).hasText("1,000 ms");
    }

    @Test
    void choice_isOfferedAsList() {
        Page page = web.open("/settings");
        Locator row = row(page, "hone.log.requests");
        button(row, "Edit hone.log.requests").click();
        assertThat(row.locator("select option")).hasText(new String[] {"true", "false"});
        button(row, "Cancel").click();
        assertThat(row.getByTestId("setting-value")).hasText("true");
    }

    @Test
    void settingsOfTheStart_cannotBeEdited() {
        Page page = web.open("/settings");
        Locator row = row(page, "hone.port");
        assertThat(row).containsText("Set at start only");
        assertThat(row.getByRole(AriaRole.BUTTON)).hasCount(0);
    }

    @Test
    void settingChangedElsewhere_showsLive() {
        Page page = web.open("/settings");
        assertThat(row(page, SLOW).getByTestId("setting-value")).hasText("1,000 ms");
        web.mark();
        web.server().send("PUT", "/config/settings/" + SLOW, Map.of("value", 2_000));
        assertThat(row(page, SLOW).getByTestId("setting-value")).hasText("2,000 ms");
        web.assertNotReloaded();
    }

    @Test
    void search_narrowsAndStaysInAddress() {
        Page page = web.open("/settings");
        page.getByLabel("Find").fill("heartbeat");
        assertThat(page.getByTestId("setting")).hasCount(1);
        assertThat(page).hasURL(Pattern.compile("\\?q=heartbeat$"));
        page.reload();
        assertThat(page.getByTestId("setting")).hasCount(1);
        page.getByLabel("Find").fill("nothing of that kind");
        assertThat(page.getByTestId("empty")).containsText("No setting found");
    }

    private static Locator row(Page page, String key) {
        return page.locator("[data-test=setting][data-key='" + key + "']");
    }

    private static Locator input(Locator row) {
        return row.locator("[name=value]");
    }

    private static Locator button(Locator row, String name) {
        return row.getByRole(
                AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name).setExact(true));
    }
}
