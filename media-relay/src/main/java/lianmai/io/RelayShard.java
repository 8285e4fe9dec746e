package lianmai.io;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import lianmai.dtls.DtlsEndpoints;
import lianmai.jitter.PacketPool;
import lianmai.relay.Counter;
import lianmai.relay.RelayCore;
import lianmai.relay.RelayCounters;
import lianmai.srtp.SrtpProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running shard: its thread, socket and slab, and the ends of its hand-overs that others hold.
 *
 * <p>A shard whose thread ends by itself, of a bug or because there is no memory left, is lost with all its peers; it
 * is not started again, as nobody knows what it left behind. Whoever runs it is told ({@link #onFailure}).
 *
 * <p>Thread: any. Owns: the {@code relay-N} thread until {@link #close()}.
 */
public final class RelayShard implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RelayShard.class);

    private final int index;
    private final RelayExchange exchange;
    private final RelayCounters counters = new RelayCounters();
    private final RelayLatency latency = new RelayLatency();
    private final CompletableFuture<Started> started = new CompletableFuture<>();
    private final Thread thread;
    private volatile PacketPool pool;
    private volatile Throwable failure;
    private volatile Runnable failureListener = () -> {};

    private record Started(RelayAgent agent, int port, String io) {}

    private RelayShard(
            final int index,
            final RelayExchange exchange,
            final RelayConfig config,
            final LocalAddresses addresses,
            final SrtpProvider srtp,
            final DtlsEndpoints dtls,
            final RelayEvents events) {
        this.index = index;
        this.exchange = exchange;
        thread = new Thread(() -> run(config, addresses, srtp, dtls, events), "relay-" + index);
    }

    /**
     * Opens the socket and starts the thread.
     *
     * @param exchange the same for all shards of a server
     * @throws IOException with a sentence for the user when the socket cannot be had
     */
    public static RelayShard start(
            final int index,
            final RelayExchange exchange,
            final RelayConfig config,
            final LocalAddresses addresses,
            final SrtpProvider srtp,
            final DtlsEndpoints dtls,
            final RelayEvents events)
            throws IOException {
        final RelayShard shard = new RelayShard(index, exchange, config, addresses, srtp, dtls, events);
        shard.thread.start();
        try {
            shard.started.join();
        } catch (final CompletionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw e;
        }
        return shard;
    }

    private void run(
            final RelayConfig config,
            final LocalAddresses addresses,
            final SrtpProvider srtp,
            final DtlsEndpoints dtls,
            final RelayEvents events) {
        pool = new PacketPool(config.slots());
        try (UdpPort port = open(config, addresses, pool)) {
            final SecureRandom random = new SecureRandom();
            final long wallOffsetNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();
            final RelayExchange.Member others = exchange.member(index, pool);
            final RelayCore core = new RelayCore(
                    pool,
                    counters,
                    config.batchCapacity(),
                    srtp,
                    dtls,
                    commands(),
                    others,
                    random::nextLong,
                    wallOffsetNs);
            core.measureLoadWith(ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);
            final RelayAgent agent = new RelayAgent(
                    port, core, commands(), others, events, counters, latency, System::nanoTime, WallClock::nowNs);
            started.complete(new Started(agent, port.port(), port.name()));
            agent.run();
        } catch (final IOException | RuntimeException | Error e) {
            if (started.isDone()) {
                // First, and without an object: that there is no memory left may be why.
                failure = e;
                failureListener.run();
                LOG.error("{} ends", Thread.currentThread().getName(), e);
            } else {
                started.completeExceptionally(e);
            }
        }
    }

    private UdpPort open(final RelayConfig config, final LocalAddresses addresses, final PacketPool pool)
            throws IOException {
        final UdpPorts.Opened opened = UdpPorts.open(config.io(), config.port(), addresses, pool);
        counters.set(Counter.IO_FALLBACK, opened.fallback() ? 1 : 0);
        LOG.info(
                "{}: UDP port {} over {}; socket buffers {} KiB in, {} KiB out",
                Thread.currentThread().getName(),
                opened.port().port(),
                opened.reason(),
                opened.port().receiveBufferBytes() >> 10,
                opened.port().sendBufferBytes() >> 10);
        warnIfSmall("receives", opened.port().receiveBufferBytes(), "net.core.rmem_max");
        warnIfSmall("sends", opened.port().sendBufferBytes(), "net.core.wmem_max");
        return opened.port();
    }

    /** A burst that does not fit a socket's buffer is lost; nobody would look for that in a kernel setting. */
    private static void warnIfSmall(final String does, final int bytes, final String setting) {
        if (bytes < UdpPort.SOCKET_BUFFER_BYTES) {
            LOG.warn(
                    "the socket {} with a buffer of {} KiB, {} KiB would be better: sysctl -w {}={}",
                    does,
                    bytes >> 10,
                    UdpPort.SOCKET_BUFFER_BYTES >> 10,
                    setting,
                    UdpPort.SOCKET_BUFFER_BYTES);
        }
    }

    /** Where commands for this shard go. */
    public RelayCommands commands() {
        return exchange.commands(index);
    }

    public RelayCounters counters() {
        return counters;
    }

    public RelayLatency latency() {
        return latency;
    }

    /** The UDP port it is bound to. */
    public int port() {
        return started.join().port();
    }

    /** Which socket implementation it uses: {@code io_uring} or {@code nio}. */
    public String io() {
        return started.join().io();
    }

    /** What its thread has allocated since its start, in bytes; reading it does not disturb that thread. */
    public long allocatedBytes() {
        return ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
                ? Math.max(0, threads.getThreadAllocatedBytes(thread.threadId()))
                : 0;
    }

    /**
     * Has the listener told when the thread has ended though it ought not to; at once if it has.
     *
     * @param listener must be quick, must do with no memory, and may be told twice
     */
    public void onFailure(final Runnable listener) {
        failureListener = listener;
        if (failure != null) {
            listener.run();
        }
    }

    /** What the thread ended of, or null when it runs or was asked to end. */
    public Throwable failure() {
        return failure;
    }

    /** Of its thread, such as {@code relay-0}. */
    public String name() {
        return thread.getName();
    }

    /** Whether the thread runs. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    /** Ends the thread once all peers are removed, or after two seconds. */
    @Override
    public void close() {
        started.join().agent().stop();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Packet slots that still have an owner when all shards have ended: those of the histories, unless all peers were
     * removed.
     */
    public int slotsInUseAtEnd() {
        exchange.takeBack(index, pool);
        return pool.inUse();
    }
}
