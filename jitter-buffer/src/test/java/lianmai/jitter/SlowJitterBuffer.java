package lianmai.jitter;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/**
 * What {@link JitterBuffer} should do, written a second time to be read and not to be fast: sorted maps instead of a
 * ring, every sample kept and weighed anew instead of a histogram that forgets, brute force instead of modular
 * arithmetic. The accounts are made from a log of what was played.
 *
 * <p>Thread: one. Units: RTP ticks, as {@code long}.
 */
final class SlowJitterBuffer {
    record Piece(JitterBuffer.Decision decision, long ticks, int handle) {}

    private record Packet(long sequence, long time, long arrival, int handle) {}

    private record Sample(long at, long value) {}

    /** A gap between two played packets. */
    private record Gap(long concealed, long silent) {}

    private static final double F_ORDERED = 0.983;
    private static final double F_REORDERED = 0.9993;

    private final JitterBufferConfig config;
    private final IntConsumer release;
    private final double rate;
    private final long bucket;
    private final Set<Long> seen = new HashSet<>();
    private final TreeMap<Long, Packet> waiting = new TreeMap<>();
    private final List<Sample> transits = new ArrayList<>();
    private final List<Long> interval = new ArrayList<>();
    private final List<Long> ordered = new ArrayList<>();
    private final List<Long> reordered = new ArrayList<>();
    private final List<Gap> gaps = new ArrayList<>();
    private final List<Piece> log = new ArrayList<>();
    private boolean reorderingSeen;
    private long intervalStart;
    private long highest;
    private long newestTime;
    private Long base;
    private Integer suspect;
    private Packet last;
    private boolean empty = true;
    private long expected;
    private long expectedTime;
    private long passedOver;
    private long open;
    private long sinceStretch;
    private long waited;
    private long lost;
    private long target;

    SlowJitterBuffer(final JitterBufferConfig config, final IntConsumer release) {
        this.config = config;
        this.release = release;
        rate = config.clockRate();
        bucket = config.clockRate() / 50;
        target = clamp(ticks(config.startTargetNs()));
    }

    JitterBuffer.Status insert(final int sequence, final int timestamp, final int handle, final long nowNs) {
        final long now = ticks(nowNs);
        if (empty) {
            begin(65536L + sequence, Integer.toUnsignedLong(timestamp));
        }
        final long number = nearest(sequence, 1L << 16, highest);
        final long time = nearest(Integer.toUnsignedLong(timestamp), 1L << 32, newestTime);
        final boolean inOrder = Long.compare(number, highest) == Long.compare(time, newestTime);
        final boolean onTime = base == null || Math.abs(now - time - base) <= 5 * rate;
        if (!inOrder || !onTime || Math.abs(number - highest) >= 3000) {
            if (suspect == null || sequence != suspect) {
                suspect = (sequence + 1) % 65536;
                release.accept(handle);
                return JitterBuffer.Status.STRANGE;
            }
            closeGap(0);
            dropAll();
            begin(65536L + sequence, Integer.toUnsignedLong(timestamp));
            take(new Packet(highest, newestTime, now, handle));
            return JitterBuffer.Status.RESTART;
        }
        suspect = null;
        return take(new Packet(number, time, now, handle));
    }

    private JitterBuffer.Status take(final Packet packet) {
        if (isRemembered(packet.sequence())) {
            release.accept(packet.handle());
            return JitterBuffer.Status.DUPLICATE;
        }
        seen.add(packet.sequence());
        measure(packet);
        highest = Math.max(highest, packet.sequence());
        newestTime = Math.max(newestTime, packet.time());
        if (packet.sequence() < expected) {
            if (last != null || highest - packet.sequence() >= config.capacity()) {
                release.accept(packet.handle());
                return JitterBuffer.Status.LATE;
            }
            expected = packet.sequence();
        }
        final boolean tooFar = packet.sequence() - expected >= config.capacity();
        if (tooFar) {
            lost += packet.sequence() - expected - waiting.size();
            dropAll();
            passedOver += packet.sequence() - expected;
            expected = packet.sequence();
        }
        waiting.put(packet.sequence(), packet);
        return tooFar ? JitterBuffer.Status.OVERFLOW : JitterBuffer.Status.BUFFERED;
    }

    Piece poll(final long nowNs) {
        final Piece piece = next(ticks(nowNs));
        log.add(piece);
        if (piece.decision() == JitterBuffer.Decision.CONCEAL) {
            open += piece.ticks();
        }
        return piece;
    }

    void clear() {
        closeGap(open);
        dropAll();
        empty = true;
        last = null;
    }

    long target() {
        return target;
    }

