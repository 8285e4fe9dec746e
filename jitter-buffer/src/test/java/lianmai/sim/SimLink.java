package lianmai.sim;

import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A one-way network path as a seeded object: the same seed and the same sends give the same arrivals. Two of them make
 * a connection.
 *
 * <p>Thread: one. Owns: copies of the packets under way. Units: ns, bytes.
 */
public final class SimLink {
    /** Takes what arrives. */
    @FunctionalInterface
    public interface Sink {
        /** The bytes are the sink's only during the call. */
        void onDatagram(DirectBuffer buffer, int offset, int length, long arrivalNs);
    }

    /** {@link #nextDeadlineNs} when nothing is under way. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    private static final long DUPLICATE_SPREAD_NS = 1_000_000L;
    private static final long BITS_PER_BYTE_NS = 8_000_000_000L;

    private record Packet(long arrivalNs, long order, byte[] bytes) implements Comparable<Packet> {
        @Override
        public int compareTo(final Packet other) {
            final int byTime = Long.compare(arrivalNs, other.arrivalNs);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final SplittableRandom random;
    private final PriorityQueue<Packet> underWay = new PriorityQueue<>();
    private LinkProfile profile;
    private boolean inBurst;
    private long busyUntilNs;
    private long lastArrivalNs;
    private long sent;
    private long lost;
    private long overflowed;
    private long delivered;

    public SimLink(final LinkProfile profile, final long seed) {
        this.profile = profile;
        random = new SplittableRandom(seed);
    }

    /** Changes the weather; what is under way is not touched. */
    public void profile(final LinkProfile newProfile) {
        profile = newProfile;
    }

    /** Takes a datagram to carry; copies it. */
    public void send(final DirectBuffer buffer, final int offset, final int length, final long nowNs) {
        sent++;
        if (isLost()) {
            lost++;
            return;
        }
        if (profile.bitsPerSecond() > 0) {
            final long waitingBytes = Math.max(0, busyUntilNs - nowNs) * profile.bitsPerSecond() / BITS_PER_BYTE_NS;
            if (waitingBytes + length > profile.queueBytes()) {
                overflowed++;
                return;
            }
            busyUntilNs = Math.max(nowNs, busyUntilNs) + length * BITS_PER_BYTE_NS / profile.bitsPerSecond();
        }
        final byte[] copy = new byte[length];
        buffer.getBytes(offset, copy);
        final long leavesNs = profile.bitsPerSecond() > 0 ? busyUntilNs : nowNs;
        final long arrivalNs = arrival(leavesNs);
        underWay.add(new Packet(arrivalNs, sent, copy));
        if (chance(profile.duplicate())) {
            underWay.add(new Packet(arrivalNs + random.nextLong(DUPLICATE_SPREAD_NS), sent, copy));
        }
    }

    /** Hands over all that has arrived by now, in the order of arrival; answers how many. */
    public int deliver(final long nowNs, final Sink sink) {
        int count = 0;
        while (!underWay.isEmpty() && underWay.peek().arrivalNs() <= nowNs) {
            final Packet packet = underWay.poll();
            sink.onDatagram(new UnsafeBuffer(packet.bytes()), 0, packet.bytes().length, packet.arrivalNs());
            delivered++;
            count++;
        }
        return count;
    }

    /** When the next datagram arrives, or {@link #NO_DEADLINE}. */
    public long nextDeadlineNs() {
        return underWay.isEmpty() ? NO_DEADLINE : underWay.peek().arrivalNs();
    }

    public long sent() {
        return sent;
    }

    /** Lost on the way, not counting what found the queue full. */
    public long lost() {
        return lost;
    }

    /** Dropped because the queue of a limited link was full. */
    public long overflowed() {
        return overflowed;
    }

    /** Handed over, duplicates included. */
    public long delivered() {
        return delivered;
    }

    private boolean isLost() {
        inBurst = inBurst ? !chance(profile.leaveBurst()) : chance(profile.enterBurst());
        return chance(inBurst ? profile.burstLoss() : profile.loss());
    }

    private long arrival(final long leavesNs) {
        final long jitterNs = profile.jitterNs() > 0 ? random.nextLong(profile.jitterNs()) : 0;
        final long arrivalNs = Math.max(leavesNs + profile.delayNs() + jitterNs, lastArrivalNs);
        if (chance(profile.reorder())) {
            return arrivalNs + profile.reorderNs();
        }
        lastArrivalNs = arrivalNs;
        return arrivalNs;
    }

    private boolean chance(final double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }
}
