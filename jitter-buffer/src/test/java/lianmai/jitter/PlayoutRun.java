package lianmai.jitter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A trace played by a virtual sound card. Sees to it that every handle comes back once and that packets are played in
 * order, and keeps what happened for the test to ask.
 *
 * <p>Thread: one. Units: ns.
 */
final class PlayoutRun {
    /** A piece, when it was played and what the buffer wanted then. */
    record Played(long atNs, JitterBuffer.Decision decision, long ticks, long delayNs, long targetNs) {
        double seconds() {
            return (atNs - PlayoutTrace.START_NS) / 1e9;
        }

        boolean isStretched() {
            return decision == JitterBuffer.Decision.ACCELERATE || decision == JitterBuffer.Decision.DECELERATE;
        }
    }

    private final BitSet out = new BitSet();
    private final JitterBuffer buffer;
    private final PlayoutClock clock = new PlayoutClock(PlayoutTrace.CLOCK_RATE, PlayoutTrace.START_NS);
    private final List<Played> pieces = new ArrayList<>();
    private int lastHandle;

    PlayoutRun(final JitterBufferConfig config) {
        buffer = new JitterBuffer(config, this::giveBack);
    }

    static PlayoutRun of(final PlayoutTrace trace) {
        return of(trace, JitterBufferConfig.OPUS);
    }

    static PlayoutRun of(final PlayoutTrace trace, final JitterBufferConfig config) {
        final PlayoutRun run = new PlayoutRun(config);
        run.play(trace);
        return run;
    }

    /** Plays the whole trace and one more second, and ends the stream. */
    private void play(final PlayoutTrace trace) {
        final List<PlayoutTrace.Arrival> arrivals = trace.arrivals();
        for (int i = 0; i < arrivals.size(); i++) {
            final PlayoutTrace.Arrival arrival = arrivals.get(i);
            pollUntil(arrival.atNs());
            out.set(i);
            buffer.insert(arrival.sequence(), arrival.timestamp(), i, arrival.atNs());
        }
        pollUntil(arrivals.getLast().atNs() + 1_000_000_000L);
        buffer.clear();
        assertThat(buffer.size()).isZero();
        assertThat(out.isEmpty()).as("every handle came back: %s", out).isTrue();
    }

    private void pollUntil(final long nowNs) {
        while (clock.isDue(nowNs)) {
            final long piece = buffer.poll(clock.dueNs());
            final JitterBuffer.Decision decision = JitterBuffer.decision(piece);
            final int handle = JitterBuffer.handle(piece);
            if (handle != JitterBuffer.NONE) {
                giveBack(handle);
                lastHandle = handle;
            }
            pieces.add(new Played(
                    clock.dueNs(), decision, JitterBuffer.ticks(piece), buffer.delayNs(), buffer.targetDelayNs()));
            assertThat(JitterBuffer.ticks(piece)).isPositive();
            clock.advance(JitterBuffer.ticks(piece));
        }
    }

    private void giveBack(final int handle) {
        assertThat(out.get(handle)).as("handle %d came back once", handle).isTrue();
        out.clear(handle);
    }

    long count(final PlayoutCounter counter) {
        return buffer.counts().value(counter);
    }

    double millis(final PlayoutCounter counter) {
        return buffer.counts().ns(counter) / 1e6;
    }

    PlayoutCounts counts() {
        return buffer.counts();
    }

    int lastHandle() {
        return lastHandle;
    }

    /** What was played from {@code from} on until {@code to}, in seconds since the start. */
    List<Played> between(final double from, final double to) {
        return pieces.stream()
                .filter(p -> p.seconds() >= from && p.seconds() < to)
                .toList();
    }

    double largestDelayMillis(final double from, final double to) {
        return between(from, to).stream().mapToLong(Played::delayNs).max().orElseThrow() / 1e6;
    }

    double smallestDelayMillis(final double from, final double to) {
        return between(from, to).stream().mapToLong(Played::delayNs).min().orElseThrow() / 1e6;
    }

    long stretches(final double from, final double to) {
        return between(from, to).stream().filter(Played::isStretched).count();
    }
}
