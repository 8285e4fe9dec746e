package lianmai.dtls;

import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import lianmai.srtp.SrtpProfile;

/**
 * Runs DTLS associations on virtual threads: one for each handshake, and after it a short task whenever a datagram has
 * come, so an established peer that is silent costs no thread.
 *
 * <p>Thread: any, except that {@link DtlsEndpoint}'s methods are the relay thread's. Owns: the virtual threads; after
 * {@link #close()} there are none.
 */
public final class DtlsHandshakes implements DtlsEndpoints, AutoCloseable {
    /** Handshakes at the same time: some 100 KiB and a few ms of CPU each; more would only all be late. */
    public static final int MAX_HANDSHAKES = 512;
    /** How long {@link #close()} waits for goodbyes. Unit: s. */
    private static final int CLOSE_TIMEOUT_S = 3;

    private final DtlsRole role;
    private final DtlsCertificate certificate;
    private final List<SrtpProfile> profiles;
    private final int maxHandshakes;
    private final DtlsCrypto crypto;
    private final DtlsCounters counters = new DtlsCounters();
    private final Set<DtlsAssociation> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger running = new AtomicInteger();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("dtls-", 0).factory());

    /** With a crypto of the caller's: for a test that plays a hostile peer. */
    DtlsHandshakes(
            final DtlsRole role,
            final DtlsCertificate certificate,
            final List<SrtpProfile> profiles,
            final int maxHandshakes,
            final DtlsCrypto crypto) {
        this.role = role;
        this.certificate = certificate;
        this.profiles = List.copyOf(profiles);
        this.maxHandshakes = maxHandshakes;
        this.crypto = crypto;
    }

    /** The server side of handshakes, with all profiles in our order. */
    public static DtlsHandshakes server(final DtlsCertificate certificate) {
        return create(DtlsRole.SERVER, certificate, List.of(SrtpProfile.values()), MAX_HANDSHAKES);
    }

    /** The client side; {@link #open} sends the ClientHello at once. */
    public static DtlsHandshakes client(final DtlsCertificate certificate) {
        return create(DtlsRole.CLIENT, certificate, List.of(SrtpProfile.values()), MAX_HANDSHAKES);
    }

    /**
     * Either side.
     *
     * @param profiles what is offered or accepted, best first
     * @param maxHandshakes how many may run at the same time
     */
    public static DtlsHandshakes create(
            final DtlsRole role,
            final DtlsCertificate certificate,
            final List<SrtpProfile> profiles,
            final int maxHandshakes) {
        return new DtlsHandshakes(role, certificate, profiles, maxHandshakes, new DtlsCrypto(new SecureRandom()));
    }

    @Override
    public DtlsEndpoint open(final long peerId, final Fingerprint remote, final DtlsListener listener) {
        final DtlsTerms terms = new DtlsTerms(crypto, certificate, remote, profiles);
        final DtlsAssociation association =
                new DtlsAssociation(this, new BouncyCastleEngine(role, terms), peerId, listener);
        open.add(association);
        if (role == DtlsRole.CLIENT) {
            association.start(System.nanoTime());
        }
        return association;
    }

    /** What was counted since the start. */
    public DtlsCounters counters() {
        return counters;
    }

    /** Associations that are neither closed nor failed. */
    public int openAssociations() {
        return open.size();
    }

    /** Handshakes that run now. */
    public int runningHandshakes() {
        return running.get();
    }

    /** Whether {@link #close()} has ended every thread. */
    public boolean isTerminated() {
        return threads.isTerminated();
    }

    /** Reserves one of the handshakes; false when all are taken. */
    boolean admit() {
        if (running.incrementAndGet() <= maxHandshakes) {
            return true;
        }
        running.decrementAndGet();
        return false;
    }

    void handshakeOver() {
        running.decrementAndGet();
    }

    void forget(final DtlsAssociation association) {
        open.remove(association);
    }

    /** Runs a task on a virtual thread; false after {@link #close()}. */
    boolean execute(final Runnable task) {
        try {
            threads.execute(task);
            return true;
        } catch (final RejectedExecutionException e) {
            return false;
        }
    }

    /** Ends every association, with a close_notify where there is one to close, and waits for its thread. */
    @Override
    public void close() {
        open.forEach(DtlsAssociation::close);
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_TIMEOUT_S, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (final InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
        open.clear();
    }
}
