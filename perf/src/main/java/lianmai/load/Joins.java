package lianmai.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lianmai.door.Door;
import lianmai.door.DoorException;
import lianmai.door.LocalTransport;
import lianmai.door.Session;
import lianmai.dtls.Fingerprint;

/**
 * Takes clients through the door, at most so many a second and at a time; the doors block, so each client has a virtual
 * thread for it. The room's publishers come before its viewers when they are handed over so.
 *
 * <p>Thread: any. Owns: the sessions' handles until they are left or closed.
 */
final class Joins implements AutoCloseable {
    private static final long CLOSE_PATIENCE_S = 10;

    private final Door door;
    private final LoadCommands commands;
    private final Fingerprint fingerprint;
    private final int port;
    private final long intervalNs;
    private final int concurrency;
    private final Semaphore places;
    private final Map<Integer, Session.Handle> handles = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("join-", 0).factory());
    private final ExecutorService pacer = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("join-pace").factory());
    private volatile boolean isClosed;

    Joins(
            final Door door,
            final LoadCommands commands,
            final Fingerprint fingerprint,
            final int port,
            final LoadPlan plan) {
        this.door = door;
        this.commands = commands;
        this.fingerprint = fingerprint;
        this.port = port;
        intervalNs = TimeUnit.SECONDS.toNanos(1) / plan.joinsPerSecond();
        concurrency = plan.concurrency();
        places = new Semaphore(concurrency);
    }

    /** Has clients join one after the other, behind those handed over before. */
    void join(final List<LoadClient> clients) {
        pacer.execute(() -> {
            long nextNs = System.nanoTime();
            for (final LoadClient client : clients) {
                LockSupport.parkNanos(nextNs - System.nanoTime());
                nextNs = Math.max(nextNs + intervalNs, System.nanoTime() - intervalNs);
                places.acquireUninterruptibly();
                if (isClosed) {
                    places.release();
                    return;
                }
                threads.execute(() -> enter(client));
            }
            // The next list begins when this one is through the door: publishers before viewers.
            places.acquireUninterruptibly(concurrency);
            places.release(concurrency);
        });
    }

    private void enter(final LoadClient client) {
        try {
            commands.offer(new LoadCommand.Enter(client, System.nanoTime()));
            final Session session = door.open(
                    client.room().plan().room(),
                    (client.isPublisher() ? "publisher-" : "viewer-") + client.index(),
                    client.role(),
                    new LocalTransport(client.credentials(), fingerprint, address(client)));
            handles.put(client.index(), session.handle());
            commands.offer(new LoadCommand.Joined(client, session));
        } catch (final DoorException e) {
            commands.offer(new LoadCommand.Refused(client, e.getMessage()));
        } catch (final RuntimeException e) {
            commands.offer(new LoadCommand.Refused(client, "the door failed: " + e));
        } finally {
            places.release();
        }
    }

    private InetSocketAddress address(final LoadClient client) {
        try {
            final byte[] bytes =
                    ByteBuffer.allocate(4).putInt(client.localAddress()).array();
            return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
        } catch (final UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    /** Takes clients out again. */
    void leave(final List<LoadClient> clients) {
        clients.forEach(client -> leave(client.index()));
    }

    private void leave(final int index) {
        final Session.Handle handle = handles.remove(index);
        if (handle != null) {
            threads.execute(() -> {
                places.acquireUninterruptibly();
                try {
                    handle.close();
                } finally {
                    places.release();
                }
            });
        }
    }

    /** Has everybody leave. */
    @Override
    public void close() {
        isClosed = true;
        pacer.shutdown();
        try {
            pacer.awaitTermination(CLOSE_PATIENCE_S, TimeUnit.SECONDS);
            List.copyOf(handles.keySet()).forEach(this::leave);
            threads.shutdown();
            if (!threads.awaitTermination(CLOSE_PATIENCE_S, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (final InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
