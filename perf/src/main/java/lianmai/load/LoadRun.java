package lianmai.load;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import lianmai.door.Door;
import lianmai.dtls.DtlsCertificate;
import lianmai.dtls.DtlsHandshakes;
import lianmai.dtls.DtlsRole;
import lianmai.srtp.SrtpProfile;
import lianmai.srtp.SrtpProviders;

/**
 * A load that runs: from {@link #start} until {@link #close} its clients join, send, receive and count.
 *
 * <pre>{@code
 *   try (LoadRun run = LoadRun.start(plan, door)) {
 *       run.awaitReady(Duration.ofSeconds(30));
 *       run.takeInterval();                            // what was before does not count
 *       Thread.sleep(10_000);
 *       LoadFigures figures = run.takeInterval();
 *   }
 * }</pre>
 *
 * <p>Thread: any, one at a time. Owns: the agent's thread, the socket, all sessions; not the door.
 */
public final class LoadRun implements AutoCloseable {
    private static final long ASK_PATIENCE_S = 30;
    private static final long LOOK_MS = 20;
    private static final long QUIET_MS = 100;
    private static final int BATCH_PACKETS = MmsgPort.BATCH;
    /** A join storm has more handshakes at a time than a server would admit. */
    private static final int MAX_HANDSHAKES = 1 << 16;

    private final LoadPlan plan;
    private final MmsgPort port;
    private final int udpPort;
    private final String srtp;
    private final LoadCommands commands = new LoadCommands();
    private final DtlsHandshakes asClient;
    private final DtlsHandshakes asServer;
    private final LoadAgent agent;
    private final Thread thread;
    private final Joins joins;
    private final Map<String, RoomTraffic> rooms = new LinkedHashMap<>();
    private final int firstAddress;
    private int clientCount;
    private int publisherCount;
    private int leftCount;
    private boolean isClosed;

    private LoadRun(final LoadPlan plan, final Door door) {
        this.plan = plan;
        firstAddress = ByteBuffer.wrap(plan.firstAddress().getAddress()).getInt();
        port = MmsgPort.open(plan.port(), 0);
        udpPort = port.port();
        final SrtpProviders.Chosen chosen = SrtpProviders.choose(SrtpProviders.Mode.AUTO);
        srtp = chosen.provider().name();
        final DtlsCertificate certificate = DtlsCertificate.ecdsa();
        asClient = handshakes(DtlsRole.CLIENT, certificate);
        asServer = handshakes(DtlsRole.SERVER, certificate);
        agent = new LoadAgent(
                port, commands, chosen.provider().batch(BATCH_PACKETS), asClient, asServer, plan, firstAddress);
        thread = Thread.ofPlatform().name("load-0").daemon(true).unstarted(agent);
        joins = new Joins(door, commands, certificate.fingerprint(), udpPort, plan);
    }

    private static DtlsHandshakes handshakes(final DtlsRole role, final DtlsCertificate certificate) {
        return DtlsHandshakes.create(role, certificate, List.of(SrtpProfile.values()), MAX_HANDSHAKES);
    }

    /**
     * Opens the socket and has everybody join: all publishers, then all viewers.
     *
     * @throws LoadException with a sentence for the user, when there can be no load here
     */
    public static LoadRun start(final LoadPlan plan, final Door door) {
        final LoadRun run = new LoadRun(plan, door);
        run.thread.start();
        final List<LoadClient> publishers = new ArrayList<>();
        final List<LoadClient> viewers = new ArrayList<>();
        for (final RoomPlan room : plan.rooms()) {
            final RoomTraffic traffic = new RoomTraffic(room);
            run.rooms.put(room.room(), traffic);
            room.publishers().forEach(publisher -> publishers.add(run.client(traffic, publisher, false)));
            for (int i = 0; i < room.viewers(); i++) {
                viewers.add(run.viewer(traffic, i));
            }
        }
        run.joins.join(publishers);
        run.joins.join(viewers);
        return run;
    }

    /** Every so-many-th viewer is sampled, the first of each room in any case. */
    private LoadClient viewer(final RoomTraffic room, final int number) {
        final double fraction = plan.sampled();
        final boolean isSampled =
                fraction > 0 && (number == 0 || Math.floor(number * fraction) != Math.floor((number - 1) * fraction));
        return client(room, null, isSampled);
    }

    private LoadClient client(final RoomTraffic room, final PublisherSpec publisher, final boolean isSampled) {
        final int index = clientCount++;
        return new LoadClient(
                index,
                firstAddress + index,
                room,
                publisher,
                publisher == null ? -1 : publisherCount++,
                isSampled,
                new SeededIds(plan.seed(), index),
                agent);
    }

