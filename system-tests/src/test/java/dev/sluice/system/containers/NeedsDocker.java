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

/** A test class that is skipped, and says so, where no Docker engine answers. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsDocker.Condition.class)
@interface NeedsDocker {

    /** Asks once. */
    final class Condition implements ExecutionCondition {

        private static final String SKIPPED = "no Docker engine answers: not tested in containers";

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (DockerClientFactory.instance().isDockerAvailable()) {
                return ConditionEvaluationResult.enabled("Docker is there");
            }
            if (context.getTestMethod().isEmpty()) {
                System.out.println("SKIPPED " + context.getDisplayName() + ": " + SKIPPED);
            }
            return ConditionEvaluationResult.disabled(SKIPPED);
        }
    }
}
