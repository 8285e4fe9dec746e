package lianmai.impair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import lianmai.gc.AllocationMeter;
import lianmai.jitter.PacketPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImpairedLinkTest {
    private static final long SEED = 42;
    private static final int PACKETS = 100_000;
    private static final double NS_PER_MS = LinkRun.NS_PER_MS;

    @Test
    void shouldPassEverythingInOrderAndAtOnceWhenNothingIsWrong() {
        final LinkRun run = LinkRun.of("none", SEED, 1_000);
        assertThat(run.numbers()).hasSize(1_000).isSorted();
        assertThat(run.arrivals).allMatch(a -> a.travelNs() == 0);
    }

    @ParameterizedTest
    @CsvSource({"1%, 0.01", "5%, 0.05", "30%, 0.3", "100%, 1"})
    void shouldLoseTheShareItIsTold(final String loss, final double share) {
        final LinkRun run = LinkRun.of("loss=" + loss, SEED, PACKETS);
        assertThat((double) run.counts.lost / PACKETS).isCloseTo(share, within(0.005));
        // Independent losses: a run of them is 1 ÷ (1 − p) long.
        if (share < 1) {
            assertThat(meanBurst(run)).isCloseTo(1 / (1 - share), within(0.05));
        }
    }

    @ParameterizedTest
    @CsvSource({"5, 1", "5, 3", "2, 10", "20, 4", "50, 8"})
    void shouldLoseInBurstsOfTheLengthItIsTold(final int percent, final int burst) {
        final LinkRun run = LinkRun.of("loss=" + percent + "%,burst=" + burst, SEED, 4 * PACKETS);
        assertThat(run.counts.lost / (4.0 * PACKETS)).isCloseTo(percent / 100.0, within(percent / 100.0 * 0.1));
        assertThat(meanBurst(run)).isCloseTo(burst, within(0.1 * burst));
    }

    @Test
    void shouldLoseBetweenAndInsideBurstsAsElliottSays() {
        final ImpairProfile profile = ProfileText.parse("loss=6%,burst=20,inside=50%,between=1%");
        assertThat(profile.meanLoss()).isCloseTo(0.06, within(1e-9));
        assertThat(profile.badLoss()).isEqualTo(0.5);
        assertThat(profile.goodLoss()).isCloseTo(0.01, within(1e-12));
        final LinkRun run = LinkRun.of(profile, SEED, 4 * PACKETS, LinkRun.NS_PER_MS);
        assertThat(run.counts.lost / (4.0 * PACKETS)).isCloseTo(0.06, within(0.006));
    }

    @Test
    void shouldSpreadUniformJitterEvenlyOverItsRange() {
        final LinkRun run = LinkRun.of("delay=40ms,jitter=30ms,overtake=yes", SEED, PACKETS);
        assertThat(least(run)).isBetween(40.0, 40.01);
        assertThat(most(run)).isBetween(69.99, 70.0);
        assertThat(mean(run)).isCloseTo(55, within(0.2));
        for (int tenth = 1; tenth < 10; tenth++) {
            assertThat(shareBelow(run, 40 + 3 * tenth)).isCloseTo(tenth / 10.0, within(0.01));
        }
    }

    @Test
    void shouldSpreadExponentialJitterAroundItsMeanAndCutItsTail() {
        final LinkRun run = LinkRun.of("delay=5ms,jitter=10ms,shape=exponential,overtake=yes", SEED, PACKETS);
        assertThat(least(run)).isBetween(5.0, 5.01);
        assertThat(most(run)).isBetween(70.0, 85.0);
        assertThat(mean(run)).isCloseTo(15, within(0.2));
        assertThat(shareBelow(run, 5 + 10 * Math.log(2))).isCloseTo(0.5, within(0.01));
        assertThat(shareBelow(run, 5 + 10 * Math.log(20))).isCloseTo(0.95, within(0.005));
    }

    @Test
    void shouldKeepTheOrderUnlessPacketsMayOvertake() {
        final LinkRun queued = LinkRun.of("jitter=30ms", SEED, PACKETS);
        assertThat(queued.numbers()).isSorted().hasSize(PACKETS);
        assertThat(queued.counts.reordered).isZero();
        assertThat(most(queued)).isLessThan(30);

        final LinkRun free = LinkRun.of("jitter=30ms,overtake=yes", SEED, PACKETS);
        assertThat(free.numbers()).hasSize(PACKETS).isNotEqualTo(queued.numbers());
        assertThat(free.counts.reordered).isEqualTo(overtaken(free)).isGreaterThan(PACKETS / 2);
    }

    @Test
    void shouldHoldBackTheShareItIsTold() {
        final LinkRun run = LinkRun.of("reorder=2%,reorder-by=25ms,delay=10ms", SEED, PACKETS);
        final long held = run.arrivals.stream()
                .filter(a -> a.travelNs() == 35 * LinkRun.NS_PER_MS)
                .count();
        assertThat(held / (double) PACKETS).isCloseTo(0.02, within(0.002));
        assertThat(run.arrivals)
                .allMatch(a -> a.travelNs() == 10 * LinkRun.NS_PER_MS || a.travelNs() == 35 * LinkRun.NS_PER_MS);
        // One held back behind another is overtaken by what is sent meanwhile: all count but the very last ones.
        assertThat(run.counts.reordered).isEqualTo(overtaken(run)).isBetween(held - 25, held);
    }

    @Test
    void shouldDuplicateTheShareItIsToldWithinAMillisecond() {
        final LinkRun run = LinkRun.of("duplicate=5%,delay=10ms", SEED, PACKETS);
        assertThat(run.counts.duplicated / (double) PACKETS).isCloseTo(0.05, within(0.005));
        assertThat(run.arrivals).hasSize((int) (PACKETS + run.counts.duplicated));
        assertThat(new HashSet<>(run.numbers())).hasSize(PACKETS);
        assertThat(most(run)).isLessThan(11);
        assertThat(run.counts.reordered).isZero();
    }

    @Test
    void shouldPassAtTheRateOfTheLinkHeadersIncluded() {
        // 100 bytes and 28 of headers at 102,400 bit/s: one packet in 10 ms; ten times as many come.
        final LinkRun run = LinkRun.of("rate=102400bit,queue=12800b", SEED, 10_000);
        assertThat(run.arrivals).hasSize(1_000 + 100 - 1);
        for (int i = 1; i < run.arrivals.size(); i++) {
            final long gapNs =
                    run.arrivals.get(i).arrivalNs() - run.arrivals.get(i - 1).arrivalNs();
            assertThat(gapNs).isEqualTo(10 * LinkRun.NS_PER_MS);
        }
        // A hundred of them fit the queue: a full second.
        assertThat(most(run)).isBetween(990.0, 1_000.0);
        assertThat(run.counts.queueDropped).isEqualTo(10_000 - run.arrivals.size());
    }

    @Test
    void shouldCountThePayloadAloneWithoutOverhead() {
        final LinkRun run = LinkRun.of("rate=80kbit,queue=10000b,overhead=0b", SEED, 10_000);
        assertThat(run.arrivals).hasSize(1_000 + 100 - 1);
    }

    @Test
    void shouldNotDelayWhatTheRateHasRoomFor() {
        final LinkRun run = LinkRun.of(ProfileText.parse("rate=1024kbit"), SEED, 1_000, 2 * LinkRun.NS_PER_MS);
        assertThat(run.arrivals).hasSize(1_000).allMatch(a -> a.travelNs() == LinkRun.NS_PER_MS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lossy", "lossy,overtake=yes,rate=700kbit", "edge", "wifi,reorder=3%"})
    void shouldDoTheSameForTheSameSeedAndElseForAnother(final String profile) {
        final List<LinkRun.Arrival> once = LinkRun.of(profile, SEED, 20_000).arrivals;
        assertThat(LinkRun.of(profile, SEED, 20_000).arrivals).isEqualTo(once);
        assertThat(LinkRun.of(profile, SEED + 1, 20_000).arrivals).isNotEqualTo(once);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldBalanceItsBooksAndGiveEverySlotBack(final long seed) {
        final LinkRun run = LinkRun.of("lossy,rate=700kbit,queue=100ms,overtake=yes", seed, 20_000);
        final LinkCounts counts = run.counts;
        assertThat(counts.received).isEqualTo(20_000);
        assertThat(counts.received + counts.duplicated)
                .isEqualTo(run.arrivals.size() + counts.lost + counts.queueDropped);
        assertThat(counts.lost).isPositive();
        assertThat(counts.queueDropped).isPositive();
        assertThat(run.underWay.count()).isZero();
        assertThat(run.underWay.pool().inUse()).isZero();
        assertThat(run.underWay.nextDeadlineNs()).isEqualTo(PacketsUnderWay.NO_DEADLINE);
        assertThat(run.arrivals).isSortedAccordingTo((a, b) -> Long.compare(a.arrivalNs(), b.arrivalNs()));
    }

    @Test
    void shouldHoldACopyOfEverySlot() {
        final LinkRun run = new LinkRun(ProfileText.parse("delay=1s,duplicate=100%"), SEED, 64, 0);
        for (int i = 0; i < 64; i++) {
            run.send();
        }
        assertThat(run.underWay.count()).isEqualTo(128);
        assertThat(run.underWay.pool().acquire()).isEqualTo(PacketPool.NONE);
        run.finish();
        assertThat(run.arrivals).hasSize(128);
        assertThat(run.underWay.pool().inUse()).isZero();
    }

    @Test
    void shouldTellWhenTheNextPacketIsDue() {
        final LinkRun run = new LinkRun(ProfileText.parse("delay=40ms"), SEED, 4, 0);
        run.send();
        assertThat(run.underWay.nextDeadlineNs()).isEqualTo(40 * LinkRun.NS_PER_MS);
        final List<Integer> handed = new ArrayList<>();
        assertThat(run.underWay.deliver(40 * LinkRun.NS_PER_MS - 1, (link, s, l, at) -> handed.add(s)))
                .isZero();
        assertThat(run.underWay.deliver(40 * LinkRun.NS_PER_MS, (link, s, l, at) -> handed.add(s)))
                .isOne();
        assertThat(handed).hasSize(1);
    }

    @Test
    void shouldAllocateNothingForAPacket() {
        final LinkCounts counts = new LinkCounts();
        final PacketsUnderWay underWay = new PacketsUnderWay(1_024);
        final ImpairedLink link =
                new ImpairedLink(ProfileText.parse("lossy,shape=exponential,rate=10mbit"), SEED, underWay, counts, 0);
        final PacketsUnderWay.Sink nothing = (from, slot, length, arrivalNs) -> {};
        final long[] nowNs = {0};
        final long bytes = AllocationMeter.leastBytesOf(20, () -> {
            for (int i = 0; i < 20_000; i++) {
                final int slot = underWay.pool().acquire();
                link.send(slot, 1_000, nowNs[0]);
                nowNs[0] += LinkRun.NS_PER_MS;
                underWay.deliver(nowNs[0], nothing);
            }
        });
        assertThat(bytes).isZero();
        assertThat(counts.duplicated).isPositive();
    }

    private static double meanBurst(final LinkRun run) {
        final Set<Integer> arrived = new HashSet<>(run.numbers());
        int bursts = 0;
        for (int i = 1; i < run.counts.received; i++) {
            bursts += !arrived.contains(i) && arrived.contains(i - 1) ? 1 : 0;
        }
        bursts += arrived.contains(0) ? 0 : 1;
        return (double) run.counts.lost / bursts;
    }

    /** How many arrived after one with a higher number. */
    private static long overtaken(final LinkRun run) {
        int newest = -1;
        long late = 0;
        for (final int number : run.numbers()) {
            late += number < newest ? 1 : 0;
            newest = Math.max(newest, number);
        }
        return late;
    }

    private static double least(final LinkRun run) {
        return of(run, LinkRun.Arrival::travelNs).stream().min(Long::compare).orElseThrow() / NS_PER_MS;
    }

    private static double most(final LinkRun run) {
        return of(run, LinkRun.Arrival::travelNs).stream().max(Long::compare).orElseThrow() / NS_PER_MS;
    }

    private static double mean(final LinkRun run) {
        return run.arrivals.stream()
                        .mapToLong(LinkRun.Arrival::travelNs)
                        .average()
                        .orElseThrow()
                / NS_PER_MS;
    }

    private static double shareBelow(final LinkRun run, final double ms) {
        return (double) run.arrivals.stream()
                        .filter(a -> a.travelNs() < ms * NS_PER_MS)
                        .count()
                / run.arrivals.size();
    }

    private static List<Long> of(final LinkRun run, final ToLongFunction<LinkRun.Arrival> figure) {
        return run.arrivals.stream().map(figure::applyAsLong).toList();
    }
}
