package lianmai.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import lianmai.message.ClientMessage;
import lianmai.message.Role;
import lianmai.message.ServerMessage;
import lianmai.relay.RelayCommand;
import lianmai.relay.RelayEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Thousands of requests, sensible and not, by fifty clients; after each the rooms must still make sense. */
class RandomScheduleTest {
    private static final int CLIENTS = 50;
    private static final int STEPS = 6_000;

    private TestHall hall;
    private final List<TestClient> clients = new ArrayList<>();
    private final List<String> resources = new ArrayList<>();
    private Random random;
    private int pksSeen;
    private int lastPkRequest;
    private Pk lastPk;

    @ParameterizedTest
    @CsvSource({"1,1", "2,1", "3,1", "20250101,1", "987654321,1", "1,3", "2,3", "3,2"})
    void shouldStaySoundWhateverIsAsked(final long seed, final int shards) {
        random = new Random(seed);
        hall = new TestHall(RoomLimits.DEFAULT, TestHall.tokens(), shards);
        for (int step = 0; step < STEPS; step++) {
            try {
                act();
                checkSense();
            } catch (final RuntimeException | AssertionError broken) {
                throw new AssertionError("seed " + seed + ", step " + step, broken);
            }
        }
        assertThat(hall.relay.log.stream().filter(RelayCommand.SetSeat.class::isInstance))
                .as("seat changes, or the schedule tested nothing; seed " + seed)
                .hasSizeGreaterThan(80);
        assertThat(pksSeen).as("PKs, or the schedule tested none; seed " + seed).isGreaterThan(3);
        for (final TestClient client : List.copyOf(hall.clients.values())) {
            client.drop();
        }
        resources.forEach(resource -> hall.registry.leave(resource, hall.nowNs));
        hall.drain();
        hall.advance(61_000);
        assertThat(hall.registry.census()).as("seed " + seed).isEqualTo(new RoomRegistry.Census(0, 0, 0, 0, 0));
        assertThat(hall.relay.peers).as("seed " + seed).isEmpty();
        assertThat(hall.relay.seats).as("seed " + seed).isEmpty();
        assertThat(hall.relay.copies()).as("seed " + seed).isEmpty();
        assertThat(hall.negotiator.known).as("seed " + seed).isEmpty();
    }

    private void act() {
        final int kind = random.nextInt(100);
        if (kind < 12) {
            arrive();
        } else if (kind < 15) {
            hall.advance(random.nextInt(20_000));
        } else if (kind < 22) {
            hall.advance(random.nextInt(400));
        } else if (kind < 26) {
            relaySays();
        } else if (kind < 29) {
            http();
        } else if (kind < 44) {
            pk();
        } else if (!clients.isEmpty()) {
            clientActs(clients.get(random.nextInt(clients.size())));
        }
        clients.removeIf(client -> hall.memberOf(client) == null && client.closed != null);
    }

    private void arrive() {
        if (clients.size() >= CLIENTS) {
            return;
        }
        final TestClient client = hall.connect();
        final Role role = Role.values()[random.nextInt(4)];
        final String token = role.text() + "/id" + random.nextInt(70) + (random.nextInt(10) == 0 ? "/no" : "");
        final String offer = random.nextInt(10) == 0 ? "recvonly" : random.nextInt(5) == 0 ? "H264" : "offer";
        client.ask(new ClientMessage.Join("j", "room" + random.nextInt(3), "name", null, token, offer));
        if (client.id != null) {
            clients.add(client);
        } else if (client.closed == null) {
            client.drop();
        }
    }

    private void clientActs(final TestClient client) {
        if (!hall.clients.containsKey(client.connection)) {
            final TestClient back = hall.resume(client, random.nextInt(4) == 0 ? 0 : client.lastSeq);
            clients.remove(client);
            if (hall.memberOf(back) != null) {
                clients.add(back);
            } else {
                back.drop();
            }
            return;
        }
        if (random.nextInt(30) == 0) {
            client.drop();
            return;
        }
        final String id = client.nextId();
        final TestClient target = clients.get(random.nextInt(clients.size()));
        final String other = random.nextInt(4) == 0 ? null : target.id;
        final String someone = random.nextInt(20) == 0 ? "m0" : target.id;
        client.ask(message(id, other, someone));
    }

