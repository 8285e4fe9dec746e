package lianmai.io;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import lianmai.relay.Counter;
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
    /** Packets in the batch at which it is sent in the middle of a turn, so that one turn cannot overflow it. */
    private static final int FLUSH_AT = 2048;
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
        stopwatch = new TurnStopwatch(latency, RECEIVE_LIMIT + 1); // and what other shards copied
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
        final int received = port.receive(handler, RECEIVE_LIMIT);
        // Commands first: one of them may announce the replica whose packets wait behind it.
        final int commanded = commands.drain(core, nowNs);
        final int copied = takeCopies();
        core.onTime(nowNs);
        flush();
        others.wakeOthers();
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

    /** What other shards have copied here counts from now on: its first shard's part of the time is not known. */
    private int takeCopies() {
        final int before = core.pending();
        final int copied = others.drain(core, nowNs);
        final int leaving = core.pending() - before;
        if (copied > 0 && leaving > 0) {
            stopwatch.received(TurnStopwatch.UNKNOWN, leaving);
        }
        return copied;
    }

    private void reportPort() {
        counters.set(Counter.SEND_ERRORS, port.sendErrors());
        counters.set(Counter.RECEIVE_ERRORS, port.receiveErrors());
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
        final long arrivedNs = port.kernelTimeNs(slot);
        core.onDatagram(slot, length, high, low, remotePort, local, nowNs);
        final int leaving = core.pending() - before;
        if (leaving > 0) {
            stopwatch.received(
                    arrivedNs == UdpPort.UNKNOWN_TIME
                            ? TurnStopwatch.UNKNOWN
                            : kernelClock.monotonicNs(arrivedNs, nowNs),
                    leaving);
        }
        if (core.pending() >= FLUSH_AT) {
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
            core.drain(sink);
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