    /** The UDP port of all clients. */
    public int udpPort() {
        return udpPort;
    }

    /** Which SRTP encrypts and decrypts here. */
    public String srtp() {
        return srtp;
    }

    /** An address of this run's clients, by their number in the order of the plan. */
    public InetAddress address(final int client) {
        try {
            return InetAddress.getByAddress(
                    ByteBuffer.allocate(4).putInt(firstAddress + client).array());
        } catch (final java.net.UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    /**
     * Waits until every client is connected and every viewer of a room with publishers has got something.
     *
     * @throws LoadException when the time is over or a client has failed: how many are there, and why others are not
     */
    public void awaitReady(final Duration timeout) throws InterruptedException {
        final long untilNs = System.nanoTime() + timeout.toNanos();
        while (true) {
            final LoadFigures.Clients clients = look().clients();
            if (isReady(clients)) {
                return;
            }
            if (clients.failed() > 0 || System.nanoTime() - untilNs >= 0) {
                throw new LoadException(sentence(clients));
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
    }

    /**
     * Waits until every client has its keys; of a held load nobody has got anything yet.
     *
     * @throws LoadException when the time is over or a client has failed
     */
    public void awaitConnected(final Duration timeout) throws InterruptedException {
        final long untilNs = System.nanoTime() + timeout.toNanos();
        while (true) {
            final LoadFigures.Clients clients = look().clients();
            if (clients.connected() == clientCount - leftCount) {
                return;
            }
            if (clients.failed() > 0 || System.nanoTime() - untilNs >= 0) {
                throw new LoadException(sentence(clients));
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
    }

    /** Has the publishers of these rooms send, and all others be silent. */
    public void send(final Set<String> sending) {
        this.<Void>ask(done -> new LoadCommand.Send(Set.copyOf(sending), done));
    }

    private boolean isReady(final LoadFigures.Clients clients) {
        final boolean isMediaDue = rooms.values().stream()
                .noneMatch(room -> room.plan().publishers().isEmpty());
        final int there = isMediaDue ? clients.served() : clients.connected();
        final int wanted = clientCount - leftCount;
        return clients.wanted() == wanted && there == wanted;
    }

    private String sentence(final LoadFigures.Clients clients) {
        final String reasons =
                clients.reasons().isEmpty() ? "the others were too slow" : String.join("; ", clients.reasons());
        return clients.connected() + " of " + (clientCount - leftCount) + " clients connected, " + clients.served()
                + " of them send or receive: " + reasons;
    }

    /** What happened since the last call, or since the start. */
    public LoadFigures takeInterval() {
        return ask(LoadCommand.Interval::new);
    }

    /** What happened since the start; changes nothing. */
    public LoadFigures total() {
        return ask(LoadCommand.Total::new);
    }

    /** Which sampled viewers' lines began to show another publisher since the last call, in order. */
    public List<Takeover> takeTakeovers() {
        return ask(LoadCommand.TakeTakeovers::new);
    }

    /** Publishers fall silent and what is under way arrives: from then on the figures stand still and are exact. */
    public void drain() throws InterruptedException {
        this.<Void>ask(LoadCommand.Pause::new);
        long before = -1;
        for (long now = look().arrived(); now != before; now = look().arrived()) {
            before = now;
            TimeUnit.MILLISECONDS.sleep(QUIET_MS);
        }
    }

    private LoadCommand.Standing look() {
        return ask(LoadCommand.Look::new);
    }

    /** More viewers join a room of the plan; {@link #awaitReady} waits for them too. */
    public void addViewers(final String room, final int count) {
        final RoomTraffic traffic = rooms.get(room);
        if (traffic == null) {
            throw new IllegalArgumentException("no room " + room + " in the plan");
        }
        final List<LoadClient> viewers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            viewers.add(viewer(traffic, i));
        }
        joins.join(viewers);
    }

    /** A room's newest viewers leave; answers how many did. */
    public int removeViewers(final String room, final int count) {
        final List<LoadClient> taken =
                this.<List<LoadClient>>ask(done -> new LoadCommand.RemoveViewers(room, count, done));
        joins.leave(taken);
        leftCount += taken.size();
        return taken.size();
    }

    private <T> T ask(final Function<CompletableFuture<T>, LoadCommand> question) {
        final CompletableFuture<T> answer = new CompletableFuture<>();
        commands.offer(question.apply(answer));
        try {
            return answer.get(ASK_PATIENCE_S, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadException("interrupted", e);
        } catch (final ExecutionException | TimeoutException e) {
            throw new LoadException("the load generator does not answer", e);
        }
    }

    /** Everybody leaves. */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        joins.close();
        asClient.close();
        asServer.close();
        agent.stop();
        try {
            thread.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