    /** Mostly by those who may, or hardly any would begin. */
    private void pk() {
        final List<TestClient> asking = clients.stream()
                .filter(client -> hall.clients.containsKey(client.connection))
                .filter(client -> hall.memberOf(client).mayModerate() || random.nextInt(30) == 0)
                .toList();
        if (!asking.isEmpty()) {
            final TestClient client = asking.get(random.nextInt(asking.size()));
            final String id = "pk" + ++lastPkRequest;
            client.ask(
                    random.nextInt(3) == 0
                            ? makingPkPossible(id, hall.memberOf(client))
                            : aboutPk(id, hall.memberOf(client).room));
        }
    }

    private static ClientMessage makingPkPossible(final String id, final Member asking) {
        final Room room = asking.room;
        if (room.isLocked()) {
            return new ClientMessage.Unlock(id);
        }
        if (asking == room.host() && !asking.isSeated() && asking.canPublish()) {
            return new ClientMessage.Apply(id);
        }
        for (final Member member : room.members()) {
            if (asking == room.host() && !asking.canPublish() && member.canPublish()) {
                return new ClientMessage.TransferHost(id, member.id);
            }
            if (member.isSeated() && member != room.host() && room.stage.firstEmpty() == null) {
                return new ClientMessage.RemoveFromSeat(id, member.id);
            }
        }
        return new ClientMessage.Ping(id);
    }

