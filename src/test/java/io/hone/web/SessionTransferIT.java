package io.hone.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sessions as files: out of the list, and in again. */
class SessionTransferIT {

    @RegisterExtension
    final Web web = Web.onSharedServer();

    @Test
    void csv_hasTheColumnsShown_ofAllThatMatch() throws IOException {
        LocalServer server = web.server();
        for (int i = 0; i < 60; i++) {
            String id = server.createSession(
                    "file-csv",
                    "run, \"%d\"".formatted(i),
                    Map.of("params", Map.of("bits", 8), "tags", Map.of("team", "vision")));
            server.report(id, 1, Map.of("accuracy", 0.5));
        }
        server.createSession("file-csv", "another", Map.of("model", "bert"));
        Page page = web.open(
                "/sessions?project=file-csv&model=resnet-50&column=status&column=metrics&column=param:bits&column=tags");
        assertThat(page.locator("[role=table]")).hasAttribute("aria-rowcount", "51");
        page.getByTestId("export").click();
        Download download =
                page.waitForDownload(() -> page.getByTestId("export-csv").click());
        assertThat(download.suggestedFilename()).matches("sessions-\\d{4}-\\d\\d-\\d\\dT\\d{6}\\.csv");
        List<String> lines = Files.readAllLines(download.path());
        assertThat(lines).hasSize(61);
        assertThat(lines.get(0)).isEqualTo("id,name,status,metric:accuracy,param:bits,tag:team");
        assertThat(lines.get(1)).contains("\"run, \"\"59\"\"\",pending,0.5,8,vision");
        assertThat(page.getByTestId("export-saved")).containsText("Saved");
    }

    @Test
    void ndjson_exported_isImportedAgain_orLeftOutWhereItIsHere() {
        LocalServer server = web.server();
        String parent = server.createSession("file-again", "the parent");
        server.createSession("file-again", "the child", Map.of("parent_id", parent));
        server.report(parent, 1, Map.of("accuracy", 0.5));
        Page page = web.open("/sessions?project=file-again");
        assertThat(rows(page)).hasCount(1);
        page.getByTestId("export").click();
        page.getByTestId("export-children").check();
        Download download =
                page.waitForDownload(() -> page.getByTestId("export-ndjson").click());
        assertThat(page.getByTestId("export-saved")).isVisible();
        page.keyboard().press("Escape");

        web.expectMessage("the server responded with a status of 422");
        page.getByTestId("import").click();
        Locator dialog = page.getByTestId("import-dialog");
        assertThat(dialog.getByTestId("import-start")).isDisabled();
        dialog.getByTestId("import-file").setInputFiles(download.path());
        dialog.getByTestId("import-start").click();
        assertThat(dialog.getByTestId("import-problem")).containsText("is here already");
        dialog.getByTestId("import-skip").check();
        dialog.getByTestId("import-start").click();
        assertThat(dialog.getByTestId("import-answer")).containsText("2 here already were left out.");
        dialog.getByText("Done").click();

        server.send("POST", "/sessions/bulk", Map.of("action", "delete", "ids", List.of(parent)));
        server.send("POST", "/sessions/" + parent + "/purge", null);
        assertThat(page.getByTestId("empty")).isVisible();
        page.getByTestId("import").click();
        dialog.getByTestId("import-file").setInputFiles(download.path());
        dialog.getByTestId("import-start").click();
        assertThat(dialog.getByTestId("import-answer")).containsText("2 sessions imported, with 1 step.");
        dialog.getByText("Done").click();
        assertThat(rows(page)).containsText(new String[] {"the parent"});
        assertThat(rows(page)).containsText(new String[] {"1 child session "});
    }

    @Test
    void badLine_isNamed_andNothingIsTaken() {
        web.expectMessage("the server responded with a status of 422");
        Page page = web.open("/sessions?project=file-bad");
        page.getByTestId("import").click();
        Locator dialog = page.getByTestId("import-dialog");
        String good =
                "{\"name\": \"from a file\", \"project\": \"file-bad\", \"model\": \"m\", \"technique\": \"pruning\"}\n";
        dialog.getByTestId("import-file").setInputFiles(file(good + good.replace("pruning", "wishing")));
        dialog.getByTestId("import-start").click();
        assertThat(dialog.getByTestId("import-problem")).containsText("Nothing was imported.");
        assertThat(dialog.getByTestId("import-problem")).containsText("Line 2, technique: ");
        for (ColorScheme scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            Accessibility.assertNoViolation(page, "import refused " + scheme);
        }
        dialog.getByTestId("import-file").setInputFiles(file(good));
        assertThat(dialog.getByTestId("import-problem")).hasCount(0);
        dialog.getByTestId("import-start").click();
        assertThat(dialog.getByTestId("import-answer")).containsText("1 session imported, with 0 steps.");
        page.keyboard().press("Escape");
        assertThat(rows(page)).containsText(new String[] {"from a file"});
    }

    @Test
    void lostServer_isTold_byExportAndImport() {
        web.expectMessage("net::ERR_");
        web.server().createSession("file-lost", "only run");
        Page page = web.open("/sessions?project=file-lost");
        assertThat(rows(page)).hasCount(1);
        page.route("**/api/v1/sessions/*port*", Route::abort);
        page.getByTestId("export").click();
        page.getByTestId("export-csv").click();
        assertThat(page.getByTestId("export-panel")).containsText("The server cannot be reached");
        page.keyboard().press("Escape");
        page.getByTestId("import").click();
        page.getByTestId("import-file").setInputFiles(file("{}\n"));
        page.getByTestId("import-start").click();
        assertThat(page.getByTestId("import-problem")).containsText("Nothing was imported");
    }

    @Test
    void viewer_mayExport_butNotImport() {
        web.server().createSession("file-role", "only run");
        Page page = web.newWindow().newPage();
        web.signIn(page.context(), web.server().account("viewer"));
        page.navigate(web.server().address() + "/sessions?project=file-role");
        assertThat(rows(page)).hasCount(1);
        assertThat(page.getByTestId("import")).hasCount(0);
        page.getByTestId("export").click();
        page.waitForDownload(() -> page.getByTestId("export-csv").click());
    }

    private static FilePayload file(String text) {
        return new FilePayload("sessions.ndjson", "application/x-ndjson", text.getBytes(StandardCharsets.UTF_8));
    }

    private static Locator rows(Page page) {
        return page.getByTestId("session-row");
    }
}
