package lianmai.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import lianmai.message.ClientMessage;
import lianmai.message.CloseCode;
import lianmai.message.ErrorCode;
import lianmai.message.Role;
import lianmai.message.ServerMessage;
import lianmai.relay.PeerSpec;
import lianmai.relay.RelayCommand;
import lianmai.relay.RelayEvent;
import org.junit.jupiter.api.Test;

class EntranceTest {
    private static final RoomRegistry.Census NOTHING = new RoomRegistry.Census(0, 0, 0, 0, 0);
    private final TestHall hall = new TestHall();

    @Test
    void shouldCloseAConnectionThatDoesNotJoinWithinTenSeconds() {
        final TestClient client = hall.connect();
        hall.advance(9_999);
        assertThat(client.closed).isNull();
        hall.advance(1);
        assertThat(client.closed).isEqualTo(CloseCode.PROTOCOL);
        assertThat(hall.registry.census()).isEqualTo(NOTHING);
    }

    @Test
    void shouldAskForAJoinFirstAndOnlyOnce() {
        final TestClient client = hall.connect();
        assertThat(client.outcome(new ClientMessage.Ping("p"))).isEqualTo("notJoined");
        assertThat(client.outcome(new ClientMessage.Leave("l"))).isEqualTo("notJoined");
        client.join("r", "a", Role.HOST);
        assertThat(client.outcome(new ClientMessage.Join("again", "r", "a", null, null, "offer")))
                .isEqualTo("alreadyJoined");
        assertThat(client.outcome(new ClientMessage.Resume("res", client.resumeToken, 0)))
                .isEqualTo("alreadyJoined");
    }

    @Test
    void shouldAnswerARepeatedJoinWithTheSameReply() {
        final TestClient client = hall.connect();
        final ClientMessage join = new ClientMessage.Join("j", "r", "a", Role.HOST, null, "offer");
        final ServerMessage.Reply first = client.ask(join);
        assertThat(client.ask(join)).isSameAs(first);
        assertThat(hall.relay.peers).hasSize(1);
    }

    @Test
    void shouldRefuseWithoutLeavingAnythingBehind() {
        final TestHall small = new TestHall(new RoomLimits(4, 2, 1, 20_000), Admission.OPEN);
        final TestClient client = small.connect();
        assertThat(client.outcome(new ClientMessage.Join("1", "r", "a", Role.VIEWER, null, "offer")))
                .isEqualTo("roomNotFound");
        assertThat(client.outcome(new ClientMessage.Join("2", "r", "a", null, null, "bad")))
                .isEqualTo("badOffer");
        assertThat(small.registry.census().rooms()).isZero();
        small.join("r", "a", null);
        small.join("r", "b", null);
        assertThat(client.outcome(new ClientMessage.Join("3", "r", "c", null, null, "offer")))
                .isEqualTo("roomFull");
        assertThat(client.outcome(new ClientMessage.Join("4", "other", "c", null, null, "offer")))
                .isEqualTo("tooManyRooms");
        assertThat(small.relay.peers).hasSize(2);
        assertThat(small.negotiator.known).isEqualTo(small.relay.peers);
    }

    /** Admission by measured headroom: who is there notices nothing, and who comes is told to try again. */
    @Test
    void shouldRefuseNewcomersWhileTheRelayIsFullAndServeItsMembers() {
        final TestClient host = hall.join("r", "host", Role.HOST);
        final TestClient guest = hall.join("r", "guest", null);
        final HttpEntry player = hall.registry.joinWhep("r", null, "offer", new Watch.HostSeat(), hall.nowNs);
        hall.drain();
        final int peers = hall.relay.peers.size();
        hall.headroom = shard -> false;
        final TestClient late = hall.connect();
        for (final String room : List.of("r", "new")) {
            assertThat(late.outcome(new ClientMessage.Join(late.nextId(), room, "late", null, null, "offer")))
                    .isEqualTo("busy");
            assertThat(hall.registry.joinWhep(room, null, "offer", new Watch.HostSeat(), hall.nowNs))
                    .isEqualTo(new HttpEntry.Refused(Refusal.of(ErrorCode.BUSY)));
            assertThat(hall.registry.joinWhip(room, null, "offer", hall.nowNs))
                    .isEqualTo(new HttpEntry.Refused(Refusal.of(ErrorCode.BUSY)));
        }
        assertThat(late.closed).isNull();
        assertThat(hall.relay.peers).hasSize(peers);
        assertThat(hall.negotiator.known).isEqualTo(hall.relay.peers);
        assertThat(hall.registry.census().rooms()).isOne();

        assertThat(guest.apply()).isEqualTo("ok");
        host.accept(guest);
        assertThat(hall.relay.seats).containsValue(hall.peerOf(guest));
        assertThat(guest.chat("still here")).isEqualTo("ok");
        hall.lose(guest);
        final TestClient back = hall.resume(guest, guest.lastSeq);
        assertThat(back.chat("and again")).isEqualTo("ok");
        hall.advance(20_000);
        assertThat(hall.relay.peers).hasSize(peers);
        assertThat(hall.registry.leave(((HttpEntry.Admitted) player).resource(), hall.nowNs))
                .isTrue();
        hall.drain();

        hall.headroom = Headroom.ENDLESS;
        assertThat(hall.join("r", "late", null).id).isNotNull();
    }