    private ClientMessage aboutPk(final String id, final Room own) {
        final String room = "room" + (random.nextInt(20) == 0 ? 3 : random.nextInt(3));
        if (!own.pks.received().isEmpty() && random.nextBoolean()) {
            return new ClientMessage.PkAccept(
                    id, own.pks.received().iterator().next().against(own).room.name);
        }
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> new ClientMessage.PkInvite(id, room, random.nextBoolean() ? null : 10_000);
            case 3, 4, 5 -> new ClientMessage.PkAccept(id, random.nextInt(3) == 0 ? room : null);
            case 6 -> new ClientMessage.PkDecline(id, random.nextInt(3) == 0 ? room : null);
            case 7 -> random.nextInt(4) == 0 ? new ClientMessage.PkEnd(id) : new ClientMessage.Ping(id);
            default -> new ClientMessage.PkScore(id, 1 + random.nextInt(100));
        };
    }

    private ClientMessage message(final String id, final String other, final String someone) {
        return switch (random.nextInt(20)) {
            case 0, 1 -> new ClientMessage.Apply(id);
            case 2 -> new ClientMessage.Cancel(id, other);
            case 3, 4 -> new ClientMessage.Invite(id, someone, random.nextBoolean() ? null : random.nextInt(5));
            case 5, 6, 7 -> new ClientMessage.Accept(id, other);
            case 8 -> new ClientMessage.Decline(id, other);
            case 9 -> new ClientMessage.LeaveSeat(id);
            case 10 -> new ClientMessage.RemoveFromSeat(id, someone);
            case 11 -> random.nextInt(4) == 0 ? new ClientMessage.Kick(id, someone, null) : new ClientMessage.Ping(id);
            case 12 -> new ClientMessage.Mute(id, other, random.nextBoolean(), random.nextBoolean());
            case 13 -> new ClientMessage.Unmute(id, other, random.nextBoolean(), random.nextBoolean());
            case 14 -> new ClientMessage.TransferHost(id, someone);
            case 15 -> random.nextBoolean() ? new ClientMessage.Lock(id) : new ClientMessage.Unlock(id);
            case 16 -> new ClientMessage.Chat(id, "hello");
            case 17 ->
                new ClientMessage.Offer(
                        id, List.of("offer", "ice2", "cert2", "bad").get(random.nextInt(4)));
            case 18 ->
                random.nextInt(4) == 0 ? new ClientMessage.Leave(id) : new ClientMessage.Participants(id, null, 20);
            default -> new ClientMessage.Reaction(id, "x");
        };
    }

    private void relaySays() {
        final List<Long> peers = List.copyOf(hall.relay.peers);
        final long peer = peers.isEmpty() ? 1 : peers.get(random.nextInt(peers.size()));
        hall.relaySays(
                switch (random.nextInt(5)) {
                    case 0 -> new RelayEvent.Silent(peer);
                    case 1 -> new RelayEvent.Heard(peer);
                    case 2 -> new RelayEvent.Gone(peer, "test");
                    default -> new RelayEvent.ActiveSpeaker(1 + random.nextInt(5), random.nextInt(5) - 1, peer);
                });
    }

    private void http() {
        final String room = "room" + random.nextInt(3);
        final HttpEntry entry =
                switch (random.nextInt(3)) {
                    case 0 -> hall.registry.joinWhip(room, null, "offer", hall.nowNs);
                    case 1 ->
                        hall.registry.joinWhep(
                                room,
                                null,
                                "offer",
                                random.nextBoolean() ? new Watch.Speaker() : new Watch.HostSeat(),
                                hall.nowNs);
                    default -> null;
                };
        hall.drain();
        if (entry instanceof HttpEntry.Admitted admitted) {
            resources.add(admitted.resource());
        } else if (!resources.isEmpty()) {
            hall.registry.leave(resources.remove(random.nextInt(resources.size())), hall.nowNs);
            hall.drain();
        }
    }

    private void checkSense() {
        final Set<Long> peers = new HashSet<>();
        final Map<RelayModel.SeatKey, Long> seats = new HashMap<>();
        final Map<Long, RelayModel.Gate> open = new HashMap<>();
        int members = 0;
        for (final Room room : hall.registry.everyRoom()) {
            members += room.members().size();
            assertThat(room.members()).isNotEmpty();
            checkRoom(room);
            checkPks(room);
            final Seat foreign = PkTest.seatOfOpponent(room);
            if (foreign != null) {
                seats.put(
                        new RelayModel.SeatKey(room.stageId, foreign.number()),
                        foreign.member().peerId());
            }
            for (final Member member : room.members()) {
                if (member.spec != null) {
                    peers.add(member.peerId());
                }
                if (member.isSeated()) {
                    seats.put(new RelayModel.SeatKey(room.stageId, member.seat), member.peerId());
                    open.put(
                            member.peerId(),
                            new RelayModel.Gate(
                                    !member.mutes().audio(), !member.mutes().video()));
                }
            }
        }
        assertThat(hall.relay.peers).isEqualTo(peers);
        assertThat(hall.negotiator.known).isEqualTo(peers);
        checkShards(seats);
        hall.clients.values().stream()
                .filter(client -> hall.memberOf(client) != null)
                .forEach(this::checkKnowledge);
        hall.relay.gates.forEach(
                (peer, gate) -> assertThat(gate).isEqualTo(open.getOrDefault(peer, new RelayModel.Gate(false, false))));
        assertThat(hall.relay.gates.keySet()).containsAll(open.keySet());
        assertThat(hall.registry.census().members()).isEqualTo(members);
        assertThat(hall.registry.census().peers()).isEqualTo(peers.size());
    }

    /** Every shard of a room shows its seats, and what is served elsewhere is copied there, nothing more. */
    private void checkShards(final Map<RelayModel.SeatKey, Long> seats) {
        final Set<Copies.Copy> copies = new HashSet<>();
        final Map<Integer, Map<RelayModel.SeatKey, Long>> shown = new HashMap<>();
        seats.forEach((key, peer) -> {
            final int home = hall.relay.shardOf(peer);
            for (final int shard : hall.relay.shardsOf(key.stageId())) {
                shown.computeIfAbsent(shard, _ -> new HashMap<>()).put(key, peer);
                if (shard != home) {
                    copies.add(new Copies.Copy(peer, home, shard));
                }
            }
        });
        for (int shard = 0; shard < hall.relay.shards(); shard++) {
            assertThat(hall.relay.seatsOn(shard)).isEqualTo(shown.getOrDefault(shard, Map.of()));
        }
        assertThat(hall.relay.copies()).isEqualTo(copies);
    }

    /** What a connected client has been told is what is. */
    private void checkKnowledge(final TestClient client) {
        final Member member = hall.memberOf(client);
        if (member.connection == null || member.connection.id != client.connection) {
            return;
        }
        final Pk pk = member.room.pks.running();
        assertThat(client.pkRoom).isEqualTo(pk == null ? null : pk.against(member.room).room.name);
        for (final ServerMessage.SeatState is : member.room.stage.states()) {
            final ServerMessage.SeatState told = client.stage.get(is.seat());
            assertThat(told.state()).isEqualTo(is.state());
            assertThat(told.room()).isEqualTo(is.room());
            assertThat(told.audioMuted()).isEqualTo(is.audioMuted());
            assertThat(told.videoMuted()).isEqualTo(is.videoMuted());
            assertThat(told.member() == null ? null : told.member().id())
                    .isEqualTo(is.member() == null ? null : is.member().id());
        }
    }

    /** Both rooms of a PK know it, show each other's host, and nobody shows anybody else's without one. */
    private void checkPks(final Room room) {
        final Pk pk = room.pks.running();
        final Seat shown = PkTest.seatOfOpponent(room);
        assertThat(shown == null).isEqualTo(pk == null);
        if (pk != null) {
            final Room other = pk.against(room).room;
            assertThat(other).isNotSameAs(room);
            assertThat(hall.registry.everyRoom()).contains(other);
            assertThat(other.pks.running()).isSameAs(pk);
            assertThat(pk.state()).isEqualTo(Pk.State.RUNNING);
            assertThat(shown.member()).isSameAs(other.host());
            assertThat(other.host().isSeated()).isTrue();
            assertThat(room.pks.sent()).isNull();
            assertThat(room.pks.received()).isEmpty();
            if (pk != lastPk) {
                lastPk = pk;
                pksSeen++;
            }
        }
        if (room.pks.sent() != null) {
            final Room invited = room.pks.sent().against(room).room;
            assertThat(room.pks.sent().state()).isEqualTo(Pk.State.INVITED);
            assertThat(hall.registry.everyRoom()).contains(invited);
            assertThat(invited.pks.from(room)).isSameAs(room.pks.sent());
        }
        for (final Pk received : room.pks.received()) {
            assertThat(received.against(room).room.pks.sent()).isSameAs(received);
        }
    }

    private static void checkRoom(final Room room) {
        final List<Member> hosts = room.members().stream()
                .filter(member -> member.role == Role.HOST)
                .toList();
        assertThat(hosts).isEqualTo(room.host() == null ? List.of() : List.of(room.host()));
        for (int i = 0; i < room.stage.size(); i++) {
            final Seat seat = room.stage.seat(i);
            switch (seat.state()) {
                case EMPTY -> assertThat(seat.member()).isNull();
                case RESERVED -> {
                    assertThat(room.members()).contains(seat.member());
                    assertThat(seat.member().isSeated()).isFalse();
                }
                case OCCUPIED -> {
                    assertThat(room.members()).contains(seat.member());
                    assertThat(seat.member().seat).isEqualTo(i);
                }
                case PK -> assertThat(room.members()).doesNotContain(seat.member());
            }
        }
        for (final Member member : room.members()) {
            if (member.isSeated()) {
                assertThat(room.stage.seat(member.seat).member()).isSameAs(member);
                assertThat(member.canPublish()).isTrue();
            } else {
                assertThat(member.role).isNotEqualTo(Role.GUEST);
            }
        }
        assertThat(room.members()).containsAll(room.stage.applications().keySet());
    }
}
