package lianmai.room;

import static org.assertj.core.api.Assertions.assertThat;

import lianmai.message.ClientMessage;
import lianmai.message.CloseCode;
import lianmai.message.Role;
import lianmai.message.ServerMessage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ModerationTest {
    private final TestHall hall = new TestHall(RoomLimits.DEFAULT, TestHall.tokens());
    private final TestClient host = hall.joinWith("tea", "Ann", "host/ann");
    private final TestClient moderator = hall.joinWith("tea", "Mo", "moderator/mo");
    private final TestClient guest = hall.joinWith("tea", "Gu", "guest/gu");
    private final TestClient viewer = hall.joinWith("tea", "Vi", "viewer/vi");

    @BeforeEach
    void forget() {
        hall.clients.values().forEach(TestClient::forgetInbox);
    }

    @Test
    void shouldCloseTheGateForWhatTheHostMutes() {
        assertThat(host.mute(guest, true, false)).isEqualTo("ok");
        assertThat(gate()).isEqualTo(new RelayModel.Gate(false, true));
        assertThat(viewer.last(ServerMessage.Muted.class))
                .isEqualTo(new ServerMessage.Muted(guest.id, true, false, host.id));
        assertThat(guest.unmute(null, true, false)).isEqualTo("notAllowed");
        assertThat(moderator.unmute(guest, true, true)).isEqualTo("ok");
        assertThat(gate()).isEqualTo(new RelayModel.Gate(true, true));
    }

    @Test
    void shouldNotLetTheHostUnmuteWhoMutedThemselves() {
        assertThat(guest.mute(null, true, true)).isEqualTo("ok");
        assertThat(gate()).isEqualTo(new RelayModel.Gate(false, false));
        assertThat(host.unmute(guest, true, true)).isEqualTo("ok");
        assertThat(gate()).isEqualTo(new RelayModel.Gate(false, false));
        assertThat(guest.unmute(guest, true, false)).isEqualTo("ok");
        assertThat(gate()).isEqualTo(new RelayModel.Gate(true, false));
    }

    @Test
    void shouldShowMutesToWhoComesLater() {
        host.mute(guest, false, true);
        final TestClient late = hall.joinWith("tea", "La", "viewer/la");
        final ServerMessage.SeatState state =
                late.last(ServerMessage.Joined.class).stage().get(1);
        assertThat(state.videoMuted()).isTrue();
        assertThat(state.audioMuted()).isFalse();
    }

    @Test
    void shouldRefuseToMuteTheHostOrTheUnseated() {
        assertThat(moderator.mute(host, true, true)).isEqualTo("notAllowed");
        assertThat(viewer.mute(guest, true, true)).isEqualTo("notAllowed");
        assertThat(host.mute(viewer, true, true)).isEqualTo("badState");
        assertThat(host.outcome(new ClientMessage.Mute("m", "m999", true, true)))
                .isEqualTo("noSuchMember");
    }

    @Test
    void shouldKickOutOfTheRoomForTenMinutes() {
        assertThat(host.kick(guest)).isEqualTo("ok");
        assertThat(guest.closed).isEqualTo(CloseCode.KICKED);
        assertThat(guest.last(ServerMessage.OffStage.class).reason()).isEqualTo("kicked");
        assertThat(guest.last(ServerMessage.Closing.class).reason()).isEqualTo("kicked");
        assertThat(viewer.last(ServerMessage.MemberLeft.class).reason()).isEqualTo("kicked");
        assertThat(viewer.last(ServerMessage.Seat.class).state()).isEqualTo("empty");

        final TestClient again = hall.connect();
        assertThat(again.outcome(new ClientMessage.Resume("1", guest.resumeToken, 1)))
                .isEqualTo("resumeExpired");
        assertThat(again.outcome(new ClientMessage.Join("2", "tea", "Other", null, "viewer/gu", "offer")))
                .isEqualTo("kicked");
        assertThat(again.closed).isEqualTo(CloseCode.KICKED);
        hall.advance(600_000);
        hall.joinWith("tea", "Gu", "viewer/gu");
    }

    @Test
    void shouldKeepTheKickedOutOfARoomThatIsMadeAnew() {
        host.kick(viewer);
        for (final TestClient client : new TestClient[] {guest, moderator, host}) {
            client.leave();
        }
        assertThat(hall.registry.rooms()).isEmpty();
        assertThat(hall.connect().outcome(new ClientMessage.Join("2", "tea", "Vi", null, "host/vi", "offer")))
                .isEqualTo("kicked");
    }

    @Test
    void shouldKnowTheNamelessByNameWithoutTokens() {
        final TestHall open = new TestHall();
        final TestClient boss = open.join("r", "Boss", Role.HOST);
        final TestClient pest = open.join("r", "Pest", null);
        boss.kick(pest);
        assertThat(open.connect().outcome(new ClientMessage.Join("1", "r", " PEST ", null, null, "offer")))
                .isEqualTo("kicked");
    }

    @Test
    void shouldRefuseKicksOfTheHostOfOneselfAndByViewers() {
        assertThat(moderator.kick(host)).isEqualTo("notAllowed");
        assertThat(host.kick(host)).isEqualTo("badState");
        assertThat(viewer.kick(guest)).isEqualTo("notAllowed");
        assertThat(moderator.kick(viewer)).isEqualTo("ok");
    }

    @Test
    void shouldTransferTheHostsRole() {
        assertThat(moderator.outcome(new ClientMessage.TransferHost("t", guest.id)))
                .isEqualTo("notAllowed");
        assertThat(host.outcome(new ClientMessage.TransferHost("t1", host.id))).isEqualTo("badState");
        assertThat(host.outcome(new ClientMessage.TransferHost("t2", guest.id))).isEqualTo("ok");
        assertThat(viewer.all(ServerMessage.RoleChanged.class))
                .containsExactly(
                        new ServerMessage.RoleChanged(host.id, "guest"),
                        new ServerMessage.RoleChanged(guest.id, "host"));
        assertThat(viewer.last(ServerMessage.Host.class).member()).isEqualTo(guest.id);
        assertThat(guest.mute(host, true, true)).isEqualTo("ok");
    }

    @Test
    void shouldLockTheRoomForAllButHostsAndModerators() {
        assertThat(viewer.outcome(new ClientMessage.Lock("l"))).isEqualTo("notAllowed");
        assertThat(moderator.outcome(new ClientMessage.Lock("l"))).isEqualTo("ok");
        assertThat(moderator.outcome(new ClientMessage.Lock("l2"))).isEqualTo("ok");
        assertThat(viewer.all(ServerMessage.Locked.class)).hasSize(1);
        assertThat(hall.connect().outcome(new ClientMessage.Join("1", "tea", "x", null, "viewer/x", "offer")))
                .isEqualTo("roomLocked");
        hall.joinWith("tea", "M2", "moderator/m2");
        viewer.drop();
        assertThat(hall.resume(viewer, viewer.lastSeq).last(ServerMessage.Resumed.class))
                .isNotNull();
        moderator.outcome(new ClientMessage.Unlock("u"));
        hall.joinWith("tea", "x", "viewer/x");
    }

    @Test
    void shouldPassTheHostsRoleToAModeratorThenToTheLongestSeatedGuest() {
        final TestClient second = hall.joinWith("tea", "G2", "guest/g2");
        host.leave();
        assertThat(viewer.last(ServerMessage.Host.class).member()).isEqualTo(moderator.id);
        moderator.leave();
        assertThat(viewer.last(ServerMessage.Host.class).member()).isEqualTo(guest.id);
        guest.leave();
        assertThat(viewer.last(ServerMessage.Host.class).member()).isEqualTo(second.id);
    }

    @Test
    void shouldCloseARoomThatNobodyHosts30SecondsLater() {
        guest.leave();
        moderator.leave();
        host.leave();
        assertThat(viewer.last(ServerMessage.Host.class).member()).isNull();
        hall.advance(29_999);
        assertThat(viewer.closed).isNull();
        hall.advance(1);
        assertThat(viewer.last(ServerMessage.Closing.class).reason()).isEqualTo("roomClosed");
        assertThat(viewer.closed).isEqualTo(CloseCode.ROOM_CLOSED);
        assertThat(hall.relay.peers).isEmpty();
        assertThat(hall.registry.census()).isEqualTo(new RoomRegistry.Census(0, 0, 0, 0, 0));
    }

    @Test
    void shouldKeepTheRoomWhenAHostComesBackInTime() {
        guest.leave();
        moderator.leave();
        host.leave();
        hall.advance(20_000);
        final TestClient back = hall.joinWith("tea", "Ann", "host/ann");
        assertThat(viewer.last(ServerMessage.Host.class).member()).isEqualTo(back.id);
        hall.advance(60_000);
        assertThat(viewer.closed).isNull();
    }

    @Test
    void shouldMakeASecondHostTokenAModerator() {
        final TestClient second = hall.joinWith("tea", "Bea", "host/bea");
        assertThat(second.last(ServerMessage.Joined.class).you().role()).isEqualTo("moderator");
        final TestClient same = hall.joinWith("tea", "Ann", "host/ann");
        assertThat(same.last(ServerMessage.Joined.class).you().role()).isEqualTo("host");
        assertThat(host.last(ServerMessage.RoleChanged.class))
                .isEqualTo(new ServerMessage.RoleChanged(host.id, "guest"));
        assertThat(host.last(ServerMessage.Host.class).member()).isEqualTo(same.id);
    }

    @Test
    void shouldNotSeatWhoMayNotPublish() {
        final TestClient silent = hall.joinWith("tea", "Si", "guest/si/nopublish");
        assertThat(silent.last(ServerMessage.Joined.class).you().role()).isEqualTo("viewer");
        assertThat(silent.apply()).isEqualTo("cannotPublish");
        assertThat(host.invite(silent, null)).isEqualTo("cannotPublish");
    }

    private RelayModel.Gate gate() {
        return hall.relay.gates.get(hall.peerOf(guest));
    }
}
