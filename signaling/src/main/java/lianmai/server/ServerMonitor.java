package lianmai.server;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import lianmai.stat.Figures;
import lianmai.stat.StatPublisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code monitor} thread: once a second it takes the shards' residence times, publishes all figures into the stat
 * file, and hands the times on to signaling.
 *
 * <p>A thread of its own, because writing to a mapped file may wait for a disk, and neither packets nor people should.
 *
 * <p>Thread: any. Owns: its thread and the stat file until {@link #close()}.
 */
final class ServerMonitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerMonitor.class);
    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long CLOSE_TIMEOUT_MS = TimeUnit.SECONDS.toMillis(2);

    private final List<Residence> residences;
    private final Figures figures;
    private final StatPublisher publisher;
    private final Consumer<List<Residence.Latest>> listener;
    private final Thread thread = new Thread(this::run, "monitor");
    private final long startNs = System.nanoTime();
    private volatile boolean closing;

    /**
     * @param publisher of the stat file, or null for none
     * @param listener told each second, on the monitor's thread, what each shard took
     */
    ServerMonitor(
            final List<Residence> residences,
            final Figures figures,
            final StatPublisher publisher,
            final Consumer<List<Residence.Latest>> listener) {
        this.residences = List.copyOf(residences);
        this.figures = figures;
        this.publisher = publisher;
        this.listener = listener;
        publish();
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        long nextNs = startNs + INTERVAL_NS;
        while (!closing) {
            final long waitNs = nextNs - System.nanoTime();
            if (waitNs > 0) {
                LockSupport.parkNanos(this, waitNs);
                continue;
            }
            // A monitor that was held up does not catch up: seconds are taken from now on.
            nextNs = Math.max(nextNs, System.nanoTime() - INTERVAL_NS) + INTERVAL_NS;
            try {
                listener.accept(residences.stream().map(Residence::take).toList());
                publish();
            } catch (final OutOfMemoryError full) {
                LOG.error("no memory for a second's figures: the heap is too small", full);
            } catch (final RuntimeException bug) {
                LOG.error("a bug was contained, please report it", bug);
            }
        }
    }

    private void publish() {
        if (publisher != null) {
            final long[] cells = new long[figures.cells()];
            figures.read(cells);
            publisher.publish(cells, System.currentTimeMillis(), System.nanoTime() - startNs);
        }
    }

    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_TIMEOUT_MS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (publisher != null) {
            publisher.close();
        }
    }
}
