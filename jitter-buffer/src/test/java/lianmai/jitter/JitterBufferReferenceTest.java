package lianmai.jitter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import lianmai.sim.LinkProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The buffer against {@link SlowJitterBuffer}: the same fate for each packet, the same pieces, the same accounts. */
class JitterBufferReferenceTest {
    private static final int SEEDS = 3;
    private static final LinkProfile STEADY = LinkProfile.PERFECT.withDelay(30, 0);
    private static final LinkProfile JITTERY = LinkProfile.PERFECT.withDelay(30, 45);
    private static final LinkProfile BAD = LinkProfile.PERFECT
            .withDelay(40, 30)
            .withBursts(0.02, 0.2, 0.6)
            .withDuplicates(0.05)
            .withReordering(0.04, 70);

    private static final Set<JitterBuffer.Decision> DECIDED = EnumSet.noneOf(JitterBuffer.Decision.class);

    /** The weather of a trace. */
    enum Weather {
        STEADY_PATH,
        JITTER,
        BURSTS,
        REORDERING,
        DUPLICATES,
        ALL_AT_ONCE,
        STEP_UP,
        STEP_DOWN,
        FAST_CLOCK,
        SLOW_CLOCK,
        PAUSES,
        STALLS,
        WRAP,
        RESTARTS,
        OVERFLOW;

        PlayoutTrace trace(final long seed) {
            return switch (this) {
                case STEADY_PATH -> new PlayoutTrace(seed, STEADY).send(30);
                case JITTER -> new PlayoutTrace(seed, JITTERY).send(60);
                case BURSTS -> new PlayoutTrace(seed, STEADY.withBursts(0.02, 0.1, 0.7)).send(60);
                case REORDERING -> new PlayoutTrace(seed, STEADY.withReordering(0.05, 90)).send(60);
                case DUPLICATES -> new PlayoutTrace(seed, JITTERY.withDuplicates(0.3)).send(30);
                case ALL_AT_ONCE ->
                    new PlayoutTrace(seed, BAD).withPauses().drift(150).send(60);
                case STEP_UP ->
                    new PlayoutTrace(seed, STEADY)
                            .send(20)
                            .profile(STEADY.withDelay(130, 5))
                            .send(30);
                case STEP_DOWN ->
                    new PlayoutTrace(seed, STEADY.withDelay(230, 5))
                            .send(20)
                            .profile(STEADY)
                            .send(30);
                case FAST_CLOCK -> new PlayoutTrace(seed, STEADY).drift(200).send(120);
                case SLOW_CLOCK -> new PlayoutTrace(seed, STEADY).drift(-200).send(120);
                case PAUSES ->
                    new PlayoutTrace(seed, BAD.withDelay(40, 60)).withPauses().send(60);
                case STALLS -> stalls(seed);
                case WRAP ->
                    new PlayoutTrace(seed, BAD)
                            .from(65_300, -400 * PlayoutTrace.PACKET_TICKS)
                            .send(30);
                case RESTARTS -> restarts(seed);
                case OVERFLOW -> overflow(seed);
            };
        }

        /** The path stands still for half a second and for three, then all comes at once. */
        private static PlayoutTrace stalls(final long seed) {
            final LinkProfile slow = STEADY.withRate(10_000, 5_000);
            final LinkProfile stopped = STEADY.withRate(300, 5_000);
            return new PlayoutTrace(seed, slow)
                    .send(10)
                    .profile(stopped)
                    .send(0.1)
                    .profile(slow)
                    .send(10)
                    .profile(stopped)
                    .send(0.3)
                    .profile(slow)
                    .send(20);
        }

        private static PlayoutTrace restarts(final long seed) {
            return new PlayoutTrace(seed, BAD)
                    .send(5)
                    .from(40_000, 77)
                    .send(5)
                    // Only the timestamps.
                    .from(40_260, -5_000_000)
                    .send(5)
                    .arrive(9, 9, 1_000_000L)
                    .arrive(10, 10, 1_000_000L)
                    .arrive(20_000, 10, 1_000_000L)
                    .arrive(30_000, 10, 1_000_000L);
        }