    /** The accounts, by the names of {@link PlayoutCounter}; those that statuses tell are not here. */
    Map<PlayoutCounter, Long> accounts() {
        long played = 0;
        long packets = 0;
        long cut = 0;
        long added = 0;
        long stretches = 0;
        long silent = 0;
        for (final Piece piece : log) {
            switch (piece.decision()) {
                case NORMAL, ACCELERATE, DECELERATE -> {
                    packets++;
                    played += piece.ticks();
                    cut += Math.max(0, config.packetTicks() - piece.ticks());
                    added += Math.max(0, piece.ticks() - config.packetTicks());
                    stretches += piece.ticks() == config.packetTicks() ? 0 : 1;
                }
                case SILENCE -> silent += piece.ticks();
                case CONCEAL -> {}
            }
        }
        long concealed = open;
        long events = open > 0 ? 1 : 0;
        for (final Gap gap : gaps) {
            concealed += gap.concealed() - gap.silent();
            silent += gap.silent();
            events += gap.concealed() > gap.silent() ? 1 : 0;
        }
        final Map<PlayoutCounter, Long> accounts = new TreeMap<>();
        accounts.put(PlayoutCounter.PACKETS_PLAYED, packets);
        accounts.put(PlayoutCounter.PACKETS_LOST, lost);
        accounts.put(PlayoutCounter.PLAYED_TICKS, played);
        accounts.put(PlayoutCounter.CONCEALED_TICKS, concealed);
        accounts.put(PlayoutCounter.CONCEALMENT_EVENTS, events);
        accounts.put(PlayoutCounter.SILENT_TICKS, silent);
        accounts.put(PlayoutCounter.ACCELERATED_TICKS, cut);
        accounts.put(PlayoutCounter.DECELERATED_TICKS, added);
        accounts.put(PlayoutCounter.STRETCHES, stretches);
        accounts.put(PlayoutCounter.WAITED_TICKS, waited);
        return accounts;
    }

    private Piece next(final long now) {
        final long most = config.clockRate() / 100;
        if (waiting.isEmpty()) {
            return nothing(last != null, most);
        }
        final Packet head = waiting.firstEntry().getValue();
        final long delay = now - head.time() - base;
        long jump = head.time() - expectedTime;
        if (jump < config.packetTicks() / 2) {
            jump = 0;
        }
        final long notSent = Math.max(0, jump - (head.sequence() - expected + passedOver) * config.packetTicks());
        final long quarter = config.stretches() ? config.packetTicks() / 4 : 0;
        final long slowest = transits.stream().mapToLong(Sample::value).max().orElseThrow();
        final long upper = Math.max(target, slowest - base) + bucket + quarter;
        long stillToWait;
        if (last == null || notSent > 0) {
            stillToWait = target - delay;
        } else if (open >= rate / 10 && delay < target / 2) {
            stillToWait = target / 2 - delay;
        } else if (delay > upper) {
            stillToWait = 0;
        } else {
            stillToWait = jump - open;
        }
        if (stillToWait > 0) {
            return nothing(last != null && notSent == 0, Math.min(most, stillToWait));
        }
        final boolean smooth = last != null && open == 0 && jump == 0;
        return play(head, now, smooth ? stretch(delay, upper, quarter) : 0, silenceIn(jump, notSent));
    }

    /** Of the gap before a packet: all but what was lost is silence, but no more than the sender was silent for. */
    private long silenceIn(final long jump, final long notSent) {
        final long concealedForLoss = Math.min(open, jump - notSent);
        return Math.min(notSent, open - concealedForLoss);
    }

    private long stretch(final long delay, final long upper, final long quarter) {
        if (quarter > 0 && delay >= 4 * upper) {
            return -(config.packetTicks() / 2);
        }
        if (quarter == 0 || sinceStretch < config.clockRate() * 60L / 1000 || delay >= target && delay <= upper) {
            return 0;
        }
        return delay < target ? quarter : -quarter;
    }

    private Piece play(final Packet head, final long now, final long change, final long silent) {
        final long length = config.packetTicks() + change;
        closeGap(silent);
        lost += last == null ? 0 : head.sequence() - expected;
        waited += now - head.arrival();
        sinceStretch = change == 0 ? sinceStretch + length : 0;
        waiting.remove(head.sequence());
        last = head;
        expected = head.sequence() + 1;
        expectedTime = head.time() + config.packetTicks();
        passedOver = 0;
        final JitterBuffer.Decision decision =
                switch (Long.signum(change)) {
                    case -1 -> JitterBuffer.Decision.ACCELERATE;
                    case 1 -> JitterBuffer.Decision.DECELERATE;
                    default -> JitterBuffer.Decision.NORMAL;
                };
        return new Piece(decision, length, head.handle());
    }

