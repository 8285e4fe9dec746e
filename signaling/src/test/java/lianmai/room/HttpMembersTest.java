package lianmai.room;

import static org.assertj.core.api.Assertions.assertThat;

import lianmai.message.ClientMessage;
import lianmai.message.ErrorCode;
import lianmai.message.Role;
import lianmai.message.ServerMessage;
import lianmai.relay.PeerSpec;
import lianmai.relay.RelayCommand;
import lianmai.relay.RelayEvent;
import org.junit.jupiter.api.Test;

/** WHIP publishers and WHEP viewers. */
class HttpMembersTest {
    private final TestHall hall = new TestHall();

    @Test
    void shouldMakeTheFirstPublisherTheHostOfANewRoom() {
        final HttpEntry.Admitted obs = whip("r");
        assertThat(hall.registry.rooms().getFirst().host()).isEqualTo("whip");
        assertThat(hall.relay.seats).containsEntry(new RelayModel.SeatKey(1, 0), obs.peerId());
        assertThat(hall.relay.gates).containsEntry(obs.peerId(), new RelayModel.Gate(true, true));
        final HttpEntry.Admitted second = whip("r");
        assertThat(hall.relay.seats).containsEntry(new RelayModel.SeatKey(1, 1), second.peerId());
        assertThat(hall.registry.rooms().getFirst().host()).isEqualTo("whip");
    }

    @Test
    void shouldShowPublishersToWebSocketViewers() {
        whip("r");
        final TestClient viewer = hall.join("r", "v", null);
        final ServerMessage.Joined joined = viewer.last(ServerMessage.Joined.class);
        assertThat(joined.stage().getFirst().member().role()).isEqualTo("host");
        final HttpEntry.Admitted second = whip("r");
        assertThat(viewer.last(ServerMessage.Seat.class).member().id()).isEqualTo(second.memberId());
        assertThat(hall.registry.leave(second.resource(), hall.nowNs)).isTrue();
        hall.drain();
        assertThat(viewer.last(ServerMessage.MemberLeft.class).reason()).isEqualTo("left");
        assertThat(hall.registry.leave(second.resource(), hall.nowNs)).isFalse();
    }

    @Test
    void shouldGiveTheHostsRoleToTheStudioThatWishesIt() {
        whip("r");
        final TestClient studio = hall.join("r", "Ann", Role.HOST);
        assertThat(studio.last(ServerMessage.Joined.class).you().role()).isEqualTo("host");
        assertThat(studio.last(ServerMessage.Joined.class).you().seat()).isEqualTo(1);
    }

    @Test
    void shouldLetAViewerWaitForAPublisher() {
        final HttpEntry.Admitted player = whep("r", new Watch.HostSeat());
        assertThat(hall.registry.rooms()).hasSize(1);
        hall.advance(300_000);
        final HttpEntry.Admitted obs = whip("r");
        assertThat(hall.relay.seats).containsValue(obs.peerId());
        assertThat(hall.relay.watched.getOrDefault(player.peerId(), 0)).isZero();
        assertThat(hall.registry.leave(player.resource(), hall.nowNs)).isTrue();
    }

    @Test
    void shouldFollowTheHostFromSeatToSeat() {
        final TestClient host = hall.join("r", "Ann", Role.HOST);
        final TestClient guest = hall.join("r", "Bo", null);
        final HttpEntry.Admitted player = whep("r", new Watch.HostSeat());
        guest.apply();
        host.accept(guest);
        host.outcome(new ClientMessage.TransferHost("t", guest.id));
        assertThat(hall.relay.watched).containsEntry(player.peerId(), 1);
        guest.leave();
        assertThat(hall.relay.watched).containsEntry(player.peerId(), 0);
    }

    @Test
    void shouldShowTheSeatThatWasAskedFor() {
        hall.join("r", "Ann", Role.HOST);
        final HttpEntry.Admitted player = whep("r", new Watch.FixedSeat(3));
        assertThat(hall.relay.watched).containsEntry(player.peerId(), 3);
        assertThat(hall.registry.joinWhep("r", null, "offer", new Watch.FixedSeat(4), hall.nowNs))
                .isEqualTo(new HttpEntry.Refused(Refusal.of(ErrorCode.NO_SUCH_SEAT)));
    }

    @Test
    void shouldFollowTheSpeaker() {
        final TestClient host = hall.join("r", "Ann", Role.HOST);
        final TestClient guest = hall.join("r", "Bo", null);
        final HttpEntry.Admitted player = whep("r", new Watch.Speaker());
        guest.apply();
        host.accept(guest);
        hall.relaySays(new RelayEvent.ActiveSpeaker(1, 1, hall.peerOf(guest)));
        assertThat(hall.relay.watched).containsEntry(player.peerId(), 1);
        hall.advance(60);
        assertThat(host.last(ServerMessage.ActiveSpeaker.class))
                .isEqualTo(new ServerMessage.ActiveSpeaker(1, guest.id));
        hall.relaySays(new RelayEvent.ActiveSpeaker(1, -1, 0));
        assertThat(hall.relay.watched).containsEntry(player.peerId(), 1);
        guest.leave();
        assertThat(hall.relay.watched).containsEntry(player.peerId(), 0);
        hall.relaySays(new RelayEvent.ActiveSpeaker(99, 0, 1));
    }

