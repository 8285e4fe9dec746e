package lianmai.server;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import lianmai.gc.LatencyBudget;
import lianmai.gc.PauseCause;
import lianmai.gc.PauseMonitor;
import lianmai.io.DropRecorder;
import lianmai.io.RelayLatency;
import lianmai.io.RelayShard;
import lianmai.message.ServerMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the server against its latency budget: the shards' residence times, once a second, and the JVM's pauses.
 *
 * <p>Thread: {@link #onSecond} the monitor's, the rest any. Owns: the pause monitor and its threads until
 * {@link #close()}. Units: ns.
 */
final class LatencyWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LatencyWatch.class);
    private static final int PERCENT = 100;
    /** Below this it does not matter how far: shown figures stay readable. */
    private static final int LEAST_PERCENT = -1_000_000;

    private final LatencyBudget budget;
    private final List<RelayShard> shards;
    private RelayLatency.Snapshot[] before;
    private final long[] lateBefore;
    private volatile PauseMonitor pauses;
    private volatile List<DropRecorder> drops = List.of();

    LatencyWatch(final LatencyBudget.Limits limits, final List<RelayShard> shards) {
        this.shards = List.copyOf(shards);
        budget = new LatencyBudget(limits, PauseMonitor.reportTo(LOG::warn));
        before = totals();
        lateBefore = new long[shards.size()];
    }

    /** Watches from now on. */
    void start() {
        watchPausesBy(PauseMonitor.start(budget, this::recordDrops, LOG::error));
    }

    void watchPausesBy(final PauseMonitor started) {
        pauses = started;
        started.held()
                .ifPresentOrElse(
                        held -> shards.forEach(shard -> shard.latency().pausedBy(held)),
                        () -> LOG.warn("pauses are not told apart from other delays of packets: the JVM needs"
                                + " --add-exports=java.base/jdk.internal.perf=ALL-UNNAMED"));
    }

    private void recordDrops() {
        drops = shards.stream()
                .map(shard -> DropRecorder.of(shards.indexOf(shard), shard.counters()))
                .toList();
    }

    LatencyBudget budget() {
        return budget;
    }

    /** A second is over, and its residence times are taken. */
    void onSecond(final long nowNs) {
        final RelayLatency.Snapshot[] now = totals();
        long packets = 0;
        long late = 0;
        for (int i = 0; i < now.length; i++) {
            final long lateNow = now[i].packets()
                    - shards.get(i).latency().countUpTo(budget.limits().residenceNs());
            packets += now[i].packets() - before[i].packets();
            late += lateNow - lateBefore[i];
            lateBefore[i] = lateNow;
        }
        budget.onResidence(nowNs, packets, Math.max(0, late), mostly(before, now));
        before = now;
    }

    private RelayLatency.Snapshot[] totals() {
        return shards.stream().map(shard -> shard.latency().sinceStart()).toArray(RelayLatency.Snapshot[]::new);
    }

    /** On what most of the slow packets' time went; where none was slow, though late, of all packets'. */
    private static String mostly(final RelayLatency.Snapshot[] before, final RelayLatency.Snapshot[] now) {
        long slow = 0;
        for (int i = 0; i < now.length; i++) {
            slow += now[i].slowPackets() - before[i].slowPackets();
        }
        final boolean ofSlow = slow > 0;
        return Stream.of(RelayLatency.Cause.values())
                .max(Comparator.comparingLong(cause -> spent(cause, ofSlow, now) - spent(cause, ofSlow, before)))
                .map(cause -> cause.sentence())
                .orElseThrow();
    }

    private static long spent(
            final RelayLatency.Cause cause, final boolean ofSlow, final RelayLatency.Snapshot[] shards) {
        return Stream.of(shards)
                .mapToLong(shard -> (ofSlow ? shard.slowTimes() : shard.times()).of(cause))
                .sum();
    }

    /** A sentence when pauses are not watched any more, or the last minute's budget is overspent, else null. */
    String shortcoming(final long nowNs) {
        final PauseMonitor started = pauses;
        if (started != null && started.shortcoming().isPresent()) {
            // Without pauses the figures below are too good.
            return started.shortcoming().get();
        }
        final LatencyBudget.State state = budget.state(nowNs);
        return state.isOverspent()
                ? String.format(
                        Locale.ROOT,
                        "The last minute's latency budget (%s) is overspent (%s), last by: %s",
                        budget.limits(),
                        state,
                        state.last())
                : null;
    }

    /** What the people on stages are told. */
    ServerMessage.Budget told(final long nowNs) {
        final LatencyBudget.State state = budget.state(nowNs);
        final Map<String, Long> violations = new LinkedHashMap<>();
        for (final PauseCause cause : PauseCause.values()) {
            final long count = budget.violations(cause);
            if (count > 0) {
                violations.put(camelCase(cause), count);
            }
        }
        return new ServerMessage.Budget(
                percent(state.residenceLeft()),
                percent(state.pauseLeft()),
                state.isOverspent(),
                violations,
                state.last() == null ? null : state.last().toString());
    }

    /** {@code SEND_RING} → {@code sendRing}. */
    static String camelCase(final Enum<?> constant) {
        final String[] words = constant.name().toLowerCase(Locale.ROOT).split("_");
        for (int i = 1; i < words.length; i++) {
            words[i] = Character.toUpperCase(words[i].charAt(0)) + words[i].substring(1);
        }
        return String.join("", words);
    }

    long residenceLeftPercent() {
        return percent(budget.state(System.nanoTime()).residenceLeft());
    }

    long pauseLeftPercent() {
        return percent(budget.state(System.nanoTime()).pauseLeft());
    }

    private static long percent(final double part) {
        return Math.max(LEAST_PERCENT, Math.round(part * PERCENT));
    }

    long allocatedBytes() {
        final PauseMonitor started = pauses;
        return started == null ? 0 : started.allocatedBytes();
    }

    @Override
    public void close() {
        final PauseMonitor started = pauses;
        if (started != null) {
            started.close();
        }
        drops.forEach(DropRecorder::close);
    }
}
