package lianmai.room;

import static org.assertj.core.api.Assertions.assertThat;

import lianmai.message.ClientMessage;
import lianmai.message.Role;
import org.junit.jupiter.api.Test;

/** A room whose members are served by several shards; {@code RandomScheduleTest} does the rest. */
class SpreadTest {
    private final TestHall hall = TestHall.ofShards(2);

    @Test
    void shouldCopyAHostOnceToAShardWithViewersAndEndThatWithTheLastOfThem() {
        final TestClient host = hall.join("r", "host", Role.HOST);
        final TestClient viewer = hall.join("r", "viewer", Role.VIEWER);
        final TestClient neighbour = hall.join("r", "neighbour", Role.VIEWER);
        final TestClient another = hall.join("r", "another", Role.VIEWER);
        final long peer = hall.peerOf(host);
        assertThat(hall.relay.shardOf(hall.peerOf(viewer))).isEqualTo(1);
        assertThat(hall.relay.copies()).containsExactly(new Copies.Copy(peer, 0, 1));
        assertThat(hall.relay.seatsOn(1)).containsEntry(new RelayModel.SeatKey(1, 0), peer);
        viewer.ask(new ClientMessage.Leave("l"));
        assertThat(hall.relay.copies()).hasSize(1);
        (hall.relay.shardOf(hall.peerOf(another)) == 1 ? another : neighbour).ask(new ClientMessage.Leave("l"));
        assertThat(hall.relay.copies()).isEmpty();
        assertThat(hall.relay.seatsOn(1)).isEmpty();
    }

    @Test
    void shouldCopyAGuestBackToTheFirstShard() {
        final TestClient host = hall.join("r", "host", Role.HOST);
        final TestClient guest = hall.join("r", "guest", Role.VIEWER);
        guest.ask(new ClientMessage.Apply("a"));
        host.ask(new ClientMessage.Accept("b", guest.id));
        assertThat(hall.relay.copies())
                .containsExactlyInAnyOrder(
                        new Copies.Copy(hall.peerOf(host), 0, 1), new Copies.Copy(hall.peerOf(guest), 1, 0));
        guest.ask(new ClientMessage.LeaveSeat("c"));
        assertThat(hall.relay.copies()).containsExactly(new Copies.Copy(hall.peerOf(host), 0, 1));
    }

    @Test
    void shouldKeepARoomTogetherUntilItsShardHasClearlyMoreToDo() {
        final ShardPlacement placement = ShardPlacement.leastLoaded(2, 1000, 30, Headroom.ENDLESS);
        assertThat(placement.place(1)).isZero();
        for (int i = 0; i < 31; i++) {
            assertThat(placement.placeBeside(0)).isZero();
            placement.onPeers(0, 1);
        }
        assertThat(placement.placeBeside(0)).isEqualTo(1);
        placement.onPeers(1, 1);
        assertThat(placement.placeBeside(0)).isZero();
        assertThat(placement.place(2)).isEqualTo(1);
    }
}
