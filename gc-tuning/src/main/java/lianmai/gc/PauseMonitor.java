package lianmai.gc;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingStream;

/**
 * Watches this JVM's pauses all the time and holds them against a {@link LatencyBudget}. Flight Recorder tells of
 * safepoints, what was done in them, collections and allocation stalls, up to a second later; a heartbeat finds what
 * holds the whole process (where there is a {@link SafepointClock}).
 *
 * <p>Beginning to watch holds the threads itself, once, for some milliseconds (Flight Recorder redefines classes), a
 * second after the start of a server at most. What is before its first report is not held against the budget.
 *
 * <p>Either thread may end before its time: of an error (memory that was not to be had, for instance), or because
 * somebody stops the recording with {@code jcmd}. From then on pauses would be missing as if there were none, so that
 * is told: in a line, and by {@link #shortcoming()}.
 *
 * <p>Thread: any. Owns: two threads, {@code monitor-jfr} and {@code monitor-beat}, until {@link #close()}. Flight
 * Recorder brings two more, which sleep. Units: ns of {@link System#nanoTime()}.
 */
public final class PauseMonitor implements AutoCloseable {
    /** Events are read each second; more of them than this long need not be kept. */
    private static final Duration KEPT = Duration.ofSeconds(10);

    private static final long CLOSE_MS = TimeUnit.SECONDS.toMillis(2);

    private final LatencyBudget budget;
    private final Runnable beginning;
    private final Consumer<String> log;
    private final Optional<SafepointClock> held = SafepointClock.ofThisJvm();
    private final SafepointAssembler safepoints;
    private final Thread reader = new Thread(() -> untilClosed(this::read), "monitor-jfr");
    private final Thread beater = new Thread(() -> untilClosed(this::beat), "monitor-beat");
    private final CountDownLatch listening = new CountDownLatch(1);
    private final long wallOffsetNs;
    private long sinceNs = Long.MAX_VALUE;
    private volatile RecordingStream stream;
    private volatile boolean closing;
    private volatile String shortcoming;

    private PauseMonitor(final LatencyBudget budget, final Runnable beginning, final Consumer<String> log) {
        this.budget = budget;
        this.beginning = beginning;
        this.log = log;
        safepoints = new SafepointAssembler(this::onPause);
        final Instant now = Instant.now();
        wallOffsetNs = System.nanoTime() - wallNs(now);
    }

    /**
     * Watches from soon on: Flight Recorder takes some hundred milliseconds to begin, for which nobody waits.
     *
     * @param beginning done first, on the monitor's thread: what else makes Flight Recorder begin
     * @param log told in one line when the watching ends before {@link #close()}, by the thread that ends
     */
    public static PauseMonitor start(final LatencyBudget budget, final Runnable beginning, final Consumer<String> log) {
        final PauseMonitor monitor = new PauseMonitor(budget, beginning, log);
        monitor.reader.setDaemon(true);
        monitor.beater.setDaemon(true);
        monitor.reader.start();
        // Without it a long pause could not be told from a stopped process.
        monitor.held.ifPresent(clock -> monitor.beater.start());
        return monitor;
    }

    /** What a budget does with violations: an event in flight recordings, and a line a second at most. */
    public static BiConsumer<LatencyBudget.Violation, LatencyBudget.State> reportTo(final Consumer<String> log) {
        final ViolationLog lines = new ViolationLog(log);
        return (violation, state) -> {
            BudgetViolationEvent.write(violation, state);
            lines.onViolation(violation, System.nanoTime());
        };
    }

