package lianmai.load;

import java.util.function.Function;
import org.HdrHistogram.Histogram;

/**
 * All that the agent measures.
 *
 * <p>Thread: the load agent's (confined).
 */
final class Tally {
    private static final Count[] KINDS = Count.values();

    private final long[] counts = new long[KINDS.length];
    private final long[] countsBefore = new long[KINDS.length];

    final Distribution audioDue = new Distribution();
    final Distribution audioSent = new Distribution();
    final Distribution videoDue = new Distribution();
    final Distribution videoSent = new Distribution();
    final Distribution lateness = new Distribution();
    final Distribution connected = new Distribution();
    final Distribution firstPacket = new Distribution();
    final Distribution firstKeyFrame = new Distribution();
    final Distribution playout = new Distribution();
    final Distribution mouthToEar = new Distribution();
    final Distribution resumed = new Distribution();

    private Heard heardBefore = new Heard();
    private long cpuBefore;
    private long dropsBefore;
    private long takenNs;
    private final long startNs;

    Tally(final long startNs) {
        this.startNs = startNs;
        takenNs = startNs;
    }

    void add(final Count count) {
        counts[count.ordinal()]++;
    }

    void add(final Count count, final long n) {
        counts[count.ordinal()] += n;
    }

    long get(final Count count) {
        return counts[count.ordinal()];
    }

    LoadFigures takeInterval(
            final long nowNs,
            final LoadFigures.Clients clients,
            final Heard heard,
            final long cpuNs,
            final long drops) {
        final long[] differences = new long[counts.length];
        for (int i = 0; i < counts.length; i++) {
            differences[i] = counts[i] - countsBefore[i];
            countsBefore[i] = counts[i];
        }
        final LoadFigures figures = figures(
                nowNs - takenNs,
                clients,
                differences,
                Distribution::takeInterval,
                playout(heard, heardBefore, Distribution::takeInterval),
                cpuNs - cpuBefore,
                drops - dropsBefore);
        takenNs = nowNs;
        heardBefore = heard;
        cpuBefore = cpuNs;
        dropsBefore = drops;
        return figures;
    }

    LoadFigures total(
            final long nowNs,
            final LoadFigures.Clients clients,
            final Heard heard,
            final long cpuNs,
            final long drops) {
        return figures(
                nowNs - startNs,
                clients,
                counts,
                Distribution::total,
                playout(heard, new Heard(), Distribution::total),
                cpuNs,
                drops);
    }

    private LoadFigures figures(
            final long durationNs,
            final LoadFigures.Clients clients,
            final long[] c,
            final Function<Distribution, Histogram> take,
            final LoadFigures.Playout playout,
            final long cpuNs,
            final long drops) {
        return new LoadFigures(
                durationNs,
                clients,
                new LoadFigures.Sent(
                        of(c, Count.SENT_PACKETS),
                        of(c, Count.SENT_BYTES),
                        of(c, Count.SENT_VIDEO_BYTES),
                        of(c, Count.SENT_REPAIRS),
                        of(c, Count.SENT_KEY_FRAMES),
                        of(c, Count.KEY_FRAME_REQUESTS)),
                new LoadFigures.Received(
                        of(c, Count.RECEIVED_PACKETS),
                        of(c, Count.RECEIVED_BYTES),
                        of(c, Count.RECEIVED_REPAIRS),
                        of(c, Count.DUE),
                        of(c, Count.ARRIVED),
                        of(c, Count.DUPLICATES),
                        of(c, Count.REORDERED),
                        of(c, Count.RESTARTS),
                        of(c, Count.DUE_BY_PUBLISHERS),
                        of(c, Count.ARRIVED_SETTLED)),
                new LoadFigures.Checked(
                        of(c, Count.CHECKED),
                        of(c, Count.INTEGRITY_ERRORS),
                        of(c, Count.UNDECRYPTABLE),
                        of(c, Count.CONTENT_DUE),
                        of(c, Count.CONTENT_ARRIVED),
                        of(c, Count.REPAIRED),
                        of(c, Count.RENUMBERED),
                        of(c, Count.KEY_FRAMES),
                        of(c, Count.NACKED),
                        of(c, Count.PLIS)),
                new LoadFigures.Latency(take.apply(audioDue), take.apply(audioSent)),
                new LoadFigures.Latency(take.apply(videoDue), take.apply(videoSent)),
                playout,
                new LoadFigures.Usable(
                        of(c, Count.USABLE_BYTES),
                        of(c, Count.AUDIO_DUE),
                        of(c, Count.AUDIO_ARRIVED),
                        of(c, Count.RTCP_DUE),
                        of(c, Count.RTCP_ARRIVED),
                        take.apply(resumed)),
                new LoadFigures.Joins(take.apply(connected), take.apply(firstPacket), take.apply(firstKeyFrame)),
                new LoadFigures.Cost(
                        cpuNs,
                        of(c, Count.DATAGRAMS_IN),
                        of(c, Count.DATAGRAMS_OUT),
                        of(c, Count.STRAY),
                        drops,
                        take.apply(lateness)));
    }

    private LoadFigures.Playout playout(
            final Heard now, final Heard before, final Function<Distribution, Histogram> take) {
        return new LoadFigures.Playout(
                now.listeners,
                now.playedNs - before.playedNs,
                now.concealedNs - before.concealedNs,
                now.gaps - before.gaps,
                now.stretches - before.stretches,
                take.apply(playout),
                take.apply(mouthToEar));
    }

    private static long of(final long[] counts, final Count count) {
        return counts[count.ordinal()];
    }
}
