package dev.sluice.worker.simulation;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What goes wrong in a run: each seed draws the kinds, and how much of them. */
final class Faults {

    private static final long FROM = 3 * Agenda.SECOND;
    private static final long LONGEST = 50 * Agenda.SECOND;

    /** Kinds of faults. */
    enum Kind {
        KILL,
        STOP,
        PAUSE,
        PAUSE_BEFORE_WRITE,
        RESHUFFLE,
        BROKER_AWAY,
        CUT_FROM_BROKER,
        BREAK_LINK,
        STALL_LINK,
        STALL_ONE_WAY,
        MOOD,
        LIMITS,
        NODE_GONE
    }

    private final FleetRun run;
    private final Agenda agenda;
    private final List<Kind> kinds;
    private final long pause;
    private final long until;
    private final List<String> said = new ArrayList<>();
    private long endNanos;
    private long lowered = Long.MIN_VALUE / 2;

    Faults(FleetRun run, boolean whole) {
        this.run = run;
        this.agenda = run.agenda;
        Set<Kind> drawn = EnumSet.noneOf(Kind.class);
        for (Kind kind : Kind.values()) {
            if (agenda.oneIn(3)) {
                drawn.add(kind);
            }
        }
        this.kinds = List.copyOf(drawn);
        this.pause = agenda.between(200 * Agenda.MS, 8 * Agenda.SECOND);
        this.until = whole ? LONGEST : agenda.between(8 * Agenda.SECOND, 40 * Agenda.SECOND);
    }

    void begin() {
        if (!kinds.isEmpty()) {
            agenda.at(FROM, this::next);
        }
    }

    /** After this nothing new goes wrong. */
    long until() {
        return until;
    }

    /** When the last one is over. */
    long endNanos() {
        return endNanos;
    }

    /** When a limit was last made smaller. */
    long lowered() {
        return lowered;
    }

    List<String> said() {
        return said;
    }

    private void next() {
        if (agenda.now() >= until) {
            return;
        }
        cause(kinds.get(agenda.random.nextInt(kinds.size())));
        agenda.after(agenda.between(pause / 4, 2 * pause), this::next);
    }

    private SimProcess any() {
        return run.processes.get(agenda.random.nextInt(run.processes.size()));
    }

    private void cause(Kind kind) {
        SimProcess one = any();
        SimProcess other = any();
        long lasts =
                agenda.between(100 * Agenda.MS, agenda.between(Agenda.SECOND, 12 * Agenda.SECOND));
        long until = agenda.now() + lasts;
        say("%s %s %s %.3f s".formatted(kind, one.name, other.name, lasts / 1e9));
        switch (kind) {
            case KILL -> kill(one);
            case STOP -> stop(one);
            case PAUSE -> one.pause(lasts);
            case PAUSE_BEFORE_WRITE -> {
                one.stopBeforeWrite = lasts;
                agenda.after(4 * Agenda.SECOND, () -> one.stopBeforeWrite = 0);
                until += 4 * Agenda.SECOND;
            }
            case RESHUFFLE -> {
                if (!run.broker.isAway()) {
                    run.broker.group.reshuffle();
                }
            }
            case BROKER_AWAY -> {
                if (!run.broker.isAway()) {
                    run.broker.goAway();
                    run.processes.forEach(p -> run.checks.trouble(p, agenda.now() + lasts));
                    agenda.after(lasts, run.broker::comeBack);
                }
            }
            case CUT_FROM_BROKER -> {
                if (!one.cutFromBroker) {
                    one.cutFromBroker = true;
                    run.checks.trouble(one, until);
                    agenda.after(lasts, () -> one.cutFromBroker = false);
                }
            }
            case BREAK_LINK -> Network.breakAll(one, other);
            case STALL_LINK -> {
                run.network.stall(one, other, until);
                run.network.stall(other, one, until);
            }
            case STALL_ONE_WAY -> run.network.stall(one, other, until);
            case MOOD -> mood(lasts);
            case LIMITS -> limits();
            case NODE_GONE -> gone(lasts);
        }
        endNanos = Math.max(endNanos, until);
    }

    private void kill(SimProcess one) {
        run.kill(one);
        startLater();
    }

    private void startLater() {
        // somebody always lives
        long after = run.processes.isEmpty() ? 0 : agenda.between(0, 5 * Agenda.SECOND);
        endNanos = Math.max(endNanos, agenda.now() + after);
        if (after == 0) {
            startOne();
        } else {
            agenda.after(after, this::startOne);
        }
    }

    private void startOne() {
        say("%s is there".formatted(run.start().name));
    }

    private void stop(SimProcess one) {
        if (run.processes.size() > 1) {
            run.stop(one);
            startLater();
        }
    }

    private SimNodes.Node node() {
        List<SimNodes.Node> all = List.copyOf(run.nodes.all.values());
        return all.get(agenda.random.nextInt(all.size()));
    }

    private void mood(long lasts) {
        SimNodes.Node node = node();
        SimNodes.Mood[] moods = SimNodes.Mood.values();
        node.mood = moods[agenda.random.nextInt(moods.length)];
        say("    %s is %s".formatted(node.spec.id(), node.mood));
        agenda.after(lasts, () -> node.mood = SimNodes.Mood.WELL);
    }

    private void limits() {
        SimNodes.Node node = node();
        boolean more = node.spec.rpm() <= 600 && agenda.random.nextBoolean();
        int rpm = more ? node.spec.rpm() * 2 : Math.max(6, node.spec.rpm() / 2);
        long bpm = more ? node.spec.bpm() * 2 : Math.max(6000, node.spec.bpm() / 2);
        if (rpm < node.spec.rpm() || bpm < node.spec.bpm()) {
            lowered = agenda.now();
        }
        say("    %s has %d and %d".formatted(node.spec.id(), rpm, bpm));
        run.nodes.change(node.spec.id(), rpm, bpm);
    }

    private void gone(long lasts) {
        SimNodes.Node node = node();
        if (node.present) {
            say("    %s is gone".formatted(node.spec.id()));
            run.nodes.present(node.spec.id(), false);
            agenda.after(lasts, () -> run.nodes.present(node.spec.id(), true));
        }
    }

    private void say(String what) {
        said.add("%8.3f ".formatted(agenda.now() / 1e9) + what);
    }
}
