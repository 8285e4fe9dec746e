package lianmai.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import lianmai.door.DoorException;
import lianmai.door.LianmaiDoor;
import lianmai.door.LianmaiMember;
import lianmai.load.LoadPlan;
import lianmai.load.LoadRun;
import lianmai.load.RoomPlan;
import lianmai.report.BenchResult.Round;
import lianmai.report.Metric;

/**
 * Rooms in which the host has its guests take turns on one seat, as in a PK: the one gets off, the next is accepted.
 * Measured from the host's accept leaving to the packets that reach each viewer, who never renegotiates.
 */
final class StageTurns {
    /** The server takes five stage requests a second from a member, and an accept is one. */
    private static final Duration TURN = Duration.ofMillis(250);

    private static final Duration SETTLE = Duration.ofSeconds(2);
    private static final Duration READY = Duration.ofSeconds(60);

    private final BenchPlan plan;
    private final ReferenceLoops loops;
    private final Findings findings;

    StageTurns(final BenchPlan plan, final ReferenceLoops loops, final Findings findings) {
        this.plan = plan;
        this.loops = loops;
        this.findings = findings;
    }

    void run(final LianmaiTarget target) throws BenchException {
        if (plan.load().publishers() < 3) {
            throw new BenchException("--publishers must be 3 or more for stage: a host and two guests");
        }
        final int rounds = plan.timing().rounds();
        final double roundS = plan.timing().round().plus(SETTLE).toMillis() / 1e3 + 1;
        final Progress progress = Progress.onConsole((rounds + 1) * roundS);
        final Tallying tally = new Tallying(target);
        try {
            for (int round = -1; round < rounds; round++) {
                final Map<Metric, Double> reference = loops.moment();
                final String stage =
                        round < 0 ? "warming up" : String.format(Locale.ROOT, "round %d of %d", round + 1, rounds);
                final TurnTimes times = turns(target, progress, stage);
                if (round >= 0) {
                    final Map<Metric, Double> figures = new EnumMap<>(times.figures());
                    figures.putAll(reference);
                    figures.put(
                            Metric.SUBSCRIBERS,
                            (double) plan.load().rooms() * plan.load().subscribers());
                    tally.add(new Round(figures), times.firstPackets());
                }
            }
        } finally {
            progress.end();
        }
        findings.add(tally.contender());
    }

    private TurnTimes turns(final LianmaiTarget target, final Progress progress, final String stage)
            throws BenchException {
        final StageDoor door = new StageDoor((LianmaiDoor) target.door());
        final LoadPlan whole = LoadShape.plan(plan.load());
        // Viewers show the host and the one seat that changes.
        final List<RoomPlan> rooms = whole.rooms().stream()
                .map(room -> new RoomPlan(room.room(), room.publishers(), room.viewers(), 2))
                .toList();
        final LoadPlan load = LoadShape.local(
                LoadPlan.of(rooms).withSampled(1).withJoins(whole.joinsPerSecond(), whole.concurrency()));
        try (LoadRun run = LoadRun.start(load, door)) {
            progress.show(stage, "joining", 0, System.nanoTime());
            run.awaitReady(READY);
            Window.sleep(SETTLE.toNanos());
            run.takeTakeovers();
            progress.show(stage, "guests take turns", SETTLE.toMillis() / 1e3, System.nanoTime());
            final long startNs = System.nanoTime();
            final List<TurnTimes.Accept> accepts =
                    everyRoom(door, rooms, startNs + plan.timing().round().toNanos());
            final double seconds = (System.nanoTime() - startNs) * 1e-9;
            progress.show(stage, "", seconds, System.nanoTime());
            final TurnTimes times = new TurnTimes(rooms, accepts, run.takeTakeovers(), TURN.toNanos());
            times.figures().put(Metric.SWITCHES_PER_S, accepts.size() / seconds);
            return times;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    private static List<TurnTimes.Accept> everyRoom(
            final StageDoor door, final List<RoomPlan> rooms, final long untilNs)
            throws BenchException, InterruptedException {
        final List<TurnTimes.Accept> accepts = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            final List<Future<List<TurnTimes.Accept>>> running = new ArrayList<>();
            for (int i = 0; i < rooms.size(); i++) {
                final String room = rooms.get(i).room();
                // Rooms do not switch all at the same moment.
                final long phaseNs = TURN.toNanos() * i / rooms.size();
                running.add(threads.submit(() -> oneRoom(door, room, phaseNs, untilNs)));
            }
            for (final Future<List<TurnTimes.Accept>> room : running) {
                accepts.addAll(room.get());
            }
        } catch (final ExecutionException e) {
            throw new BenchException(e.getCause().getMessage(), e);
        }
        return accepts;
    }

    private static List<TurnTimes.Accept> oneRoom(
            final StageDoor door, final String room, final long phaseNs, final long untilNs)
            throws DoorException, InterruptedException {
        final List<TurnTimes.Accept> accepts = new ArrayList<>();
        final LianmaiMember host = door.host(room);
        final List<LianmaiMember> guests = door.guests(room);
        LianmaiMember seated = null;
        long nextNs = System.nanoTime() + phaseNs;
        for (int turn = 0; nextNs < untilNs; turn++) {
            final LianmaiMember guest = guests.get(turn % guests.size());
            guest.apply();
            TimeUnit.NANOSECONDS.sleep(Math.max(0, nextNs - System.nanoTime()));
            if (seated != null) {
                seated.leaveSeat();
            }
            accepts.add(
                    new TurnTimes.Accept(room, guest.name(), host.accept(guest).sentNs()));
            guest.awaitSeat();
            seated = guest;
            nextNs += TURN.toNanos();
        }
        TimeUnit.NANOSECONDS.sleep(Math.max(0, nextNs - System.nanoTime()));
        return accepts;
    }
}