    private static Piece nothing(final boolean missing, final long ticks) {
        return new Piece(
                missing ? JitterBuffer.Decision.CONCEAL : JitterBuffer.Decision.SILENCE, ticks, JitterBuffer.NONE);
    }

    private void closeGap(final long silent) {
        if (open > 0) {
            gaps.add(new Gap(open, silent));
        }
        open = 0;
    }

    private void begin(final long sequence, final long time) {
        empty = false;
        seen.clear();
        transits.clear();
        interval.clear();
        base = null;
        suspect = null;
        last = null;
        highest = sequence;
        newestTime = time;
        expected = sequence;
        expectedTime = time;
        passedOver = 0;
    }

    private void dropAll() {
        waiting.values().forEach(packet -> release.accept(packet.handle()));
        waiting.clear();
    }

    /** Known, and no later packet has taken its place in a ring. */
    private boolean isRemembered(final long sequence) {
        if (!seen.contains(sequence)) {
            return false;
        }
        for (long later = sequence + config.capacity(); later <= highest; later += config.capacity()) {
            if (seen.contains(later)) {
                return false;
            }
        }
        return true;
    }

    private void measure(final Packet packet) {
        final long now = packet.arrival();
        final long eighth = Math.max(1, config.clockRate() / 8);
        transits.add(new Sample(now, now - packet.time()));
        transits.removeIf(s -> Math.floorDiv(s.at(), eighth) <= Math.floorDiv(now, eighth) - 16);
        base = transits.stream().mapToLong(Sample::value).min().orElseThrow();
        final long relative = now - packet.time() - base;
        boolean changed = false;
        final boolean passed = packet.time() < newestTime;
        if (!passed) {
            if (!interval.isEmpty() && now - intervalStart >= config.clockRate() / 2) {
                addSample(ordered, interval.stream().mapToLong(l -> l).max().orElseThrow());
                interval.clear();
                changed = true;
            }
            if (interval.isEmpty()) {
                intervalStart = now;
            }
            interval.add(relative);
        }
        addSample(reordered, passed ? relative : 0);
        reorderingSeen |= passed;
        if (changed || reorderingSeen) {
            target = clamp(wanted());
        }
    }

    private void addSample(final List<Long> samples, final long delay) {
        if (delay / bucket < 100) {
            samples.add(delay / bucket);
        }
    }

    private long wanted() {
        long byOrder = ticks(config.startTargetNs());
        if (!ordered.isEmpty()) {
            final double[] spread = spread(ordered, F_ORDERED);
            int edge = 99;
            double tail = 0;
            while (edge > 0 && tail + spread[edge] <= 0.05 + 1e-9) {
                tail += spread[edge];
                edge--;
            }
            byOrder = (1 + edge) * bucket;
        }
        if (!reorderingSeen) {
            return byOrder;
        }
        final double[] spread = spread(reordered, F_REORDERED);
        final double[] later = new double[101];
        for (int i = 99; i >= 0; i--) {
            later[i] = later[i + 1] + spread[i];
        }
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int candidate = 0; candidate < 100; candidate++) {
            final double cost = Math.max(0, candidate - byOrder / bucket) + 100 * later[candidate + 1];
            if (cost < least - 1e-9) {
                least = cost;
                best = candidate;
            }
        }
        return Math.max(byOrder, (1 + best) * bucket);
    }

    /** Each sample's weight is what it got when it was new, times all factors since. */
    private static double[] spread(final List<Long> samples, final double steady) {
        final double[] spread = new double[100];
        double factors = 1;
        for (int n = samples.size(); n >= 1 && factors > 1e-14; n--) {
            final double factor = Math.max(0, Math.min(steady, 1 - 2.0 / n));
            spread[samples.get(n - 1).intValue()] += (1 - factor) * factors;
            factors *= factor;
        }
        return spread;
    }

    private long clamp(final long ticks) {
        return Math.clamp(ticks, ticks(config.minTargetNs()), ticks(config.maxTargetNs()));
    }

    private long ticks(final long ns) {
        return BigDecimal.valueOf(ns)
                .multiply(BigDecimal.valueOf(config.clockRate()))
                .divide(BigDecimal.TEN.pow(9), 0, RoundingMode.FLOOR)
                .longValueExact();
    }

    /** The number that is {@code value} modulo {@code cycle} and nearest to {@code reference}, the lower of two. */
    private static long nearest(final long value, final long cycle, final long reference) {
        long best = value - 4 * cycle + Math.floorDiv(reference, cycle) * cycle;
        for (int i = 0; i < 8; i++) {
            final long candidate = best + cycle;
            if (Math.abs(candidate - reference) < Math.abs(best - reference)) {
                best = candidate;
            }
        }
        return best;
    }
}
