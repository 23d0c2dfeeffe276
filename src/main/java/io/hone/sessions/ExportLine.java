package io.hone.sessions;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.hone.audit.AuditEntry;
import io.hone.criteria.Criteria;
import io.hone.criteria.Judgement;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A line of an exported file. The order is a head, then for each session: the criteria it is bound to unless they came
 * before, the session, its values, its audit; then an end, without which the file was cut off.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = ExportLine.TYPE)
@JsonSubTypes({
    @JsonSubTypes.Type(value = ExportLine.Head.class, name = "export"),
    @JsonSubTypes.Type(value = ExportLine.CriteriaVersion.class, name = "criteria"),
    @JsonSubTypes.Type(value = ExportLine.Exported.class, name = "session"),
    @JsonSubTypes.Type(value = ExportLine.Points.class, name = "points"),
    @JsonSubTypes.Type(value = ExportLine.Entries.class, name = "audit"),
    @JsonSubTypes.Type(value = ExportLine.End.class, name = "end")
})
sealed interface ExportLine {

    /** The member that tells which line it is; a line without it is what {@code POST /sessions} takes. */
    String TYPE = "type";

    /** Counts up when older servers could not read what is written. */
    int FORMAT = 1;

    /** The first line. */
    record Head(int format, Instant exportedAt) implements ExportLine {}

    /** Criteria that later sessions are bound to. */
    record CriteriaVersion(Criteria criteria) implements ExportLine {}

    /**
     * A session.
     *
     * @param judgement what its verdict is from; null when it was never judged
     */
    record Exported(Session session, @Nullable Judgement judgement) implements ExportLine {}

    /**
     * Values of one metric of the session before; the three lists are equally long.
     *
     * @param steps ascending
     */
    record Points(UUID sessionId, String metric, List<Long> steps, List<Instant> at, List<Double> values)
            implements ExportLine {}

    /** Audit entries of the session before, oldest first. */
    record Entries(UUID sessionId, List<AuditEntry> entries) implements ExportLine {}

    /** The last line: how many sessions the file has. */
    record End(long sessions) implements ExportLine {}
}
