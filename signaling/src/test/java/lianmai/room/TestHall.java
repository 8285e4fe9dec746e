package lianmai.room;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lianmai.message.ClientMessage;
import lianmai.message.ErrorCode;
import lianmai.message.Role;
import lianmai.relay.RelayCommand;
import lianmai.relay.RelayEvent;

/** A registry with clients and a relay around it, in virtual time. Media connects at once unless told otherwise. */
final class TestHall {
    static final long EPOCH_OFFSET_NS = 1_700_000_000_000_000_000L;

    long nowNs = 5_000_000_000L;
    boolean mediaConnects = true;
    Headroom headroom = Headroom.ENDLESS;
    int messages;
    final TestNegotiator negotiator = new TestNegotiator();
    final RelayModel relay;
    final Map<Long, TestClient> clients = new HashMap<>();
    final RoomRegistry registry;
    private final List<RelayEvent> relayEvents = new ArrayList<>();
    private final List<Long> pinged = new ArrayList<>();
    private long lastConnection;
    private long lastSecret;

    TestHall() {
        this(RoomLimits.DEFAULT, Admission.OPEN);
    }

    TestHall(final RoomLimits limits, final Admission admission) {
        this(limits, admission, 1);
    }

    /** One whose rooms spread over several shards as soon as they can. */
    static TestHall ofShards(final int shards) {
        return new TestHall(RoomLimits.DEFAULT, Admission.OPEN, shards);
    }

    TestHall(final RoomLimits limits, final Admission admission, final int shards) {
        relay = new RelayModel(shards);
        registry = new RoomRegistry(
                limits,
                negotiator,
                admission,
                ShardPlacement.leastLoaded(shards, 1_000_000, 0, shard -> headroom.has(shard)),
                () -> "secret" + ++lastSecret,
                EPOCH_OFFSET_NS);
    }

    /** Tokens of the form {@code role/identity[/nopublish]}, good for every room; {@code expired} is expired. */
    static Admission tokens() {
        return (token, name, epochMillis) -> {
            if (token == null) {
                return new Admission.Denied(Refusal.of(ErrorCode.BAD_TOKEN));
            }
            if (token.equals("expired")) {
                return new Admission.Denied(Refusal.of(ErrorCode.TOKEN_EXPIRED));
            }
            final String[] parts = token.split("/");
            return new Admission.Granted(new Claims("*", parts[1], name, Role.of(parts[0]), parts.length < 3));
        };
    }

    TestClient connect() {
        final TestClient client = new TestClient(this, ++lastConnection);
        clients.put(client.connection, client);
        registry.onConnectionOpened(client.connection, nowNs);
        drain();
        return client;
    }

    TestClient join(final String room, final String name, final Role wish) {
        return connect().join(room, name, wish);
    }

    TestClient joinWith(final String room, final String name, final String token) {
        return connect().join(room, name, null, token, "offer");
    }

    /** Comes back on a new connection. */
    TestClient resume(final TestClient old, final long seq) {
        final TestClient client = connect();
        client.id = old.id;
        client.resumeToken = old.resumeToken;
        client.lastSeq = seq;
        client.stage.putAll(old.stage);
        client.pkRoom = old.pkRoom;
        client.ask(new ClientMessage.Resume(client.nextId(), old.resumeToken, seq));
        return client;
    }

    void lose(final TestClient client) {
        clients.remove(client.connection);
        registry.onConnectionClosed(client.connection, nowNs);
        drain();
    }

    void relaySays(final RelayEvent event) {
        registry.onRelayEvent(event, nowNs);
        drain();
    }

    /** Lets time pass, waking the registry exactly when it asks for it. */
    void advance(final long millis) {
        final long endNs = nowNs + millis * 1_000_000;
        while (registry.nextDeadlineNs() <= endNs) {
            nowNs = Math.max(nowNs, registry.nextDeadlineNs());
            registry.onTime(nowNs);
            drain();
        }
        nowNs = endNs;
    }

    void drain() {
        registry.drain(this::carryOut);
        while (!relayEvents.isEmpty() || !pinged.isEmpty()) {
            final List<RelayEvent> events = List.copyOf(relayEvents);
            relayEvents.clear();
            events.forEach(event -> registry.onRelayEvent(event, nowNs));
            pinged.forEach(connection -> registry.onHeard(connection, nowNs));
            pinged.clear();
            registry.drain(this::carryOut);
        }
    }

    private void carryOut(final RoomEffect effect) {
        switch (effect) {
            case RoomEffect.Send send -> {
                messages++;
                clients.get(send.connection()).receive(send.message(), send.seq());
            }
            case RoomEffect.Broadcast broadcast -> {
                messages += broadcast.connections().length;
                for (int i = 0; i < broadcast.connections().length; i++) {
                    final long seq = broadcast.seqs() == null ? 0 : broadcast.seqs()[i];
                    clients.get(broadcast.connections()[i]).receive(broadcast.message(), seq);
                }
            }
            case RoomEffect.Close close -> clients.remove(close.connection()).closed = close.code();
            case RoomEffect.Ping ping -> {
                if (clients.get(ping.connection()).answersPings) {
                    pinged.add(ping.connection());
                }
            }
            case RoomEffect.Relay command -> {
                relay.on(command.shard(), command.command());
                if (mediaConnects && command.command() instanceof RelayCommand.AddPeer add) {
                    relayEvents.add(new RelayEvent.Connected(add.spec().peerId()));
                }
            }
        }
    }

    /** The relay peer of a client. */
    long peerOf(final TestClient client) {
        return registry.memberOf(client.resumeToken).peerId();
    }

    Member memberOf(final TestClient client) {
        return registry.memberOf(client.resumeToken);
    }
}
