package dev.sluice.chassis.http;

import dev.sluice.chassis.settings.Secret;
import dev.sluice.chassis.settings.Settings;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The guard of calls that change things: they need {@code Authorization: Bearer} and the admin
 * token. Where no token is set, such calls are refused.
 */
public final class AdminToken {

    private static final String KEY = "sluice.admin-token";
    private static final String VARIABLE = "SLUICE_ADMIN_TOKEN";
    private static final String SCHEME = "Bearer ";

    // what can stand behind "Bearer" (RFC 6750, section 2.1)
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private final Optional<Secret> token;

    /** A guard by this token; without one it lets nobody in. */
    public AdminToken(Optional<Secret> token) {
        this.token = token;
    }

    /** The token as it is set; one that no client could send is noted as a mistake. */
    public static Optional<Secret> read(Settings settings) {
        Optional<Secret> token = settings.secret(KEY);
        if (token.isPresent() && !TOKEN.matcher(token.get().value()).matches()) {
            settings.problem(
                    KEY,
                    "must be letters, digits and -._~+/ only; 'openssl rand -hex 32' makes one");
        }
        return token;
    }

    /**
     * Lets the call go on, or ends it.
     *
     * @throws ProblemException 403 where no token is set, 401 where another or none is given
     */
    public void require(Context ctx) {
        if (token.isEmpty()) {
            throw new ProblemException(
                    new Problem(
                            403,
                            "changes_disabled",
                            "Changes are disabled",
                            "No admin token is set, so nothing can be changed over HTTP. Start"
                                    + " this service with %s, and send it as 'Authorization:"
                                            .formatted(VARIABLE)
                                    + " Bearer <token>'."));
        }
        String given = ctx.header("Authorization");
        if (given == null || !isToken(given, token.get())) {
            ctx.header("WWW-Authenticate", "Bearer");
            throw new ProblemException(
                    new Problem(
                            401,
                            "admin_token_required",
                            "Admin token required",
                            given == null
                                    ? "Send 'Authorization: Bearer <token>' with the value of %s."
                                            .formatted(VARIABLE)
                                    : "This is not the token that %s sets here."
                                            .formatted(VARIABLE)));
        }
    }

    /** Takes as long wherever the first wrong character stands. */
    private static boolean isToken(String given, Secret token) {
        return given.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        given.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8),
                        token.value().getBytes(StandardCharsets.UTF_8));
    }
}
