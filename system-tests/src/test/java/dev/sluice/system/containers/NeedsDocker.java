package dev.sluice.system.containers;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/**
 * A test class that is skipped, and says so, where no Docker engine answers, or with {@code
 * -Dcontainers.skip=true}: an engine without the images that ours are made of is of no use.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsDocker.Condition.class)
@interface NeedsDocker {

    /** Asks once. */
    final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (Boolean.getBoolean("containers.skip")) {
                return skipped(context, "containers.skip is set");
            }
            if (!DockerClientFactory.instance().isDockerAvailable()) {
                return skipped(context, "no Docker engine answers");
            }
            return ConditionEvaluationResult.enabled("Docker is there");
        }

        private static ConditionEvaluationResult skipped(ExtensionContext context, String why) {
            if (context.getTestMethod().isEmpty()) {
                System.out.println(
                        "SKIPPED, not tested in containers: %s: %s"
                                .formatted(context.getDisplayName(), why));
            }
            return ConditionEvaluationResult.disabled(why);
        }
    }
}
