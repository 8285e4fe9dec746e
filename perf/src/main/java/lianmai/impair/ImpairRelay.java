package lianmai.impair;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A UDP relay that spoils what it passes on. Clients send to {@link #address()} instead of the server; the server sees
 * each of them at an address of the relay's.
 *
 * <pre>{@code
 *   try (ImpairRelay relay = ImpairRelay.start(ProfileText.parse("loss=5%,burst=3,delay=40ms"), serverAddress)) {
 *       … clients that send to relay.address() …
 *       report(relay.up(), relay.down());
 *   }
 * }</pre>
 *
 * <p>Thread: any; the work is done by one of its own, {@code impair}. Owns: the sockets and the thread, until closed.
 */
public final class ImpairRelay implements AutoCloseable {
    private static final long DEFAULT_SEED = 1;

    private static final int COUNTERS = 9;
    private static final int CLIENTS = 2 * COUNTERS;

    private final ImpairLoop loop;
    private final InetSocketAddress address;
    private final Thread thread;
    /** Written by the relay's thread only; up, down, number of clients. */
    private final AtomicLongArray published = new AtomicLongArray(CLIENTS + 1);

    private volatile boolean stopped;
    private volatile RuntimeException failure;

    private ImpairRelay(final ImpairLoop loop) throws IOException {
        this.loop = loop;
        address = loop.address();
        thread = Thread.ofPlatform().name("impair").daemon().unstarted(this::run);
    }

    /** The same profile in both directions, on a free port of this machine's loopback address. */
    public static ImpairRelay start(final ImpairProfile profile, final InetSocketAddress server) throws IOException {
        return start(
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0),
                server,
                ImpairSettings.of(profile, profile, DEFAULT_SEED));
    }

    /** @throws IOException when the relay cannot listen there; the message is one line for the user */
    public static ImpairRelay start(
            final InetSocketAddress listenAt, final InetSocketAddress server, final ImpairSettings settings)
            throws IOException {
        final ImpairRelay relay = new ImpairRelay(new ImpairLoop(listenAt, server, settings));
        relay.thread.start();
        return relay;
    }

    /** Where clients send to. */
    public InetSocketAddress address() {
        return address;
    }

    /** Client to server, of all clients; a few microseconds old. */
    public ImpairCounts up() {
        return counts(0);
    }

    /** Server to client, of all clients; a few microseconds old. */
    public ImpairCounts down() {
        return counts(COUNTERS);
    }

    /** How many client addresses are known. */
    public int clients() {
        return (int) published.get(CLIENTS);
    }

    /** What ended the relay before it was closed, or {@code null}. */
    public RuntimeException failure() {
        return failure;
    }

    /** Ends at once; what is under way is gone. */
    @Override
    public void close() {
        stopped = true;
        loop.wakeup();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (loop) {
            while (!stopped) {
                final long nowNs = System.nanoTime();
                if (loop.turn(nowNs) > 0 || loop.clients() != clients()) {
                    publish();
                } else {
                    loop.await(nowNs);
                }
            }
        } catch (final RuntimeException e) {
            failure = e;
        }
    }

    private void publish() {
        publish(loop.upCounts(), 0);
        publish(loop.downCounts(), COUNTERS);
        published.setRelease(CLIENTS, loop.clients());
    }

    private void publish(final LinkCounts counts, final int at) {
        published.setRelease(at, counts.received);
        published.setRelease(at + 1, counts.passed);
        published.setRelease(at + 2, counts.lost);
        published.setRelease(at + 3, counts.queueDropped);
        published.setRelease(at + 4, counts.duplicated);
        published.setRelease(at + 5, counts.reordered);
        published.setRelease(at + 6, counts.relayFull);
        published.setRelease(at + 7, counts.oversized);
        published.setRelease(at + 8, counts.sendErrors);
    }

    private ImpairCounts counts(final int at) {
        return new ImpairCounts(
                published.get(at),
                published.get(at + 1),
                published.get(at + 2),
                published.get(at + 3),
                published.get(at + 4),
                published.get(at + 5),
                published.get(at + 6),
                published.get(at + 7),
                published.get(at + 8));
    }
}