        /** All of five and of ten seconds is lost. */
        private static PlayoutTrace overflow(final long seed) {
            return new PlayoutTrace(seed, BAD)
                    .send(5)
                    .profile(LinkProfile.PERFECT.withLoss(1))
                    .send(4.9 + seed * 0.2)
                    .profile(JITTERY)
                    .send(5)
                    .profile(LinkProfile.PERFECT.withLoss(1))
                    .send(10)
                    .profile(BAD)
                    .send(5);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldDecideAsTheReferenceDoes(final Weather weather) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            final List<PlayoutTrace.Arrival> arrivals = weather.trace(seed).arrivals();
            final String name = weather + ", seed " + seed;
            compare(name, arrivals, JitterBufferConfig.OPUS, 0);
            compare(name + ", small", arrivals, small(), 0);
            compare(name + ", late polls", arrivals, JitterBufferConfig.OPUS.withoutStretching(), seed);
        }
    }

    @Test
    void shouldDecideAsTheReferenceDoesWhateverArrives() {
        for (long seed = 1; seed <= 60; seed++) {
            compare("nonsense, seed " + seed, nonsense(seed), seed % 2 == 0 ? JitterBufferConfig.OPUS : small(), seed);
        }
        assertThat(DECIDED).containsExactlyInAnyOrder(JitterBuffer.Decision.values());
    }

    private static JitterBufferConfig small() {
        return new JitterBufferConfig(48_000, 960, 16, 25_000_000L, 200_000_000L, 60_000_000L, true);
    }

    /** Runs of packets, near and far, that go on from each other now and then. */
    private static List<PlayoutTrace.Arrival> nonsense(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final List<PlayoutTrace.Arrival> arrivals = new ArrayList<>();
        int sequence = random.nextInt(1 << 16);
        int timestamp = random.nextInt();
        long atNs = PlayoutTrace.START_NS;
        for (int i = 0; i < 1500; i++) {
            final int step =
                    switch (random.nextInt(20)) {
                        case 0 -> random.nextInt(-5, 6);
                        case 1 -> random.nextInt(-300, 300);
                        case 2 -> random.nextInt(10) == 0 ? random.nextInt(1 << 16) : 2;
                        default -> 1;
                    };
            sequence += step;
            timestamp += random.nextInt(30) == 0 ? random.nextInt(-100_000, 100_000) : 960 * step;
            timestamp += random.nextInt(40) == 0 ? 480 : 0;
            timestamp = random.nextInt(300) == 0 ? random.nextInt() : timestamp;
            atNs += random.nextInt(50) == 0 ? random.nextLong(700_000_000L) : random.nextLong(40_000_000L);
            arrivals.add(new PlayoutTrace.Arrival(sequence & 0xFFFF, timestamp, atNs));
        }
        return arrivals;
    }