    @Test
    void shouldTurnAwayBadTokensAndClose() {
        final TestHall guarded = new TestHall(RoomLimits.DEFAULT, TestHall.tokens());
        final TestClient none = guarded.connect();
        assertThat(none.outcome(new ClientMessage.Join("1", "r", "a", null, null, "offer")))
                .isEqualTo("badToken");
        assertThat(none.closed).isEqualTo(CloseCode.UNAUTHORIZED);
        assertThat(guarded.connect().outcome(new ClientMessage.Join("1", "r", "a", null, "expired", "offer")))
                .isEqualTo("tokenExpired");
        final Admission elsewhere = (token, name, epochMillis) ->
                new Admission.Granted(new Claims("elsewhere", "x", name, Role.HOST, true));
        assertThat(new TestHall(RoomLimits.DEFAULT, elsewhere)
                        .connect()
                        .outcome(new ClientMessage.Join("1", "r", "a", null, "t", "offer")))
                .isEqualTo("badToken");
    }

    @Test
    void shouldLeaveNothingBehindAfterManyComingsAndGoings() {
        for (int i = 0; i < 100; i++) {
            final TestClient host = hall.join("r", "host", Role.HOST);
            final TestClient guest = hall.join("r", "guest", null);
            guest.apply();
            host.accept(guest);
            guest.chat("hi");
            guest.leave();
            assertThat(guest.closed).isEqualTo(CloseCode.NORMAL);
            host.drop();
            hall.advance(30_000);
        }
        assertThat(hall.registry.census()).isEqualTo(NOTHING);
        assertThat(hall.relay.peers).isEmpty();
        assertThat(hall.relay.seats).isEmpty();
        assertThat(hall.negotiator.known).isEmpty();
    }

    @Test
    void shouldCostAJoinStormOfViewersFarFewerThanNSquaredMessages() {
        hall.join("r", "host", Role.HOST);
        final int before = hall.messages;
        final int viewers = 2_000;
        for (int i = 0; i < viewers; i++) {
            hall.join("r", "v" + i, Role.VIEWER);
            hall.advance(5);
        }
        // 10 s: each viewer's own reply, and an audience a second to those who are there.
        assertThat(hall.messages - before).isLessThan(viewers + 12 * viewers);
        hall.advance(2_000);
        final ServerMessage.Audience audience = hall.clients.get(1L).last(ServerMessage.Audience.class);
        assertThat(audience.count()).isEqualTo(viewers);
        assertThat(audience.newest()).hasSize(50);
        assertThat(audience.newest().getFirst().name()).isEqualTo("v1999");
    }

    @Test
    void shouldPageThroughEverybody() {
        final TestClient host = hall.join("r", "host", Role.HOST);
        for (int i = 0; i < 25; i++) {
            hall.join("r", "v" + i, null);
        }
        String after = null;
        int seen = 0;
        do {
            final ServerMessage.Participants page =
                    (ServerMessage.Participants) host.ask(new ClientMessage.Participants(host.nextId(), after, 10));
            assertThat(page.total()).isEqualTo(26);
            seen += page.members().size();
            after = page.next();
        } while (after != null);
        assertThat(seen).isEqualTo(26);
        assertThat(host.outcome(new ClientMessage.Participants("odd", "zz", 10)))
                .isEqualTo("ok");
    }

