package lianmai.signaling;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import lianmai.message.ErrorCode;
import lianmai.message.ServerMessage;
import lianmai.relay.PeerSpec;
import lianmai.relay.RelayCommand;
import lianmai.relay.RelayEvent;
import lianmai.room.Claims;
import lianmai.room.HttpEntry;
import lianmai.room.Refusal;
import lianmai.room.RoomEffect;
import lianmai.room.RoomRegistry;
import lianmai.room.RoomSummary;
import lianmai.room.Watch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the rooms: gives them what comes from clients, HTTP, relay and clock, and carries out what they answer. Every
 * method ends with all effects carried out, in order, and the timer set.
 *
 * <p>Thread: signaling; every method must be called on {@link #loop()}. Owns: the registry, the map of connections.
 */
public final class SignalingCore {
    private static final Logger LOG = LoggerFactory.getLogger(SignalingCore.class);
    /** How soon a full relay queue is tried again; it drains thousands of commands in that time. */
    private static final long RELAY_RETRY_MS = 2;

    private final EventExecutor loop;
    private final LongSupplier clock;
    private final RoomRegistry registry;
    private final MessageCodec codec;
    private final RelayOutbox outbox;
    private final ByteBufAllocator allocator;
    private final SignalingCounters counters = new SignalingCounters();
    private final Map<Long, Outlet> outlets = new HashMap<>();
    private final List<Long> refusedPeers = new ArrayList<>();
    private long lastConnection;
    private long timerAtNs = Long.MAX_VALUE;
    private ScheduledFuture<?> timer;
    private ScheduledFuture<?> relayRetry;

    /**
     * @param loop the one thread of all this
     * @param clock monotonic ns; the registry's offset to the epoch must belong to it
     * @param relay where commands to the shards go
     */
    public SignalingCore(
            final EventExecutor loop,
            final LongSupplier clock,
            final RoomRegistry registry,
            final MessageCodec codec,
            final RelaySink relay,
            final ByteBufAllocator allocator) {
        this.loop = loop;
        this.clock = clock;
        this.registry = registry;
        this.codec = codec;
        this.allocator = allocator;
        outbox = new RelayOutbox(relay);
    }

    /** The thread to call everything on. */
    public EventExecutor loop() {
        return loop;
    }

    // Clients.

    /** A client has connected; answers the number of its connection. */
    public long open(final Outlet outlet) {
        final long connection = ++lastConnection;
        outlets.put(connection, outlet);
        counters.add(SignalingCounters.Event.SOCKETS_OPENED, 1);
        contain(() -> registry.onConnectionOpened(connection, clock.getAsLong()));
        settle();
        return connection;
    }

    /** A text frame has come. */
    public void onText(final long connection, final ByteBuf json) {
        final long nowNs = clock.getAsLong();
        final MessageCodec.Decoded decoded = codec.decode(json);
        counters.add(SignalingCounters.Event.MESSAGES_IN, 1);
        try {
            switch (decoded) {
                case MessageCodec.Good good -> registry.onMessage(connection, good.message(), nowNs);
                case MessageCodec.Bad bad -> registry.onBadMessage(connection, bad.id(), bad.refusal(), nowNs);
            }
        } catch (final RuntimeException bug) {
            LOG.error("a message brought the rooms to an exception", bug);
            registry.onBadMessage(connection, decoded.id(), Refusal.of(ErrorCode.INTERNAL), nowNs);
        }
        settle();
    }

    /** A frame that was refused unread: too large, or not text. */
    public void onRefusedFrame(final long connection, final Refusal refusal) {
        contain(() -> registry.onBadMessage(connection, null, refusal, clock.getAsLong()));
        settle();
    }

    /** A sign of life: a pong, a ping. */
    public void onHeard(final long connection) {
        contain(() -> registry.onHeard(connection, clock.getAsLong()));
        settle();
    }

    /** The client is gone. */
    public void onClosed(final long connection) {
        outlets.remove(connection);
        contain(() -> registry.onConnectionClosed(connection, clock.getAsLong()));
        settle();
    }

    // HTTP.

    /** See {@link RoomRegistry#joinWhip}. */
    public HttpEntry joinWhip(final String room, final Claims claims, final String offer) {
        return counted(registry.joinWhip(room, claims, offer, clock.getAsLong()));
    }

    /** See {@link RoomRegistry#joinWhep}. */
    public HttpEntry joinWhep(final String room, final Claims claims, final String offer, final Watch watch) {
        return counted(registry.joinWhep(room, claims, offer, watch, clock.getAsLong()));
    }

    private HttpEntry counted(final HttpEntry entry) {
        switch (entry) {
            case HttpEntry.Admitted _ -> counters.add(SignalingCounters.Event.HTTP_JOINS, 1);
            case HttpEntry.Refused(final Refusal refusal) -> counters.refused(refusal.code());
        }
        settle();
        return entry;
    }

    /** See {@link RoomRegistry#leave}. */
    public boolean leave(final String resource) {
        final boolean left = registry.leave(resource, clock.getAsLong());
        settle();
        return left;
    }

    /** See {@link RoomRegistry#peerOf}. */
    public long peerOf(final String resource) {
        return registry.peerOf(resource);
    }

    /** See {@link RoomRegistry#restartIce}. */
    public boolean restartIce(final String resource, final PeerSpec.Ice ice) {
        final boolean done = registry.restartIce(resource, ice);
        settle();
        return done;
    }

    /** All rooms, oldest first. */
    public List<RoomSummary> rooms() {
        return registry.rooms();
    }

    /** How much there is of everything. */
    public RoomRegistry.Census census() {
        return registry.census();
    }

    /** What is counted here; may be read by any thread. */
    public SignalingCounters counters() {
        return counters;
    }

    /** Whether joins are taken. */
    public boolean isOpen() {
        return registry.isOpen();
    }

    // Relay.

    /** A shard has something to tell. */
    public void onRelayEvent(final RelayEvent event) {
        contain(() -> registry.onRelayEvent(event, clock.getAsLong()));
        settle();
    }

    /** Tells everybody on a stage how the relay does; once a second. */
    public void onStats(final ServerMessage.Stats stats) {
        contain(() -> registry.onStats(stats));
        settle();
    }

    /** Tells everybody that the server ends and closes all connections. */
    public void close() {
        registry.close();
        settle();
    }

    // What the rooms say.

    private void settle() {
        final long nowNs = clock.getAsLong();
        if (registry.nextDeadlineNs() <= nowNs) {
            contain(() -> registry.onTime(nowNs));
        }
        registry.drain(this::carryOutContained);
        while (!refusedPeers.isEmpty()) {
            final long peer = refusedPeers.removeLast();
            contain(() -> registry.onRelayEvent(new RelayEvent.Gone(peer, "busy"), nowNs));
            registry.drain(this::carryOutContained);
        }
        setTimer(nowNs);
    }

    /** A bug that one client finds must not stop the thread's work for all others: it is logged, and they go on. */
    private static void contain(final Runnable work) {
        try {
            work.run();
        } catch (final RuntimeException bug) {
            LOG.error("a bug was contained, please report it", bug);
        }
    }

    private void carryOutContained(final RoomEffect effect) {
        contain(() -> carryOut(effect));
    }

    private void carryOut(final RoomEffect effect) {
        switch (effect) {
            case RoomEffect.Send send -> {
                final Outlet outlet = outlets.get(send.connection());
                if (outlet != null) {
                    counters.sent(send.message(), 1);
                    outlet.send(codec.encode(send.message(), allocator), send.seq(), mayBeLost(send.message()));
                }
            }
            case RoomEffect.Broadcast broadcast -> broadcast(broadcast);
            case RoomEffect.Close close -> {
                final Outlet outlet = outlets.remove(close.connection());
                if (outlet != null) {
                    outlet.close(close.code());
                }
            }
            case RoomEffect.Ping ping -> {
                final Outlet outlet = outlets.get(ping.connection());
                if (outlet != null) {
                    outlet.ping();
                }
            }
            case RoomEffect.Relay relay -> relay(relay.shard(), relay.command());
        }
    }

    private void broadcast(final RoomEffect.Broadcast broadcast) {
        final ByteBuf json = codec.encode(broadcast.message(), allocator);
        final long[] seqs = broadcast.seqs();
        final boolean mayBeLost = mayBeLost(broadcast.message());
        for (int i = 0; i < broadcast.connections().length; i++) {
            final Outlet outlet = outlets.get(broadcast.connections()[i]);
            if (outlet != null) {
                outlet.send(json.retainedDuplicate(), seqs == null ? 0 : seqs[i], mayBeLost);
            }
        }
        counters.sent(broadcast.message(), broadcast.connections().length);
        json.release();
    }

    private static boolean mayBeLost(final ServerMessage message) {
        return message instanceof ServerMessage.Passing && !(message instanceof ServerMessage.Closing);
    }

    private void relay(final int shard, final RelayCommand command) {
        if (!outbox.offer(shard, command) && command instanceof RelayCommand.AddPeer(final PeerSpec spec)) {
            refusedPeers.add(spec.peerId());
        }
        retryRelay();
    }

    private void retryRelay() {
        if (relayRetry == null && !outbox.flush()) {
            relayRetry = loop.schedule(this::onRelayRetry, RELAY_RETRY_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void onRelayRetry() {
        relayRetry = null;
        retryRelay();
    }

    private void setTimer(final long nowNs) {
        final long deadlineNs = registry.nextDeadlineNs();
        if (deadlineNs >= timerAtNs || loop.isShuttingDown()) {
            return;
        }
        if (timer != null) {
            timer.cancel(false);
        }
        timerAtNs = deadlineNs;
        timer = loop.schedule(this::onTimer, Math.max(0, deadlineNs - nowNs), TimeUnit.NANOSECONDS);
    }

    private void onTimer() {
        timerAtNs = Long.MAX_VALUE;
        settle();
    }
}
