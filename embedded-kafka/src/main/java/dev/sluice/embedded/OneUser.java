package dev.sluice.embedded;

import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.scram.ScramCredential;
import org.apache.kafka.common.security.scram.ScramCredentialCallback;
import org.apache.kafka.common.security.scram.internals.ScramFormatter;
import org.apache.kafka.common.security.scram.internals.ScramMechanism;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of SCRAM for the one user that the broker's own configuration names.
 *
 * <p>Kafka would look for users in its metadata log. Directories of earlier versions have none
 * there, and one that has would keep what was once its secret.
 *
 * <p>Each network thread has one of its own.
 */
public final class OneUser implements AuthenticateCallbackHandler {

    // the fewest that Kafka's clients take: stretching is for words that can be guessed
    private static final int ITERATIONS = ScramMechanism.SCRAM_SHA_256.minIterations();

    private String password = "";
    private @Nullable ScramCredential credential;

    /** Made by Kafka, by its name in the configuration. */
    public OneUser() {}

    @Override
    public void configure(
            Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {
        password = String.valueOf(entries.getFirst().getOptions().get("password"));
    }

    /** A callback that is left as it is refuses: of other users, and of delegation tokens. */
    @Override
    public void handle(Callback[] callbacks) {
        boolean ours = false;
        for (Callback callback : callbacks) {
            if (callback instanceof NameCallback name) {
                ours = BrokerSecret.USER.equals(name.getDefaultName());
            } else if (callback instanceof ScramCredentialCallback wanted && ours) {
                wanted.scramCredential(credential());
            }
        }
    }

    /** Made when it is first asked for, which is not at a start. */
    private ScramCredential credential() {
        if (credential == null) {
            try {
                credential =
                        new ScramFormatter(ScramMechanism.SCRAM_SHA_256)
                                .generateCredential(password, ITERATIONS);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has HmacSHA256", e);
            }
        }
        return credential;
    }

    @Override
    public void close() {}
}
