package dev.sluice.chassis.http;

import dev.sluice.chassis.http.connections.ClientConnection;
import dev.sluice.chassis.settings.Secret;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.chassis.time.NanoClock;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guard of calls that change things: they need {@code Authorization: Bearer} and the admin
 * token. Where no token is set, such calls are refused.
 *
 * <p>Wrong tokens are counted, logged and answered slowly, and a client that sends many of them is
 * refused for a while: what that means stands in {@link FailedAttempts}. A client is an IPv4
 * address or the /64 of an IPv6 address; behind a trusted proxy, the one that it names.
 */
public final class AdminToken {

    private static final String KEY = "sluice.admin-token";
    private static final String VARIABLE = "SLUICE_ADMIN_TOKEN";
    private static final String SCHEME = "Bearer ";

    // what can stand behind "Bearer" (RFC 6750, section 2.1)
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    // nobody guesses as many, however fast: who has it is let in whatever others tried from there
    private static final int UNGUESSABLE_CHARS = 32;
    private static final long SLOWED_MS = 300;
    // threads that wait to say no; beyond, the answer comes at once and is another one
    private static final int SLOWED_MAX = 64;

    private static final Logger log = LoggerFactory.getLogger(AdminToken.class);

    private final Optional<Secret> token;
    private final NanoClock nanos;
    private final MeterRegistry registry;
    private final FailedAttempts failed = new FailedAttempts(); // guarded by itself
    private final Semaphore slowed = new Semaphore(SLOWED_MAX);

    /** A guard by this token; without one it lets nobody in. */
    public AdminToken(Optional<Secret> token, MeterRegistry registry, NanoClock nanos) {
        this.token = token;
        this.registry = registry;
        this.nanos = nanos;
        for (Attempt attempt : Attempt.values()) {
            count(attempt, 0);
        }
    }

    private enum Attempt {
        ALLOWED,
        MISSING,
        WRONG,
        REFUSED
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
     * Lets the call go on, or ends it; one that may change something is told to the audit log when
     * it has ended.
     *
     * @throws ProblemException 403 where no token is set, 401 where another or none is given, 429
     *     for an address that has sent too many others
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
        if (given == null) {
            count(Attempt.MISSING, 1);
            throw required(
                    ctx,
                    "Send 'Authorization: Bearer <token>' with the value of %s."
                            .formatted(VARIABLE));
        }
        String address = ClientConnection.clientOf(ctx.req()).name();
        boolean right = isToken(given, token.get());
        boolean guessable = token.get().value().length() < UNGUESSABLE_CHARS;
        OptionalLong refusedSeconds = refusedSeconds(address);
        if (refusedSeconds.isPresent() && (!right || guessable)) {
            count(Attempt.REFUSED, 1);
            throw tooMany(refusedSeconds);
        }
        if (!right) {
            refuse(ctx, address);
        }
        count(Attempt.ALLOWED, 1);
        succeeded(address);
        AdminAudit.atTheEndOf(ctx, address);
    }

    private void refuse(Context ctx, String address) {
        count(Attempt.WRONG, 1);
        note(ctx, address);
        if (!slowed.tryAcquire()) {
            throw tooMany(OptionalLong.of(1));
        }
        try {
            TimeUnit.MILLISECONDS.sleep(SLOWED_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            slowed.release();
        }
        throw required(ctx, "This is not the token that %s sets here.".formatted(VARIABLE));
    }

    /** In the log stand the first and the last before the refusal, of each address and minute. */
    private void note(Context ctx, String address) {
        long now = nanos.nanoTime();
        synchronized (failed) {
            int count = failed.failed(address, now);
            boolean told = count == 1 || count == FailedAttempts.MOST;
            if (told && failed.mayLog(now)) {
                log.warn(
                        "wrong admin token from {} ({} in a minute): {}",
                        address,
                        count,
                        AdminAudit.shown(ctx.method() + " " + ctx.path()));
            }
        }
    }

    private OptionalLong refusedSeconds(String address) {
        synchronized (failed) {
            return failed.refusedSeconds(address, nanos.nanoTime());
        }
    }

    private void succeeded(String address) {
        synchronized (failed) {
            failed.succeeded(address);
        }
    }

    private void count(Attempt attempt, int more) {
        Counter.builder("sluice.admin.attempts")
                .description("calls that need the admin token, by what they had")
                .tag("result", attempt.name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment(more);
    }

    private static ProblemException required(Context ctx, String detail) {
        ctx.header("WWW-Authenticate", "Bearer");
        return new ProblemException(
                new Problem(401, "admin_token_required", "Admin token required", detail));
    }

    private static ProblemException tooMany(OptionalLong seconds) {
        return new ProblemException(
                new Problem(
                        429,
                        "too_many_attempts",
                        "Too many attempts",
                        "Too many wrong admin tokens came from this address; the log says when."),
                seconds);
    }

    /** Takes as long wherever the first wrong character stands. */
    private static boolean isToken(String given, Secret token) {
        return given.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        given.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8),
                        token.value().getBytes(StandardCharsets.UTF_8));
    }
}
