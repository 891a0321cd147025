package dev.sluice.worker.simulation;

import dev.sluice.worker.link.Frame;
import dev.sluice.worker.link.Line;
import dev.sluice.worker.link.LinkMessage;
import dev.sluice.worker.link.PeerClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One end of a link: what {@code http.LinkConnection} does, in virtual time. */
final class LinkEnd implements Line {

    private static final long BEAT = 250 * Agenda.MS;
    private static final long SILENCE = 2 * Agenda.SECOND;

    /** What hears of it. */
    interface Ends {
        void read(LinkMessage message);

        void ready();

        void closed();
    }

    final SimProcess at;
    private final Ends ends;
    private final PeerClock peer = new PeerClock();
    private final List<LinkMessage> unsaid = new ArrayList<>();
    private final ArrayDeque<Optional<Frame>> arriving = new ArrayDeque<>(); // empty: it is closed
    private @Nullable LinkEnd other;
    private Frame.@Nullable Echo echo;
    private long heardNanos;
    private long lastArrival;
    private boolean writes;
    private boolean closed;
    private boolean ready;

    LinkEnd(SimProcess at, Ends ends) {
        this.at = at;
        this.ends = ends;
        this.heardNanos = at.nowNanos();
        at.ends.add(this);
    }

    void begin() {
        beat();
    }

    void to(LinkEnd end) {
        other = end;
        if (closed) {
            at.run.network.close(this, end);
        }
    }

    private void beat() {
        if (!closed) {
            write();
            at.run(BEAT, this::beat);
        }
    }

    @Override
    public void say(LinkMessage message) {
        unsaid.add(message);
        writeSoon();
    }

    private void writeSoon() {
        if (!writes && !closed) {
            writes = true;
            at.run(at.agenda.between(20_000, 200_000), this::write);
        }
    }

    private void write() {
        writes = false;
        long now = at.nowNanos();
        if (closed) {
            return;
        }
        if (now - heardNanos > SILENCE) {
            close();
            return;
        }
        if (other == null) {
            return;
        }
        var frame = new Frame(now, Optional.ofNullable(echo), unsaid);
        unsaid.clear();
        at.run.network.send(this, other, at.run.codec.overTheWire(frame));
    }

    /** The network brings something then; things arrive in the order in which they were sent. */
    void arrives(Optional<Frame> frame, long atNanos) {
        lastArrival = Math.max(lastArrival, atNanos);
        at.agenda.at(
                lastArrival,
                () -> {
                    arriving.add(frame);
                    at.fire(this::readNext);
                });
    }

    private void readNext() {
        Optional<Frame> frame = arriving.remove();
        if (closed) {
            return;
        }
        if (frame.isEmpty()) {
            close();
        } else {
            read(frame.get());
        }
    }

    private void read(Frame frame) {
        long now = at.nowNanos();
        heardNanos = now;
        boolean first = echo == null;
        echo = new Frame.Echo(frame.nowNanos(), now);
        peer.heard(frame.nowNanos(), now);
        frame.echo().ifPresent(e -> peer.echoed(e.yoursNanos(), e.mineNanos(), now));
        if (first) {
            writeSoon();
        }
        if (frame.echo().isPresent()) {
            checkClock();
            if (!ready) {
                ready = true;
                ends.ready();
            }
        }
        frame.messages().forEach(ends::read);
    }

    private void checkClock() {
        if (other != null) {
            long theirs = other.at.nowNanos();
            at.run.checks.comparedClocks(peer.early(theirs), at.nowNanos(), peer.late(theirs));
        }
    }

    @Override
    public long late(long theirsNanos) {
        return peer.late(theirsNanos);
    }

    @Override
    public long early(long theirsNanos) {
        return peer.early(theirsNanos);
    }

    @Override
    public PeerClock.Shift shift() {
        return peer.shift();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            at.ends.remove(this);
            if (other != null) {
                at.run.network.close(this, other);
            }
            ends.closed();
        }
    }

    /** Its process is gone: perhaps the other end hears so. */
    void killed() {
        closed = true;
        if (other != null && !at.agenda.oneIn(4)) {
            at.run.network.close(this, other);
        }
    }

    boolean isBetween(SimProcess one, SimProcess two) {
        return other != null && ((at == one && other.at == two) || (at == two && other.at == one));
    }
}
