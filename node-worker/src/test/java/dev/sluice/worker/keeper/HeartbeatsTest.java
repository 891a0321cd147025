package dev.sluice.worker.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {

    private static final long MS = 1_000_000L;
    private static final long LEASE = 1500 * MS;
    private static final long SESSION = 2000 * MS;
    private static final long START = Long.MAX_VALUE - 5_000 * MS; // soon wraps around

    /** A member: it sends, is heard some time later, and is answered some time after that. */
    private static final class Member {
        final Random random;
        final Heartbeats heartbeats = new Heartbeats(LEASE, START);
        final Lease lease = new Lease(LEASE);
        double answered;
        long looks = START;

        Member(long seed) {
            random = new Random(seed);
        }

        /** Looks at the count every 25 ms, now and then much later, until then. */
        void lookUntil(long nanos) {
            while (looks - nanos < 0) {
                heartbeats.answered(answered, looks).ifPresent(lease::renew);
                long most = random.nextInt(40) == 0 ? 3_000 * MS : 25 * MS;
                looks += random.nextLong(MS, most);
            }
        }

        long some() {
            return random.nextLong(1, random.nextInt(10) == 0 ? 2_500 * MS : 20 * MS);
        }
    }

    @Property(tries = 1000)
    void aLeaseNeverOutlivesTheSessionThatItStandsFor(@ForAll long seed) {
        var member = new Member(seed);
        long now = START;
        long heard = START; // by the group, in time
        boolean known = true;
        for (int i = 0; i < 60; i++) {
            long sent = now + 500 * MS * member.random.nextInt(2);
            long arrives = sent + member.some();
            long back = arrives + member.some();
            if (known && arrives - heard < SESSION) {
                heard = arrives;
                checkUntil(member, back, heard);
            } else {
                known = false; // the group has given it up, and says so with this answer
                checkUntil(member, back, heard);
                member.answered++;
                long lost = back + member.some(); // until the member is told
                checkUntil(member, lost, heard);
                member.lease.end();
                known = true;
                heard = lost;
                now = lost;
                continue;
            }
            member.answered++;
            now = back;
        }
    }

    /** While time passes until then, no lease reaches beyond the session. */
    private static void checkUntil(Member member, long untilNanos, long heard) {
        while (member.looks - untilNanos < 0) {
            member.lookUntil(Math.min(untilNanos, member.looks + 1));
            long over = heard + SESSION;
            assertThat(member.lease.isHeld(over)).as("held when the session is over").isFalse();
        }
    }

    @Test
    void heartbeatsThatAreAnsweredInTimeKeepTheLease() {
        var heartbeats = new Heartbeats(LEASE, START);
        var lease = new Lease(LEASE);
        double answered = 0;
        long now = START;
        for (int look = 1; look < 4_000; look++) {
            now += 25 * MS;
            if (look % 20 == 0) {
                answered++;
            }
            heartbeats.answered(answered, now).ifPresent(lease::renew);
            if (look > 60) {
                assertThat(lease.isHeld(now)).as("look %d", look).isTrue();
            }
        }
    }

    @Test
    void theFirstAnswerAfterASilenceProvesNothing() {
        var heartbeats = new Heartbeats(LEASE, START);
        long now = START;
        // in half seconds: two answers, a silence, and answers again
        boolean[] answers = {true, true, false, false, false, false, true, true, true};
        boolean[] proves = {false, true, false, false, false, false, false, false, true};
        double answered = 0;
        for (int i = 0; i < answers.length; i++) {
            for (int look = 0; look < 19; look++) {
                now += 25 * MS;
                assertThat(heartbeats.answered(answered, now)).isEmpty();
            }
            now += 25 * MS;
            answered += answers[i] ? 1 : 0;
            // the one that was sent before the silence may be what is answered first
            assertThat(heartbeats.answered(answered, now).isPresent())
                    .as("half second %d", i)
                    .isEqualTo(proves[i]);
        }
    }

    @Property(tries = 200)
    void aLeaseThatWasEndedIsNotHeldUnderItsOldTerm(@ForAll long seed) {
        var random = new Random(seed);
        var lease = new Lease(LEASE);
        long now = START;
        long before = lease.term();
        for (int i = 0; i < 50; i++) {
            now += random.nextLong(1, 400 * MS);
            if (random.nextInt(5) == 0) {
                before = lease.term();
                lease.end();
                assertThat(lease.isHeld(now)).isFalse();
            } else {
                lease.renew(now);
                assertThat(lease.isHeld(lease.term(), now)).isTrue();
                assertThat(lease.isHeld(now + LEASE)).isFalse();
            }
            if (lease.term() != before) {
                assertThat(lease.isHeld(before, now)).isFalse();
            }
        }
    }
}
