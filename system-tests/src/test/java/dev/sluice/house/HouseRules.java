package dev.sluice.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;

/** What may know what: the design's rules, as ArchUnit rules over the compiled classes. */
final class HouseRules {

    static final List<String> SERVICES = List.of("ingress", "worker", "monitor", "stats");

    /** Packages that hold decisions and nothing else. */
    static final String[] PURE = {
        "dev.sluice.protocol..",
        "dev.sluice.worker.gate..",
        "dev.sluice.worker.gatehouse..",
        "dev.sluice.worker.dispatch..",
        "dev.sluice.worker.keys..",
        "dev.sluice.worker.link..",
        "dev.sluice.worker.fleet..",
        "dev.sluice.worker.credentials..",
        "dev.sluice.ingress.queue..",
        "dev.sluice.ingress.route..",
        "dev.sluice.ingress.heartbeat..",
        "dev.sluice.ingress.traffic..",
        "dev.sluice.monitor.health..",
        "dev.sluice.monitor.nodes..",
        "dev.sluice.stats.figures..",
        "dev.sluice.replay", // and not its kafka package
        "dev.sluice.cli.text..",
        "dev.sluice.cli.audit" // as replay
    };

    /** Only tests see these; clocks and the like are their business. */
    private static final DescribedPredicate<JavaClass> TESTKIT =
            resideInAPackage("dev.sluice.testkit..");

    private static final Set<String> CLOCKS =
            Set.of(
                    "java.lang.System.nanoTime",
                    "java.lang.System.currentTimeMillis",
                    "java.time.InstantSource.system");

    private static final Set<String> RANDOM_OWNERS =
            Set.of(
                    "java.util.concurrent.ThreadLocalRandom",
                    "java.security.SecureRandom",
                    "java.util.SplittableRandom");

    private HouseRules() {}

    /** What two services share stands in protocol or chassis. */
    static ArchRule independent(String service) {
        var others = SERVICES.stream().filter(s -> !s.equals(service)).map(HouseRules::in);
        var forbidden =
                java.util.stream.Stream.concat(
                                others,
                                List.of("cli", "embedded", "testkit").stream().map(HouseRules::in))
                        .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(in(service))
                .should()
                .dependOnClassesThat(resideInAnyPackage(forbidden))
                .because("a service never depends on another one, nor on what runs or tests it");
    }

