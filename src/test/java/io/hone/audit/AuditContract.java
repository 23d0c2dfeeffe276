package io.hone.audit;

import static io.hone.audit.Refusals.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hone.audit.Audit.Filter;
import io.hone.http.Caller;
import io.hone.http.Page;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

abstract class AuditContract extends StoreContract {

    private static final Filter ALL = new Filter(null, null, null, null, null, null);

    private Audit audit;

    @BeforeEach
    void build() {
        audit = new Audit(database, clock);
    }

    @Test
    void write_readsBackAsWritten() {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("from", "a'; DROP TABLE audit; --");
        detail.put("count", 3);
        detail.put("nothing", null);
        detail.put("nested", Map.of("list", List.of(1, "two")));

        write(ADA, "session.created", "session", "<b>1</b>", detail);

        AuditEntry entry = audit.list(ALL, true, null, 10).items().get(0);
        assertThat(entry)
                .isEqualTo(new AuditEntry(
                        entry.id(), NOON, "ada", "session.created", "session", "<b>1</b>", "request-of-ada", detail));
    }

    @Test
    void write_byTheServerItself_hasNoRequest() {
        write(Caller.SERVER, "session.abandoned", "session", "1", Map.of());

        assertThat(audit.list(ALL, true, null, 10).items()).singleElement().satisfies(entry -> {
            assertThat(entry.actor()).isEqualTo("hone");
            assertThat(entry.requestId()).isNull();
        });
    }

    @Test
    void write_changeFails_leavesNoEntry() {
        assertThatThrownBy(() -> database.write(transaction -> {
                    audit.write(transaction, ADA, "session.created", "session", "1", Map.of());
                    throw new IllegalStateException("the change fails");
                }))
                .hasMessage("the change fails");

        assertThat(audit.list(ALL, true, null, 10).items()).isEmpty();
    }

    @Test
    void list_eachFilter_keepsWhatMatches() {
        write(ADA, "session.created", "session", "1", Map.of());
        clock.advance(Duration.ofMillis(1));
        write(BOB, "session.created", "session", "2", Map.of());
        clock.advance(Duration.ofMillis(1));
        write(ADA, "setting.changed", "setting", "1", Map.of());

        Instant second = NOON.plusMillis(1);
        assertThat(listed(ALL)).containsExactly("session 1", "session 2", "setting 1");
        assertThat(listed(new Filter("ada", null, null, null, null, null))).containsExactly("session 1", "setting 1");
        assertThat(listed(new Filter(null, "session.created", null, null, null, null)))
                .containsExactly("session 1", "session 2");
        assertThat(listed(new Filter(null, null, "setting", null, null, null))).containsExactly("setting 1");
        assertThat(listed(new Filter(null, null, null, "1", null, null))).containsExactly("session 1", "setting 1");
        assertThat(listed(new Filter(null, null, null, null, second, null))).containsExactly("session 2", "setting 1");
        assertThat(listed(new Filter(null, null, null, null, null, second))).containsExactly("session 1");
        assertThat(listed(new Filter("ada", "session.created", "session", "1", NOON, second)))
                .containsExactly("session 1");
        assertThat(listed(Filter.of("session", "2"))).containsExactly("session 2");
        assertThat(listed(new Filter("ADA", null, null, null, null, null))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6, 7, 8})
    void list_pages_haveEveryEntryOnceInOrder(int limit) {
        for (int i = 0; i < 7; i++) {
            write(ADA, "session.changed", "session", Integer.toString(i), Map.of());
        }

        assertThat(walked(true, limit)).containsExactly("0", "1", "2", "3", "4", "5", "6");
        assertThat(walked(false, limit)).containsExactly("6", "5", "4", "3", "2", "1", "0");
    }

    @Test
    void list_entriesAddedWhileNewestFirstPagesAreRead_doNotRepeatAny() {
        write(ADA, "a", "session", "1", Map.of());
        write(ADA, "a", "session", "2", Map.of());
        Page<AuditEntry> first = audit.list(ALL, false, null, 1);
        write(ADA, "a", "session", "3", Map.of());

        Page<AuditEntry> second = audit.list(ALL, false, first.nextCursor(), 1);

        assertThat(second.items()).extracting(AuditEntry::subject).containsExactly("1");
        assertThat(second.nextCursor()).isNull();
    }

    @Test
    void list_cursorOfTheOtherOrder_isRefused() {
        write(ADA, "a", "session", "1", Map.of());
        write(ADA, "a", "session", "2", Map.of());
        String cursor = audit.list(ALL, true, null, 1).nextCursor();

        assertInvalid(() -> audit.list(ALL, false, cursor, 1), "?cursor");
        assertInvalid(() -> audit.list(ALL, true, "made up", 1), "?cursor");
    }

    private void write(Caller caller, String action, String type, String subject, Map<String, Object> detail) {
        database.write(transaction -> {
            audit.write(transaction, caller, action, type, subject, detail);
            return 0;
        });
    }

    private List<String> listed(Filter filter) {
        return audit.list(filter, true, null, 100).items().stream()
                .map(entry -> entry.subjectType() + " " + entry.subject())
                .toList();
    }

    private List<String> walked(boolean oldestFirst, int limit) {
        List<String> subjects = new ArrayList<>();
        String cursor = null;
        do {
            Page<AuditEntry> page = audit.list(ALL, oldestFirst, cursor, limit);
            assertThat(page.items()).isNotEmpty();
            page.items().forEach(entry -> subjects.add(entry.subject()));
            assertThat(subjects).doesNotHaveDuplicates();
            cursor = page.nextCursor();
        } while (cursor != null);
        return subjects;
    }
}