    @Test
    void shouldRestartIceForTheSameCertificateAndReplaceThePeerForAnother() {
        final TestClient host = hall.join("r", "host", Role.HOST);
        final long peer = hall.peerOf(host);
        assertThat(host.ask(new ClientMessage.Offer("1", "offer"))).isInstanceOf(ServerMessage.Answer.class);
        assertThat(hall.relay.log).noneMatch(RelayCommand.RestartIce.class::isInstance);
        host.ask(new ClientMessage.Offer("2", "ice2"));
        assertThat(hall.relay.log.getLast())
                .isEqualTo(new RelayCommand.RestartIce(peer, new PeerSpec.Ice("u2", "password", "remote")));
        assertThat(host.outcome(new ClientMessage.Offer("3", "bad"))).isEqualTo("badOffer");

        assertThat(host.ask(new ClientMessage.Offer("4", "cert2"))).isInstanceOf(ServerMessage.Answer.class);
        final long next = hall.peerOf(host);
        assertThat(next).isNotEqualTo(peer);
        assertThat(hall.relay.peers).containsExactly(next);
        assertThat(hall.relay.seats).containsEntry(new RelayModel.SeatKey(1, 0), next);
        assertThat(hall.relay.gates).containsEntry(next, new RelayModel.Gate(true, true));
    }

    @Test
    void shouldTakeAMemberWhoseMediaIsOverOffTheStageAndLetItComeBack() {
        final TestClient host = hall.join("r", "host", Role.HOST);
        hall.relaySays(new RelayEvent.Gone(hall.peerOf(host), "consent"));
        assertThat(host.last(ServerMessage.OffStage.class).reason()).isEqualTo("mediaLost");
        assertThat(hall.relay.peers).isEmpty();
        assertThat(host.apply()).isEqualTo("cannotPublish");
        assertThat(host.ask(new ClientMessage.Offer("o1", "offer ice2")))
                .as("DTLS of the old connection cannot go on")
                .isInstanceOfSatisfying(ServerMessage.Failed.class, failed -> assertThat(failed.code())
                        .isEqualTo("mediaOver"));
        assertThat(hall.relay.peers).isEmpty();
        assertThat(host.ask(new ClientMessage.Offer("o2", "offer cert2"))).isInstanceOf(ServerMessage.Answer.class);
        assertThat(host.apply()).isEqualTo("ok");
        assertThat(hall.relay.seats).containsValue(hall.peerOf(host));
    }

    @Test
    void shouldSendEverybodyAwayWhenTheServerEnds() {
        final TestClient host = hall.join("r", "host", Role.HOST);
        final TestClient idle = hall.connect();
        hall.registry.close();
        hall.drain();
        assertThat(host.last(ServerMessage.Closing.class).reason()).isEqualTo("serverClosing");
        assertThat(host.closed).isEqualTo(CloseCode.GOING_AWAY);
        assertThat(idle.closed).isEqualTo(CloseCode.GOING_AWAY);
        assertThat(hall.registry.isOpen()).isFalse();
        assertThat(hall.registry.joinWhip("r", null, "offer", hall.nowNs))
                .isEqualTo(new HttpEntry.Refused(Refusal.of(ErrorCode.SERVER_CLOSING)));
        assertThat(hall.registry.census()).isEqualTo(NOTHING);
    }

    @Test
    void shouldSlowDownAndThenCloseAFlood() {
        final TestClient host = hall.join("r", "host", Role.HOST);
        final TestClient flood = hall.join("r", "flood", null);
        int limited = 0;
        for (int i = 0; i < 500 && flood.closed == null; i++) {
            limited += flood.outcome(new ClientMessage.Ping("p" + i)).equals("rateLimited") ? 1 : 0;
        }
        assertThat(limited).isEqualTo(100);
        assertThat(flood.closed).isEqualTo(CloseCode.RATE);
        assertThat(host.outcome(new ClientMessage.Ping("p"))).isEqualTo("ok");
        assertThat(hall.resume(flood, flood.lastSeq).last(ServerMessage.Resumed.class))
                .isNotNull();
    }

    @Test
    void shouldTellTheStageHowTheRelayDoes() {
        final TestClient host = hall.join("r", "host", Role.HOST);
        final TestClient viewer = hall.join("r", "v", null);
        hall.registry.onStats(new ServerMessage.Stats(1, 2, 3, 4, Map.of(), 5, 6, null));
        hall.drain();
        assertThat(host.all(ServerMessage.Stats.class)).hasSize(1);
        assertThat(viewer.all(ServerMessage.Stats.class)).isEmpty();
    }

    @Test
    void shouldSummariseItsRooms() {
        final TestClient host = hall.join("r", "Ann", Role.HOST);
        hall.join("r", "Bo", null);
        host.outcome(new ClientMessage.Lock("l"));
        assertThat(hall.registry.rooms()).isEqualTo(List.of(new RoomSummary("r", "Ann", 1, 4, 2, true)));
    }
}
