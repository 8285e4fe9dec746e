package lianmai.io;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import lianmai.jitter.PacketPool;
import lianmai.relay.Counter;
import lianmai.relay.Fanout;
import lianmai.relay.PathTable;
import lianmai.relay.RelayCore;
import lianmai.relay.RelayCounters;
import lianmai.relay.SendBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code relay-N} thread: drives one {@link RelayCore} with a socket, a clock and the two hand-overs.
 *
 * <p>Thread: relay (it is that thread's loop). Owns: the port, the core.
 */
final class RelayAgent implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(RelayAgent.class);

    /** Datagrams taken in before anything else gets its turn. */
    private static final int RECEIVE_LIMIT = 256;
    /** Packets taken from each other shard at once. */
    private static final int COPIES = 16;
    /** Packets in the batch at which it is sent in the middle of a turn, so that one turn cannot overflow it. */
    private static final int FLUSH_AT = 2048;
    /** To these many, a packet alone costs more than waiting for those that follow it. */
    private static final int MANY_VIEWERS = 24;
    /** A packet's time on a gigabit line is 10 µs; what comes later than this is a paced sender's next burst. */
    private static final long LONGEST_GAP_NS = TimeUnit.MICROSECONDS.toNanos(20);
    /** The most that a frame waits for its rest: far below what forwarding its first packet alone would take. */
    private static final long LONGEST_WAIT_NS = TimeUnit.MICROSECONDS.toNanos(100);
    /** Traffic comes in bursts: looking again for this long is cheaper than sleeping and being woken. */
    private static final long SPIN_NS = TimeUnit.MICROSECONDS.toNanos(30);

    /** How long removed peers have to be told when the server ends. */
    private static final long GOODBYE_NS = TimeUnit.SECONDS.toNanos(2);

    private static final long REPORT_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_SLEEP_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final UdpPort port;
    private final RelayCore core;
    private final RelayCommands commands;
    private final RelayExchange.Member others;
    private final RelayEvents events;
    private final RelayCounters counters;
    private final LongSupplier clock;
    private final KernelClock kernelClock;
    private final TurnStopwatch stopwatch;
    private final SendBatch.Sink sink = new PortSink();
    private final Fanout.Departures departures = this::onDeparture;
    private final ShardTurnEvent turnEvent = new ShardTurnEvent();
    private final BatchEvent batchEvent = new BatchEvent();
    private boolean takesRuns;
    private volatile boolean stopping;
    private long nowNs;
    private long lastTrafficNs;
    private long lastReportNs = Long.MIN_VALUE / 2;

    RelayAgent(
            final UdpPort port,
            final RelayCore core,
            final RelayCommands commands,
            final RelayExchange.Member others,
            final RelayEvents events,
            final RelayCounters counters,
            final RelayLatency latency,
            final LongSupplier clock,
            final LongSupplier wallClock) {
        this.port = port;
        this.core = core;
        this.commands = commands;
        this.others = others;
        this.events = events;
        this.counters = counters;
        this.clock = clock;
        kernelClock = new KernelClock(clock, wallClock);
        // All of a turn's packets to one viewer at the end of a step, and what other shards copied.
        stopwatch = new TurnStopwatch(latency, 2 * RECEIVE_LIMIT);
        takesRuns = port.takesRuns();
        counters.set(Counter.RUNS_POSSIBLE, takesRuns ? 1 : 0);
        commands.wakeWith(port::wakeup);
    }

    /** Ends the loop once all peers have been removed and have said goodbye, or after {@link #GOODBYE_NS}. */
    void stop() {
        stopping = true;
        port.wakeup();
    }

    @Override
    public void run() {
        final UdpPort.DatagramHandler handler = this::onDatagram;
        long stopAtNs = Long.MAX_VALUE;
        while (clock.getAsLong() < stopAtNs) {
            if (doWork(handler) == 0) {
                idle();
            }
            if (stopping && stopAtNs == Long.MAX_VALUE) {
                stopAtNs = clock.getAsLong() + GOODBYE_NS;
            }
            if (stopping && core.peerCount() == 0) {
                break;
            }
        }
        core.removeReplicas(clock.getAsLong());
    }

    /** One turn; answers how much there was to do. */
    private int doWork(final UdpPort.DatagramHandler handler) {
        final boolean isRecorded = turnEvent.isEnabled();
        if (isRecorded) {
            turnEvent.sent = 0;
            turnEvent.begin();
        }
        nowNs = clock.getAsLong();
        stopwatch.begin(nowNs);
        kernelClock.onTime(nowNs);
        int received = port.receive(handler, RECEIVE_LIMIT);
        others.wakeOthers();
        received += awaitFrames(handler, RECEIVE_LIMIT - received);
        forward();
        // Commands first: one of them may announce the replica whose packets wait behind it.
        final int commanded = commands.drain(core, nowNs);
        final int copied = takeCopies();
        forward();
        core.onTime(nowNs);
        flush();
        reportFault();
        events.publish(core.events(), counters);
        if (received + copied > 0) {
            lastTrafficNs = Math.max(lastTrafficNs, nowNs);
            reportPort();
            final long turnNs = lastTrafficNs - nowNs;
            // Where the kernel does not tell when datagrams came, more than a turn takes in have waited a turn at
            // least.
            final long leastNs = received >= RECEIVE_LIMIT ? turnNs : 0;
            core.onTurn(turnNs, Math.max(leastNs, stopwatch.longestWaitNs()), lastTrafficNs);
        }
        if (isRecorded) {
            turnEvent.over(received, copied, commanded);
        }
        return received + copied + commanded;
    }

    /**
     * The first packet of a frame wakes the relay, and the others come microseconds later: to wait for them makes one
     * run of each viewer's packets, where the first would leave alone and cost as much as several in a run. Nothing
     * else waits for that.
     */
    private int awaitFrames(final UdpPort.DatagramHandler handler, final int limit) {
        if (core.viewersOfUnfinished() < MANY_VIEWERS) {
            return 0;
        }
        flush();
        final long beganNs = clock.getAsLong();
        long lastNs = beganNs;
        long atNs = beganNs;
        int received = 0;
        while (received < limit
                && atNs - lastNs < LONGEST_GAP_NS
                && atNs - beganNs < LONGEST_WAIT_NS
                && core.viewersOfUnfinished() >= MANY_VIEWERS) {
            final int more = port.receive(handler, limit - received);
            received += more;
            atNs = clock.getAsLong();
            lastNs = more > 0 ? atNs : lastNs;
        }
        if (received > 0) {
            others.wakeOthers();
        }
        return received;
    }

    /** What other shards have copied here counts from now on: its first shard's part of the time is not known. */
    private int takeCopies() {
        int copied = 0;
        for (int more = COPIES; more > 0 && copied < RECEIVE_LIMIT; copied += more) {
            final int before = core.pending();
            more = others.drain(core, COPIES, nowNs);
            final int leaving = core.pending() - before;
            if (leaving > 0) {
                stopwatch.received(TurnStopwatch.UNKNOWN, leaving);
            }
            if (core.pending() >= FLUSH_AT) {
                flush();
            }
        }
        return copied;
    }

    private void reportPort() {
        counters.set(Counter.SEND_ERRORS, port.sendErrors());
        counters.set(Counter.RECEIVE_ERRORS, port.receiveErrors());
        counters.set(Counter.OVERSIZED_DROPS, port.oversizedDrops());
        counters.set(Counter.RECEIVE_BUFFER_DROPS, port.receiveBufferDrops());
        counters.set(Counter.RUNS_OUT, port.runs());
        counters.set(Counter.RUN_DATAGRAMS_OUT, port.runDatagrams());
        counters.set(Counter.RUNS_REFUSED, port.refusedRuns());
        if (takesRuns != port.takesRuns()) {
            takesRuns = port.takesRuns();
            LOG.warn("the kernel refuses to cut runs into datagrams (UDP_SEGMENT): sending one by one from now on");
            counters.set(Counter.RUNS_POSSIBLE, 0);
        }
    }

    /** An exception a packet would fill the disk: the log gets one a second, the counter all. */
    private void reportFault() {
        final RuntimeException fault = core.takeFault();
        if (fault != null && nowNs - lastReportNs >= REPORT_INTERVAL_NS) {
            lastReportNs = nowNs;
            LOG.error("a bug was contained ({} so far), please report it", counters.value(Counter.FAULTS), fault);
        }
    }

    private void onDatagram(
            final int slot, final int length, final long high, final long low, final int remotePort, final int local) {
        final int before = core.pending();
        final long arrivedNs = arrivedNs(slot);
        core.onDatagram(slot, length, high, low, remotePort, local, nowNs);
        final int leaving = core.pending() - before;
        if (leaving > 0) {
            stopwatch.received(arrivedNs, leaving);
        }
        if (core.pending() >= FLUSH_AT) {
            flush();
        }
    }

    private long arrivedNs(final int slot) {
        final long kernelNs = slot == PacketPool.NONE ? UdpPort.UNKNOWN_TIME : port.kernelTimeNs(slot);
        return kernelNs == UdpPort.UNKNOWN_TIME ? TurnStopwatch.UNKNOWN : kernelClock.monotonicNs(kernelNs, nowNs);
    }

    private void onDeparture(final int slot, final int packets) {
        stopwatch.received(arrivedNs(slot), packets);
    }

    /** Forwards received video, behind everything else that is to be sent so far. */
    private void forward() {
        if (!core.hasFresh()) {
            return;
        }
        flush();
        while (core.fanOut(departures)) {
            flush();
        }
    }

    private void flush() {
        final int packets = core.pending();
        turnEvent.sent += packets;
        if (packets == 0 || !batchEvent.isChosen()) {
            send();
            return;
        }
        batchEvent.begin();
        send();
        batchEvent.sent(packets);
    }

    /** Sends the batch; the clock is read around its encryption and at its end, when it holds what was received. */
    private void send() {
        if (!stopwatch.isRunning()) {
            core.protect();
            core.send(sink);
            port.flush();
            return;
        }
        stopwatch.routed(clock.getAsLong());
        core.protect();
        stopwatch.sealed(clock.getAsLong());
        core.send(sink);
        port.flush();
        lastTrafficNs = clock.getAsLong();
        stopwatch.sent(lastTrafficNs);
    }

    /** Gives the batch to the port. */
    private final class PortSink implements SendBatch.Sink {
        @Override
        public boolean send(final int slot, final int length, final PathTable paths, final int path) {
            try {
                return port.send(slot, 0, length, paths, path);
            } catch (final RuntimeException e) {
                // Whether the kernel has the slot already is not known: rather one slot less than one sent twice.
                core.onFault(e);
                return true;
            }
        }

        @Override
        public int sendRun(
                final int[] slots,
                final int count,
                final int length,
                final int lastLength,
                final PathTable paths,
                final int path) {
            try {
                return port.sendRun(slots, count, length, lastLength, paths, path);
            } catch (final RuntimeException e) {
                core.onFault(e); // as above
                return count;
            }
        }
    }

    private void idle() {
        final long idleNs = clock.getAsLong();
        if (idleNs - lastTrafficNs < SPIN_NS) {
            Thread.onSpinWait();
            return;
        }
        final long untilDeadlineNs = Math.min(core.nextDeadlineNs() - idleNs, LONGEST_SLEEP_NS);
        if (untilDeadlineNs > 0 && !stopping && commands.announceSleep()) {
            // What is copied from now on wakes it; what came just before the announcement must not wait.
            port.await(others.isEmpty() ? untilDeadlineNs : 0);
            commands.announceAwake();
        } else if (stopping && untilDeadlineNs > 0) {
            port.await(Math.min(untilDeadlineNs, TimeUnit.MILLISECONDS.toNanos(5)));
        }
    }
}