    /** Waits until pauses are being watched; answers whether they are. */
    public boolean awaitListening(final Duration most) throws InterruptedException {
        return listening.await(most.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Since when and why pauses are not watched any more, in a sentence; empty while they are, or are about to be. */
    public Optional<String> shortcoming() {
        return Optional.ofNullable(shortcoming);
    }

    /** What {@code RelayLatency} reads on the media path; empty where the JVM's counters are not to be had. */
    public Optional<SafepointClock> held() {
        return held;
    }

    /** What the watching itself has allocated so far, on its two threads. */
    public long allocatedBytes() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Math.max(0, threads.getThreadAllocatedBytes(reader.threadId()))
                + Math.max(0, threads.getThreadAllocatedBytes(beater.threadId()));
    }

    /** One of the two threads. */
    private void untilClosed(final Runnable watching) {
        String why = "Flight Recorder's stream is over";
        try {
            watching.run();
        } catch (final Throwable e) {
            // An Error too: Flight Recorder lets it through and ends its thread, and nobody would notice.
            why = e.toString();
        }
        if (!closing) {
            shortcoming =
                    "Pauses are not watched any more since " + Instant.now().truncatedTo(ChronoUnit.SECONDS) + ": "
                            + Thread.currentThread().getName() + " ended (" + why + ").";
            log.accept(shortcoming);
        }
    }

    private void read() {
        beginning.run();
        try (RecordingStream newStream = new RecordingStream()) {
            newStream.setMaxAge(KEPT);
            on(
                    newStream,
                    "jdk.SafepointBegin",
                    event -> safepoints.onBegin(
                            event.getLong("safepointId"), ns(event.getStartTime()), ns(event.getEndTime())));
            on(newStream, "jdk.ExecuteVMOperation", this::onOperation);
            on(
                    newStream,
                    "jdk.GCPhasePause",
                    event -> safepoints.onCollectorPause(
                            event.getLong("gcId"), event.getString("name"), ns(event.getStartTime())));
            on(
                    newStream,
                    "jdk.SafepointEnd",
                    event -> safepoints.onEnd(event.getLong("safepointId"), ns(event.getEndTime())));
            on(newStream, "jdk.GarbageCollection", this::onCollection);
            on(newStream, "jdk.ZAllocationStall", this::onStall);
            // Only now: what fails so early would leave a stream that nobody closes.
            stream = newStream;
            newStream.onFlush(this::onFlush);
            if (!closing) {
                newStream.start();
            }
        }
    }

    private static void on(final RecordingStream stream, final String name, final Consumer<RecordedEvent> listener) {
        stream.enable(name).withoutThreshold().withoutStackTrace();
        stream.onEvent(name, listener);
    }

    private void onFlush() {
        if (listening.getCount() > 0) {
            sinceNs = System.nanoTime();
            listening.countDown();
        }
    }

    private void onPause(final Pause pause) {
        if (pause.endNs() >= sinceNs) {
            budget.onPause(pause);
        }
    }

    private void onOperation(final RecordedEvent event) {
        if (event.getBoolean("safepoint")) {
            safepoints.onOperation(event.getLong("safepointId"), event.getString("operation") + asker(event));
        }
    }

    /** Who wanted it, as another thread carries it out. */
    private static String asker(final RecordedEvent event) {
        final RecordedThread thread = event.getThread("caller");
        if (thread == null) {
            return "";
        }
        return " for " + (thread.getJavaName() == null ? thread.getOSName() : thread.getJavaName());
    }

    private void onCollection(final RecordedEvent event) {
        final String why = event.getString("cause");
        safepoints.onCollection(event.getLong("gcId"), why);
        final long endNs = ns(event.getEndTime());
        if (endNs >= sinceNs) {
            budget.onCollectorRun(
                    new CollectorRun(SafepointAssembler.isAsked(why), why, ns(event.getStartTime()), endNs));
        }
    }

    private void onStall(final RecordedEvent event) {
        final String thread =
                event.getThread() == null ? "a thread" : event.getThread().getJavaName();
        final long endNs = ns(event.getEndTime());
        safepoints.onStall(endNs);
        onPause(new Pause(
                PauseCause.ALLOCATION_STALL, thread, endNs, event.getDuration().toNanos(), 0));
    }

    private void beat() {
        final SafepointClock clock = held.orElseThrow();
        final Heartbeat heartbeat = new Heartbeat(System.nanoTime(), clock.getAsLong());
        while (!closing) {
            final long untilNs = System.nanoTime() + Heartbeat.INTERVAL_NS;
            for (long leftNs = Heartbeat.INTERVAL_NS; leftNs > 0 && !closing; leftNs = untilNs - System.nanoTime()) {
                LockSupport.parkNanos(this, leftNs);
            }
            final long nowNs = System.nanoTime();
            final long notRunNs = heartbeat.onBeat(nowNs, clock.getAsLong());
            if (notRunNs > 0) {
                budget.onPause(new Pause(PauseCause.NOT_RUN, "late heartbeat", nowNs, notRunNs, 0));
            }
        }
    }

    private long ns(final Instant instant) {
        return wallNs(instant) + wallOffsetNs;
    }

    private static long wallNs(final Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }

    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(beater);
        final RecordingStream opened = stream;
        if (opened != null) {
            opened.close();
        }
        try {
            reader.join(CLOSE_MS);
            beater.join(CLOSE_MS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