    @Test
    void shouldRemoveWhoseMediaIsGoneOrNeverCame() {
        final HttpEntry.Admitted obs = whip("r");
        hall.relaySays(new RelayEvent.Gone(obs.peerId(), "consent"));
        assertThat(hall.registry.census().members()).isZero();
        hall.mediaConnects = false;
        whep("r", new Watch.HostSeat());
        hall.advance(30_000);
        assertThat(hall.registry.census()).isEqualTo(new RoomRegistry.Census(0, 0, 0, 0, 0));
        assertThat(hall.relay.peers).isEmpty();
    }

    @Test
    void shouldTellWhenAPublisherFallsSilent() {
        final HttpEntry.Admitted obs = whip("r");
        final TestClient viewer = hall.join("r", "v", null);
        hall.relaySays(new RelayEvent.Silent(obs.peerId()));
        assertThat(viewer.last(ServerMessage.Presence.class).state()).isEqualTo("reconnecting");
        hall.relaySays(new RelayEvent.Heard(obs.peerId()));
        assertThat(viewer.last(ServerMessage.Presence.class).state()).isEqualTo("online");
    }

    @Test
    void shouldRestartIceByResource() {
        final HttpEntry.Admitted obs = whip("r");
        final PeerSpec.Ice ice = new PeerSpec.Ice("a", "b", "c");
        assertThat(hall.registry.peerOf(obs.resource())).isEqualTo(obs.peerId());
        assertThat(hall.registry.restartIce(obs.resource(), ice)).isTrue();
        hall.drain();
        assertThat(hall.relay.log.getLast()).isEqualTo(new RelayCommand.RestartIce(obs.peerId(), ice));
        assertThat(hall.registry.restartIce("unknown", ice)).isFalse();
        final TestClient web = hall.join("r", "v", null);
        assertThat(hall.registry.leave(web.resumeToken, hall.nowNs)).isFalse();
        assertThat(hall.connect().outcome(new ClientMessage.Resume("1", obs.resource(), 0)))
                .isEqualTo("resumeExpired");
    }

    @Test
    void shouldRefusePublishersWithoutASeatOrTheRight() {
        for (int i = 0; i < 4; i++) {
            whip("r");
        }
        assertThat(refusal(hall.registry.joinWhip("r", null, "offer", hall.nowNs)))
                .isEqualTo(ErrorCode.STAGE_FULL);
        assertThat(refusal(hall.registry.joinWhip("q", null, "bad", hall.nowNs)))
                .isEqualTo(ErrorCode.BAD_OFFER);
        assertThat(refusal(hall.registry.joinWhip("a/b", null, "offer", hall.nowNs)))
                .isEqualTo(ErrorCode.BAD_MESSAGE);
        final Claims viewer = new Claims("q", "x", "X", Role.VIEWER, false);
        assertThat(refusal(hall.registry.joinWhip("q", viewer, "offer", hall.nowNs)))
                .isEqualTo(ErrorCode.CANNOT_PUBLISH);
        assertThat(refusal(hall.registry.joinWhip("r", viewer, "offer", hall.nowNs)))
                .isEqualTo(ErrorCode.BAD_TOKEN);
    }

    @Test
    void shouldRemoveAPublisherWhomTheHostTakesOffTheStage() {
        final TestClient host = hall.join("r", "Ann", Role.HOST);
        final HttpEntry.Admitted obs = whip("r");
        assertThat(host.outcome(new ClientMessage.RemoveFromSeat("x", obs.memberId())))
                .isEqualTo("ok");
        assertThat(hall.relay.peers).containsExactly(hall.peerOf(host));
        assertThat(hall.registry.peerOf(obs.resource())).isZero();
    }

    private static ErrorCode refusal(final HttpEntry entry) {
        return ((HttpEntry.Refused) entry).refusal().code();
    }

    private HttpEntry.Admitted whip(final String room) {
        final HttpEntry entry = hall.registry.joinWhip(room, null, "offer", hall.nowNs);
        hall.drain();
        return (HttpEntry.Admitted) entry;
    }

    private HttpEntry.Admitted whep(final String room, final Watch watch) {
        final HttpEntry entry = hall.registry.joinWhep(room, null, "offer", watch, hall.nowNs);
        hall.drain();
        return (HttpEntry.Admitted) entry;
    }
}
