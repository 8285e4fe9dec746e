package lianmai.load;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import lianmai.door.Session;
import lianmai.dtls.DtlsEndpoint;
import lianmai.dtls.DtlsHandshakes;
import lianmai.srtp.SrtpBatch;
import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpTransform;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The thread that is the load: drives one socket and all clients. A turn: take in what has arrived, carry out commands,
 * call the clients that are due, encrypt and send. After a turn with nothing left to do it naps, at most
 * {@value #NAP_NS} ns: the kernel notes arrivals meanwhile, and the server is not made to wake us for each packet.
 *
 * <p>Thread: its own; everything is confined to it but {@link #stop}. Owns: the port, all clients.
 */
final class LoadAgent implements Runnable, Outbox, LoadClient.Surroundings {
    static final long NAP_NS = 500_000;

    /** Naps shorter than this cost more than they save. */
    private static final long SHORTEST_NAP_NS = 20_000;

    /** Batches before the other duties come: at a million packets a second, some 4 ms. */
    private static final int MAX_BATCHES = 64;

    private static final int MAX_REASONS = 8;
    /** For whoever never asks. */
    private static final int MAX_TAKEOVERS = 1 << 20;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final MmsgPort port;
    private final LoadCommands commands;
    private final SrtpBatch batch;
    private final DtlsHandshakes asClient;
    private final DtlsHandshakes asServer;
    private final UnaryOperator<InetSocketAddress> route;
    private final long epochOffsetNs;
    private final int firstAddress;
    private final boolean isHeld;
    private final Tally tally = new Tally(System.nanoTime());
    private final DueClients due = new DueClients();
    private final List<Takeover> takeovers = new ArrayList<>();
    private final Map<String, Integer> reasons = new LinkedHashMap<>();

    private LoadClient[] clients = new LoadClient[256];
    private int clientCount;
    private int failed;
    private long nowNs = System.nanoTime();
    private long changedNs = nowNs;
    private volatile boolean isRunning = true;

    LoadAgent(
            final MmsgPort port,
            final LoadCommands commands,
            final SrtpBatch batch,
            final DtlsHandshakes asClient,
            final DtlsHandshakes asServer,
            final LoadPlan plan,
            final int firstAddress) {
        this.port = port;
        this.commands = commands;
        this.batch = batch;
        this.asClient = asClient;
        this.asServer = asServer;
        this.firstAddress = firstAddress;
        isHeld = plan.isHeld();
        route = plan.route();
        epochOffsetNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();
    }

    @Override
    public void run() {
        port.sharpenTimers();
        try {
            while (isRunning) {
                if (doWork() == 0) {
                    nap();
                }
            }
        } finally {
            port.close();
        }
    }

    /** Ends the thread after its present turn. */
    void stop() {
        isRunning = false;
    }

    private int doWork() {
        nowNs = System.nanoTime();
        port.onTime(nowNs);
        final int received = receive();
        commands.drain(this::onCommand);
        while (due.nextDeadlineNs() <= nowNs) {
            due.first().onTime(nowNs);
        }
        flush();
        return received;
    }

    private int receive() {
        int total = 0;
        for (int i = 0; i < MAX_BATCHES; i++) {
            final int received = port.receive();
            for (int k = 0; k < received; k++) {
                onReceived(k);
            }
            total += received;
            if (received < MmsgPort.BATCH) {
                break;
            }
        }
        return total;
    }

    private void onReceived(final int k) {
        final int index = port.localAddress(k) - firstAddress;
        final LoadClient client = index >= 0 && index < clientCount ? clients[index] : null;
        final int end = port.offset(k) + port.length(k);
        final int segment = Math.max(1, port.segmentLength(k));
        final long arrivalNs = port.arrivalNs(k, nowNs);
        for (int at = port.offset(k); at < end; at += segment) {
            tally.add(Count.DATAGRAMS_IN);
            if (client == null) {
                tally.add(Count.STRAY);
            } else {
                client.onDatagram(port.buffer(), at, Math.min(segment, end - at), arrivalNs, nowNs);
            }
        }
    }

    private void onCommand(final LoadCommand command) {
        switch (command) {
            case LoadCommand.Enter(LoadClient client, long atNs) -> enter(client, atNs);
            case LoadCommand.Joined(LoadClient client, Session session) -> client.onSession(session, nowNs);
            case LoadCommand.Refused(LoadClient client, String reason) -> client.fail(reason);
            case LoadCommand.DtlsOut(long client, byte[] datagram) -> clients[(int) client].onDtlsDatagram(datagram);
            case LoadCommand.Keys(long client, SrtpKeys keys) -> clients[(int) client].onKeys(keys, nowNs);
            case LoadCommand.DtlsOver(long client, String reason) -> clients[(int) client].onDtlsOver(reason);
            case LoadCommand.RemoveViewers remove -> remove.taken().complete(removeViewers(remove));
            case LoadCommand.Pause(var done) -> {
                for (int i = 0; i < clientCount; i++) {
                    if (clients[i] != null) {
                        clients[i].pause(nowNs);
                    }
                }
                done.complete(null);
            }
            case LoadCommand.Send(var rooms, var done) -> {
                changedNs = nowNs;
                for (int i = 0; i < clientCount; i++) {
                    if (clients[i] != null) {
                        clients[i].send(rooms, nowNs);
                    }
                }
                done.complete(null);
            }
            case LoadCommand.Look(var seen) -> {
                final long arrived = tally.get(Count.RECEIVED_PACKETS) + tally.get(Count.RECEIVED_REPAIRS);
                seen.complete(new LoadCommand.Standing(standing(), arrived));
            }
            case LoadCommand.TakeTakeovers(var taken) -> {
                taken.complete(List.copyOf(takeovers));
                takeovers.clear();
            }
            case LoadCommand.Interval(var taken) -> {
                bookDue();
                taken.complete(tally.takeInterval(nowNs, standing(), heard(), cpuNs(), port.receiveDrops()));
            }
            case LoadCommand.Total(var read) -> {
                bookDue();
                read.complete(tally.total(nowNs, standing(), heard(), cpuNs(), port.receiveDrops()));
            }
        }
    }

    private void enter(final LoadClient client, final long atNs) {
        if (client.index() >= clients.length) {
            clients = Arrays.copyOf(clients, Math.max(client.index() + 1, clients.length * 2));
        }
        clients[client.index()] = client;
        if (isHeld && client.isPublisher()) {
            client.holdAtFirst();
        }
        clientCount = Math.max(clientCount, client.index() + 1);
        client.onEnter(atNs);
    }

    private List<LoadClient> removeViewers(final LoadCommand.RemoveViewers remove) {
        final List<LoadClient> taken = new ArrayList<>();
        for (int i = clientCount - 1; i >= 0 && taken.size() < remove.count(); i--) {
            final LoadClient client = clients[i];
            if (client != null
                    && !client.isPublisher()
                    && client.state() != LoadClient.State.LEFT
                    && client.state() != LoadClient.State.FAILED
                    && client.room().plan().room().equals(remove.room())) {
                client.leave();
                taken.add(client);
            }
        }
        return taken;
    }

    private void bookDue() {
        for (int i = 0; i < clientCount; i++) {
            if (clients[i] != null) {
                clients[i].bookDue();
            }
        }
    }

    private LoadFigures.Clients standing() {
        int wanted = 0;
        int connected = 0;
        int served = 0;
        int sampled = 0;
        for (int i = 0; i < clientCount; i++) {
            final LoadClient client = clients[i];
            if (client == null || client.state() == LoadClient.State.LEFT) {
                continue;
            }
            wanted++;
            connected += client.state() == LoadClient.State.CONNECTED ? 1 : 0;
            served += client.isServed() ? 1 : 0;
            sampled += client.isSampled() ? 1 : 0;
        }
        final List<String> told = reasons.entrySet().stream()
                .map(reason -> reason.getValue() + " × " + reason.getKey())
                .toList();
        return new LoadFigures.Clients(wanted, connected, served, sampled, failed, told);
    }

    private Heard heard() {
        final Heard sums = new Heard();
        for (int i = 0; i < clientCount; i++) {
            if (clients[i] != null) {
                clients[i].addHeard(sums, nowNs);
            }
        }
        return sums;
    }

    private static long cpuNs() {
        return THREADS.getCurrentThreadCpuTime();
    }

    private void nap() {
        final long untilNs = Math.min(due.nextDeadlineNs(), nowNs + NAP_NS) - System.nanoTime();
        if (untilNs > SHORTEST_NAP_NS) {
            LockSupport.parkNanos(this, untilNs);
        }
    }

    @Override
    public UnsafeBuffer buffer() {
        return port.sendBuffer();
    }

    @Override
    public int slot() {
        if (port.isFull()) {
            flush();
        }
        return port.slot();
    }

    @Override
    public void send(final int length, final int local, final int address, final int remotePort) {
        tally.add(Count.DATAGRAMS_OUT);
        port.send(length, local, address, remotePort);
    }

    private void flush() {
        batch.encrypt();
        port.flush();
    }

    @Override
    public Outbox outbox() {
        return this;
    }

    @Override
    public Tally tally() {
        return tally;
    }

    @Override
    public SrtpTransform transform(final SrtpKeys keys) {
        return batch.transform(keys);
    }

    @Override
    public DtlsEndpoint openDtls(final LoadClient client, final Session session) {
        final DtlsHandshakes handshakes = session.weAreDtlsClient() ? asClient : asServer;
        return handshakes.open(client.index(), session.fingerprint(), commands);
    }

    @Override
    public InetSocketAddress route(final InetSocketAddress server) {
        return route.apply(server);
    }

    @Override
    public long epochOffsetNs() {
        return epochOffsetNs;
    }

    @Override
    public void onTakeover(final Takeover takeover) {
        if (takeovers.size() < MAX_TAKEOVERS) {
            takeovers.add(takeover);
        }
    }

    @Override
    public long sinceChangeNs(final long atNs) {
        return atNs - changedNs;
    }

    @Override
    public void reschedule(final LoadClient client) {
        due.schedule(client);
    }

    @Override
    public void onFailed(final LoadClient client, final String reason) {
        failed++;
        if (reasons.size() < MAX_REASONS || reasons.containsKey(reason)) {
            reasons.merge(reason, 1, Integer::sum);
        }
    }
}
