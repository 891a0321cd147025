package dev.sluice.worker.simulation;

import dev.sluice.protocol.WorkerInfo.OwnedShard;
import dev.sluice.worker.keeper.Desk;
import dev.sluice.worker.keeper.FleetLink;
import dev.sluice.worker.keeper.Lease;
import dev.sluice.worker.keeper.NearClient;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/** A worker of a process: its membership, its ways to the keepers, its loop and their mailbox. */
final class SimWorker {

    final String id;
    final SimProcess process;
    final SimLinks links;
    final SimLoop loop;
    final SimMember member;
    private final FleetLink link;
    private final Queue<Runnable> mailbox = new ArrayDeque<>();
    private boolean draining;

    SimWorker(SimProcess process, String id) {
        this.process = process;
        this.id = id;
        Desk near =
                NearClient.open(client -> process.open(id, client), this::postLink, process.clock);
        this.links = new SimLinks(this, near);
        var lease = new Lease(FleetRun.LEASE.toNanos());
        this.loop = new SimLoop(this);
        this.link = new FleetLink(loop, links, lease, FleetRun.GATES.grantAge());
        this.member = new SimMember(this, lease);
        loop.begin(link);
    }

    List<OwnedShard> owned() {
        return member.owned();
    }

    /** To the loop's mailbox. */
    void post(Consumer<SimWorker> what) {
        mailbox.add(() -> what.accept(this));
        if (!draining) {
            draining = true;
            process.run(process.agenda.usually(20_000, 300_000, 20 * Agenda.MS), loop::turn);
        }
    }

    void postLink(Consumer<FleetLink> what) {
        post(worker -> what.accept(worker.link));
    }

    void reroute() {
        link.reroute(process.nowNanos());
    }

    /** The loop runs what is in the mailbox. */
    void drain() {
        draining = false;
        for (Runnable m = mailbox.poll(); m != null; m = mailbox.poll()) {
            m.run();
        }
    }
}