    /** What is said and what is stood on know nobody above. */
    static final ArchRule FOUNDATIONS =
            noClasses()
                    .that()
                    .resideInAnyPackage("dev.sluice.protocol..", "dev.sluice.chassis..")
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("dev.sluice..")
                                    .and(
                                            not(
                                                    resideInAnyPackage(
                                                            "dev.sluice.protocol..",
                                                            "dev.sluice.chassis.."))));

    /** A service's class of that name assembles its parts, and so passes clients on. */
    static final ArchRule KAFKA =
            noClasses()
                    .that(
                            not(resideInAPackage("..kafka.."))
                                    .and(not(resideInAPackage("dev.sluice.embedded..")))
                                    .and(not(TESTKIT))
                                    .and(not(simpleNameEndingWith("Service"))))
                    .should()
                    .dependOnClassesThat(resideInAPackage("org.apache.kafka.."))
                    .because("only packages named kafka see Kafka");

    static final ArchRule JAVALIN =
            noClasses()
                    .that(
                            not(resideInAPackage("..http.."))
                                    .and(not(simpleNameEndingWith("Service"))))
                    .should()
                    .dependOnClassesThat(resideInAPackage("io.javalin.."))
                    .because("only packages named http see Javalin");

    /** Mains hand the clocks in; the chassis' clock package makes them. */
    static final ArchRule CLOCK =
            noClasses()
                    .that(
                            not(resideInAPackage("dev.sluice.chassis.."))
                                    .and(not(TESTKIT))
                                    .and(not(simpleNameEndingWith("Main"))))
                    .should()
                    .accessTargetWhere(describe("a clock is read", HouseRules::readsClock))
                    .because("time is an argument");

    static final ArchRule ENVIRONMENT =
            noClasses()
                    .that(
                            not(resideInAPackage("dev.sluice.chassis.settings.."))
                                    .and(not(TESTKIT))
                                    .and(not(simpleNameEndingWith("Main"))))
                    .should()
                    .accessTargetWhere(
                            describe(
                                    "the environment is read",
                                    access -> name(access).equals("java.lang.System.getenv")))
                    .because("settings are read once, from Settings");

    static final ArchRule PURE_RANDOM =
            noClasses()
                    .that()
                    .resideInAnyPackage(PURE)
                    .should()
                    .accessTargetWhere(describe("chance decides", HouseRules::drawsLots))
                    .because("pure packages decide the same each time");

    /** What a decision may be made of: values, collections, time as a value, text, JSON, limits. */
    static final ArchRule PURE_SEES_ONLY_PURE =
            classes()
                    .that()
                    .resideInAnyPackage(PURE)
                    .should()
                    .onlyDependOnClassesThat(
                            resideInAnyPackage(PURE)
                                    .or(
                                            resideInAnyPackage(
                                                    "java.util",
                                                    "java.util.function..",
                                                    "java.util.regex..",
                                                    "java.util.stream..",
                                                    "java.time..",
                                                    "java.math..",
                                                    "java.nio",
                                                    "java.nio.charset..",
                                                    "org.jspecify..",
                                                    "tools.jackson..",
                                                    "com.fasterxml.jackson.annotation..",
                                                    "org.HdrHistogram..",
                                                    "io.github.resilience4j.."))
                                    .or(resideInAPackage("java.lang..").and(not(threads())))
                                    .or(
                                            belongToAnyOf(
                                                    java.net.URI.class,
                                                    java.net.URISyntaxException.class,
                                                    java.security.MessageDigest.class,
                                                    java.security.NoSuchAlgorithmException.class,
                                                    java.util.concurrent.TimeUnit.class))
                                    .or(
                                            belongToAnyOf(
                                                    // bytes in memory, not files
                                                    java.io.ByteArrayInputStream.class,
                                                    java.io.ByteArrayOutputStream.class,
                                                    java.io.DataInputStream.class,
                                                    java.io.DataOutputStream.class,
                                                    java.io.InputStream.class,
                                                    java.io.OutputStream.class,
                                                    java.io.IOException.class,
                                                    java.io.UncheckedIOException.class))
                                    .or(describe("an array", HouseRules::isArrayOfPrimitives)))
                    .because("pure packages see the JDK's pure parts, protocol and limits only");

    /** Packages of one module, and so of all of them. */
    static final ArchRule NO_CYCLES =
            slices().assignedFrom(byPackage()).should().beFreeOfCycles().allowEmptyShould(true);

    static final ArchRule NULL_MARKED =
            classes()
                    .should(
                            new ArchCondition<JavaClass>("stand in a package that is @NullMarked") {
                                @Override
                                public void check(JavaClass type, ConditionEvents events) {
                                    if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                                        events.add(
                                                SimpleConditionEvent.violated(
                                                        type,
                                                        type.getPackageName()
                                                                + " is not @NullMarked ("
                                                                + type.getSimpleName()
                                                                + ")"));
                                    }
                                }
                            });

    private static String in(String module) {
        return "dev.sluice." + module + "..";
    }

    private static SliceAssignment byPackage() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return type.getPackageName().startsWith("dev.sluice")
                        ? SliceIdentifier.of(type.getPackageName())
                        : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "packages";
            }
        };
    }

    private static DescribedPredicate<JavaClass> threads() {
        return belongToAnyOf(
                Thread.class,
                ThreadLocal.class,
                Runtime.class,
                Process.class,
                ProcessBuilder.class);
    }

    private static boolean isArrayOfPrimitives(JavaClass type) {
        return type.isPrimitive() || (type.isArray() && type.getBaseComponentType().isPrimitive());
    }

    private static String name(JavaAccess<?> access) {
        return access.getTarget().getOwner().getName() + "." + access.getTarget().getName();
    }

    private static boolean readsClock(JavaAccess<?> access) {
        JavaClass owner = access.getTarget().getOwner();
        String method = access.getTarget().getName();
        boolean javaTime = owner.getPackageName().equals("java.time");
        return CLOCKS.contains(name(access))
                || (javaTime && method.equals("now"))
                || (owner.getName().equals("java.time.Clock")
                        && (method.startsWith("system") || method.startsWith("tick")));
    }

    private static boolean drawsLots(JavaAccess<?> access) {
        JavaClass owner = access.getTarget().getOwner();
        String name = name(access);
        return owner.isAssignableTo(Random.class)
                || owner.isAssignableTo(RandomGenerator.class)
                || RANDOM_OWNERS.contains(owner.getName())
                || name.equals("java.lang.Math.random")
                || name.equals(UUID.class.getName() + ".randomUUID");
    }
}
