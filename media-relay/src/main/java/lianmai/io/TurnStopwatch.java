package lianmai.io;

import lianmai.io.RelayLatency.Cause;

/**
 * The times of one turn, and what each packet that it sends on spent on what. A clock reading marks the end of a phase,
 * never of a packet:
 *
 * <pre>
 *   arrival → begin     in the kernel's buffer                    kernel wait
 *   begin   → routed    receive, route, commands, timers          behind in turn
 *   routed  → sealed    encrypt                                   crypto
 *   sealed  → sent      submit                                    send ring
 * </pre>
 *
 * <p>A turn that fills its batch is sent in parts; a later part's packets have been behind the earlier parts. What the
 * JVM paused during a turn is taken off the longest of the turn's phases, as that is most likely where it fell; what it
 * paused between two turns, off the kernel wait.
 *
 * <p>Thread: relay (confined). Units: ns.
 */
final class TurnStopwatch {
    /** For {@link #received}: when the datagram came is not known. */
    static final long UNKNOWN = Long.MIN_VALUE;

    private static final int CAUSES = Cause.values().length;
    private static final Cause[] EACH = Cause.values();

    private final RelayLatency latency;
    private final long[] arrivals;
    private final int[] packets;
    private final long[] all = new long[CAUSES];
    private final long[] slow = new long[CAUSES];
    private int count;
    private long longestWaitNs;
    private long beganNs;
    private long routedNs;
    private long sealedNs;
    private long pausedNs;
    private long pausedBeforeNs;

    /** @param most datagrams received in a turn */
    TurnStopwatch(final RelayLatency latency, final int most) {
        this.latency = latency;
        arrivals = new long[most];
        packets = new int[most];
    }

    /** A turn begins. */
    void begin(final long nowNs) {
        beganNs = nowNs;
        longestWaitNs = 0;
        final long total = latency.pausedNs();
        pausedBeforeNs = total - pausedNs;
        pausedNs = total;
    }

    /** A datagram that arrived then makes so many packets leave. */
    void received(final long arrivalNs, final int leaving) {
        arrivals[count] = arrivalNs;
        if (arrivalNs >= beganNs - RelayLatency.HIGHEST_NS) { // neither unknown nor impossible
            longestWaitNs = Math.max(longestWaitNs, beganNs - arrivalNs);
        }
        packets[count] = leaving;
        count++;
    }

    /** The longest that a datagram of this turn had waited in the kernel when the turn began, as far as is known. */
    long longestWaitNs() {
        return longestWaitNs;
    }

    /** Whether there is anything whose time is to be told. */
    boolean isRunning() {
        return count > 0;
    }

    void routed(final long nowNs) {
        routedNs = nowNs;
    }

    void sealed(final long nowNs) {
        sealedNs = nowNs;
    }

    /** Everything received so far is submitted. */
    void sent(final long nowNs) {
        final long total = latency.pausedNs();
        final long pausedInTurn = total - pausedNs;
        pausedNs = total;
        for (int i = 0; i < count; i++) {
            tell(arrivals[i], packets[i], nowNs, pausedInTurn);
        }
        count = 0;
        for (int i = 0; i < CAUSES; i++) {
            latency.add(EACH[i], all[i], slow[i]);
            all[i] = 0;
            slow[i] = 0;
        }
    }

    private void tell(final long arrival, final int leaving, final long nowNs, final long pausedInTurn) {
        final boolean possible = arrival <= routedNs && arrival >= nowNs - RelayLatency.HIGHEST_NS;
        final long arrivedNs = possible ? arrival : beganNs;
        if (!possible) {
            latency.unknownArrival(leaving);
            if (arrival != UNKNOWN) {
                latency.impossibleArrival();
            }
        }
        final long residence = nowNs - arrivedNs;
        final boolean isSlow = residence >= RelayLatency.SLOW_NS;
        latency.record(residence, leaving);
        long kernelWait = Math.max(0, beganNs - arrivedNs);
        long behind = routedNs - Math.max(beganNs, arrivedNs);
        long crypto = sealedNs - routedNs;
        long ring = nowNs - sealedNs;
        long pause = Math.min(pausedBeforeNs, kernelWait);
        kernelWait -= pause;
        if (pausedInTurn > 0) {
            final long longest = Math.max(behind, Math.max(crypto, ring));
            final long off = Math.min(pausedInTurn, longest);
            pause += off;
            if (behind == longest) {
                behind -= off;
            } else if (crypto == longest) {
                crypto -= off;
            } else {
                ring -= off;
            }
        }
        add(Cause.KERNEL_WAIT, kernelWait * leaving, isSlow);
        add(Cause.BEHIND_IN_TURN, behind * leaving, isSlow);
        add(Cause.PAUSE, pause * leaving, isSlow);
        add(Cause.CRYPTO, crypto * leaving, isSlow);
        add(Cause.SEND_RING, ring * leaving, isSlow);
    }

    private void add(final Cause cause, final long ns, final boolean isSlow) {
        all[cause.ordinal()] += ns;
        if (isSlow) {
            slow[cause.ordinal()] += ns;
        }
    }
}
