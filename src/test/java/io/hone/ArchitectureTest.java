package io.hone;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import jakarta.enterprise.context.Dependent;
import jakarta.ws.rs.Path;
import java.text.DateFormat;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Date;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

@AnalyzeClasses(packages = "io.hone", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] PLATFORM =
            packages("settings", "logging", "metrics", "events", "database", "http", "cache", "secrets", "audit");

    private static final String[] FEATURES = packages(
            "auth",
            "configuration",
            "criteria",
            "failures",
            "gateway",
            "sessions",
            "dashboard",
            "live",
            "performance",
            "responses",
            "forwarding",
            "server",
            "tool");

    /** Who sees Jdbi without being a repository. */
    private static final Set<String> SQL_OWNERS = Set.of(
            "io.hone.audit.Audit", // the whole package is its table
            "io.hone.auth.SigningKeys", // three statements on a table of its own
            "io.hone.http.Idempotency", // its two statements belong to the transaction of the request
            "io.hone.http.Problems", // tells failures of storage from faults
            "io.hone.server.HealthChecks", // asks whether the database answers
            "io.hone.sessions.SessionCounts", // the other tables of sessions, each with its one owner:
            "io.hone.sessions.SessionRows",
            "io.hone.sessions.SessionSearch",
            "io.hone.sessions.SessionStatistics");

    /** Who keeps a cache that is no business of the catalogue. */
    private static final Set<String> CACHE_OWNERS = Set.of(
            "io.hone.auth.RateLimits", // buckets, which are no copy of anything
            "io.hone.responses.ResponseStore", // answers, bounded by their bytes and kept as long as their rule says
            "io.hone.sessions.StepRepository"); // numbers of metric names: they never change, so nothing invalidates
    // them

    @ArchTest
    static final ArchRule packagesFormNoCycle = slices().matching("io.hone.(*)..")
            .should()
            .beFreeOfCycles()
            .because("a cycle makes one package of several: none can be understood or changed alone");

    @ArchTest
    static final ArchRule platformKnowsNoFeature = noClasses()
            .that()
            .resideInAnyPackage(PLATFORM)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(FEATURES)
            .because("a feature must be deletable without touching the platform");

    @ArchTest
    static final ArchRule everyPackageHasItsPlace = classes()
            .should()
            .resideInAnyPackage(both(PLATFORM, FEATURES))
            .because("a new package belongs to the platform or the features above; the rules are silent on others");

    @ArchTest
    static final ArchRule nobodyImportsLive = onlyItselfImports("live");

    @ArchTest
    static final ArchRule nobodyImportsDashboard = onlyItselfImports("dashboard");

    @ArchTest
    static final ArchRule nobodyImportsPerformance = onlyItselfImports("performance");

    @ArchTest
    static final ArchRule onlyTheServerImportsForwarding = noClasses()
            .that()
            .resideOutsideOfPackages("io.hone.forwarding..", "io.hone.server..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.hone.forwarding..")
            .because("forwarding stands on top: only the clock of the server runs its probes");

    @ArchTest
    static final ArchRule providersAreCalledByForwardingAlone = noClasses()
            .that()
            .resideOutsideOfPackage("io.hone.forwarding..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.eclipse.jetty..")
            .because("each way out to another server has to check where it leads");

    @ArchTest
    static final ArchRule nobodyImportsServer = onlyItselfImports("server");

    @ArchTest
    static final ArchRule nobodyImportsTool = onlyItselfImports("tool");

    @ArchTest
    static final ArchRule gatewayKnowsWhoAsksAndWhyItFails = noClasses()
            .that()
            .resideInAPackage("io.hone.gateway..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(FEATURES)
                    .and(resideOutsideOfPackage("io.hone.gateway.."))
                    .and(resideOutsideOfPackage("io.hone.auth.."))
                    .and(resideOutsideOfPackage("io.hone.failures..")))
            .because("sessions ask the gateway what they cost, so it knows them by their id alone");

    @ArchTest
    static final ArchRule toolKnowsSettingsAlone = classes()
            .that()
            .resideInAPackage("io.hone.tool..")
            .should()
            .onlyDependOnClassesThat(
                    resideOutsideOfPackage("io.hone..").or(resideInAnyPackage("io.hone.tool..", "io.hone.settings..")))
            .because("the launcher runs outside the WAR, where only the settings are the same");

    @ArchTest
    static final ArchRule jdbiStaysWithSql = noClasses()
            .that(not(resideInAPackage("io.hone.database.."))
                    .and(not(topLevelNamed("a repository", name -> name.endsWith("Repository"))))
                    .and(not(topLevelNamed("a listed owner of SQL", SQL_OWNERS::contains))))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.jdbi..")
            .because("SQL has an owner: a change of the schema must not be a search through all the code");

    @ArchTest
    static final ArchRule cachesStayInTheirPackage = noClasses()
            .that(resideOutsideOfPackage("io.hone.cache..")
                    .and(not(topLevelNamed("a listed owner of a cache", CACHE_OWNERS::contains))))
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("javax.cache..", "com.hazelcast..", "com.github.benmanes.caffeine..")
                            .and(resideOutsideOfPackage("javax.cache.annotation..")))
            .because("what is cached, how much and for how long is in one catalogue; features say it with annotations");

    @ArchTest
    static final ArchRule webSocketsStayInLive = noClasses()
            .that()
            .resideOutsideOfPackage("io.hone.live..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jakarta.websocket..")
            .because("features fire events and do not know who listens, or how");

    @ArchTest
    static final ArchRule repositoriesAreHidden = classes()
            .that()
            .haveSimpleNameEndingWith("Repository")
            .should()
            .bePackagePrivate()
            .because("others ask the front door, which decides and audits; a table has no rules");

    @ArchTest
    static final ArchRule resourcesCanBeCalled = classes()
            .that()
            .areAnnotatedWith(Path.class)
            .should()
            .bePublic()
            .andShould()
            .beAnnotatedWith(Dependent.class)
            .because("a package-private resource deploys, is listed and answers 500, and without a scope"
                    + " its constructor is not injected");

    @ArchTest
    static final ArchRule linesGoToTheLog = noClasses()
            .that(not(resideInAPackage("io.hone.tool.."))
                    .and(not(topLevelNamed("Lifecycle", "io.hone.server.Lifecycle"::equals)))
                    .and(not(topLevelNamed("Logs", "io.hone.logging.Logs"::equals))))
            .should(ACCESS_STANDARD_STREAMS)
            .because(
                    "only the log knows the format and queues what it writes; Lifecycle speaks to the person who starts"
                            + " the server, before there is a log, and Logs is the log");

    @ArchTest
    static final ArchRule timesAreInstants = noClasses()
            .that()
            .haveNameNotMatching("io\\.hone\\.auth\\.AccessTokens(\\$.*)?") // Nimbus speaks of dates
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Date.class, Calendar.class, DateFormat.class)
            .because("java.time says what it means: these are mutable, and their zone is the machine's");

    @ArchTest
    static final ArchRule packagesSayWhatTheyAreFor = classes()
            .should(new ArchCondition<JavaClass>("be in a package whose package-info says @NullMarked") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    boolean marked = type.getPackage()
                            .tryGetPackageInfo()
                            .map(info -> info.isAnnotatedWith(NullMarked.class))
                            .orElse(false);
                    events.add(new SimpleConditionEvent(type, marked, type.getPackageName() + " of " + type.getName()));
                }
            })
            .because("NullAway checks marked packages alone, and a reader starts at package-info");

    private static ArchRule onlyItselfImports(String name) {
        return noClasses()
                .that()
                .resideOutsideOfPackage("io.hone." + name + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.hone." + name + "..")
                .because("%s stands on top: it can be taken away and nothing else notices".formatted(name));
    }

    /** By the outermost class around it, so that nested records and lambdas go with it. */
    private static DescribedPredicate<JavaClass> topLevelNamed(String description, Predicate<String> name) {
        return describe(description, type -> {
            JavaClass outermost = type;
            while (outermost.getEnclosingClass().isPresent()) {
                outermost = outermost.getEnclosingClass().get();
            }
            return name.test(outermost.getName());
        });
    }

    private static String[] packages(String... names) {
        return Arrays.stream(names).map(name -> "io.hone." + name + "..").toArray(String[]::new);
    }

    private static String[] both(String[] some, String[] others) {
        return Stream.of(some, others).flatMap(Arrays::stream).toArray(String[]::new);
    }
}