    /** @param pollSeed 0 to poll when the piece is due, else up to 30 ms later */
    private static void compare(
            final String name,
            final List<PlayoutTrace.Arrival> arrivals,
            final JitterBufferConfig config,
            final long pollSeed) {
        final TreeSet<Integer> fastDrops = new TreeSet<>();
        final TreeSet<Integer> slowDrops = new TreeSet<>();
        final JitterBuffer fast = new JitterBuffer(config, handle -> once(fastDrops, handle));
        final SlowJitterBuffer slow = new SlowJitterBuffer(config, handle -> once(slowDrops, handle));
        final PlayoutClock clock = new PlayoutClock(config.clockRate(), PlayoutTrace.START_NS);
        final SplittableRandom random = new SplittableRandom(pollSeed);
        final Map<JitterBuffer.Status, Long> statuses = new EnumMap<>(JitterBuffer.Status.class);
        int played = 0;
        for (int i = 0; i <= arrivals.size(); i++) {
            final boolean isEnd = i == arrivals.size();
            final long untilNs = isEnd
                    ? arrivals.getLast().atNs() + 500_000_000L
                    : arrivals.get(i).atNs();
            while (clock.isDue(untilNs)) {
                final long atNs = clock.dueNs() + (pollSeed == 0 ? 0 : random.nextLong(30_000_000L));
                final long piece = fast.poll(atNs);
                final String where = name + " at " + (atNs - PlayoutTrace.START_NS) / 1_000 + " us";
                assertThat(new SlowJitterBuffer.Piece(
                                JitterBuffer.decision(piece), JitterBuffer.ticks(piece), JitterBuffer.handle(piece)))
                        .as(where)
                        .isEqualTo(slow.poll(atNs));
                DECIDED.add(JitterBuffer.decision(piece));
                played += JitterBuffer.handle(piece) == JitterBuffer.NONE ? 0 : 1;
                clock.advance(JitterBuffer.ticks(piece));
            }
            if (!isEnd) {
                final PlayoutTrace.Arrival a = arrivals.get(i);
                final JitterBuffer.Status status = fast.insert(a.sequence(), a.timestamp(), i, a.atNs());
                assertThat(status)
                        .as("%s, packet %d", name, i)
                        .isEqualTo(slow.insert(a.sequence(), a.timestamp(), i, a.atNs()));
                assertThat(config.ticks(fast.targetDelayNs() + 1))
                        .as("%s, packet %d", name, i)
                        .isEqualTo(slow.target());
                statuses.merge(status, 1L, Long::sum);
            }
        }
        checkAccounts(name, fast, slow, statuses);
        fast.clear();
        slow.clear();
        checkAccounts(name + ", at the end", fast, slow, statuses);
        assertThat(fastDrops).as(name).isEqualTo(slowDrops);
        assertThat(played + fastDrops.size()).as("%s: handles come back", name).isEqualTo(arrivals.size());
    }

    private static void once(final Set<Integer> drops, final int handle) {
        assertThat(drops.add(handle)).as("handle %d came back once", handle).isTrue();
    }

    private static void checkAccounts(
            final String name,
            final JitterBuffer fast,
            final SlowJitterBuffer slow,
            final Map<JitterBuffer.Status, Long> statuses) {
        slow.accounts().forEach((counter, value) -> assertThat(fast.counts().value(counter))
                .as("%s: %s", name, counter)
                .isEqualTo(value));
        final PlayoutCounts counts = fast.counts();
        assertThat(counts.value(PlayoutCounter.LATE)).isEqualTo(statuses.getOrDefault(JitterBuffer.Status.LATE, 0L));
        assertThat(counts.value(PlayoutCounter.DUPLICATE))
                .isEqualTo(statuses.getOrDefault(JitterBuffer.Status.DUPLICATE, 0L));
        assertThat(counts.value(PlayoutCounter.STRANGE))
                .isEqualTo(statuses.getOrDefault(JitterBuffer.Status.STRANGE, 0L));
        assertThat(counts.value(PlayoutCounter.OVERFLOWS))
                .isEqualTo(statuses.getOrDefault(JitterBuffer.Status.OVERFLOW, 0L));
        assertThat(counts.value(PlayoutCounter.RESTARTS))
                .isEqualTo(statuses.getOrDefault(JitterBuffer.Status.RESTART, 0L));
        assertThat(counts.value(PlayoutCounter.PACKETS_INSERTED))
                .as("%s: each packet is accounted for", name)
                .isEqualTo(counts.value(PlayoutCounter.PACKETS_PLAYED)
                        + counts.value(PlayoutCounter.LATE)
                        + counts.value(PlayoutCounter.DUPLICATE)
                        + counts.value(PlayoutCounter.STRANGE)
                        + counts.value(PlayoutCounter.FLUSHED)
                        + fast.size());
    }
}
