package dev.sluice.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.sluice.chassis.broken.KnowsAService;
import dev.sluice.ingress.broken.KnowsTheWorker;
import dev.sluice.ingress.broken.ReadsClocks;
import dev.sluice.ingress.broken.ReadsTheEnvironment;
import dev.sluice.ingress.broken.SeesJavalin;
import dev.sluice.ingress.broken.SeesKafka;
import dev.sluice.ingress.broken.one.One;
import dev.sluice.ingress.broken.two.Two;
import dev.sluice.monitor.health.broken.DrawsLots;
import dev.sluice.monitor.health.broken.ReadsAFile;
import dev.sluice.monitor.health.broken.StartsAThread;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules hold for the house as it is built, and each is broken by a class made to break it. */
class HouseRulesTest {

    private static final JavaClasses HOUSE =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.sluice");

    @Test
    void allModulesAreLookedAt() {
        for (String module :
                new String[] {
                    "protocol",
                    "chassis",
                    "embedded",
                    "testkit",
                    "ingress",
                    "worker",
                    "monitor",
                    "stats",
                    "cli"
                }) {
            assertThat(HOUSE.containPackage("dev.sluice." + module)).as(module).isTrue();
        }
        assertThat(HOUSE.containPackage("dev.sluice.house")).isFalse();
    }

    @Test
    void allPurePackagesAreThere() {
        for (String pure : HouseRules.PURE) {
            assertThat(HOUSE.containPackage(pure.replace("..", ""))).as(pure).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void holds(ArchRule rule) {
        rule.check(HOUSE);
    }

    static Stream<ArchRule> rules() {
        return Stream.concat(
                HouseRules.SERVICES.stream().map(HouseRules::independent),
                Stream.of(
                        HouseRules.FOUNDATIONS,
                        HouseRules.KAFKA,
                        HouseRules.JAVALIN,
                        HouseRules.CLOCK,
                        HouseRules.ENVIRONMENT,
                        HouseRules.PURE_RANDOM,
                        HouseRules.PURE_SEES_ONLY_PURE,
                        HouseRules.NO_CYCLES,
                        HouseRules.NULL_MARKED));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void isBrokenBy(ArchRule rule, Class<?> culprit, int violations) {
        var classes = new ClassFileImporter().importClasses(culprit);

        assertThat(rule.evaluate(classes).getFailureReport().getDetails())
                .hasSize(violations)
                .allSatisfy(detail -> assertThat(detail).contains(culprit.getSimpleName()));
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of(HouseRules.independent("ingress"), KnowsTheWorker.class, 1),
                Arguments.of(HouseRules.FOUNDATIONS, KnowsAService.class, 1),
                Arguments.of(HouseRules.KAFKA, SeesKafka.class, 1),
                Arguments.of(HouseRules.JAVALIN, SeesJavalin.class, 1),
                Arguments.of(HouseRules.CLOCK, ReadsClocks.class, 6),
                Arguments.of(HouseRules.ENVIRONMENT, ReadsTheEnvironment.class, 1),
                Arguments.of(HouseRules.PURE_RANDOM, DrawsLots.class, 5),
                Arguments.of(HouseRules.PURE_SEES_ONLY_PURE, ReadsAFile.class, 2),
                Arguments.of(HouseRules.PURE_SEES_ONLY_PURE, StartsAThread.class, 1),
                Arguments.of(HouseRules.NULL_MARKED, KnowsTheWorker.class, 1));
    }

    @Test
    void aCycleIsSeen() {
        var classes = new ClassFileImporter().importClasses(One.class, Two.class);

        assertThat(HouseRules.NO_CYCLES.evaluate(classes).hasViolation()).isTrue();
    }
}
