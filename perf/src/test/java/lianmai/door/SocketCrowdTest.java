package lianmai.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.concurrent.TimeUnit;
import lianmai.room.RoomLimits;
import lianmai.server.LianmaiServer;
import org.junit.jupiter.api.Test;

/** Many WebSockets in one room of our server. */
class SocketCrowdTest {
    private static final long HALF_A_SECOND_NS = TimeUnit.MILLISECONDS.toNanos(500);

    @Test
    void shouldHearEveryLineOnEverySocket() throws Exception {
        try (LianmaiServer server = TestClients.server();
                SocketCrowd crowd = new SocketCrowd(URI.create(server.url()), "tea")) {
            final SocketCrowd.Joins joins = crowd.join(60, 8);
            assertThat(joins.members()).isEqualTo(60);
            assertThat(joins.refused()).isZero();
            assertThat(joins.latency().getTotalCount()).isEqualTo(60);
            assertThat(joins.perSecond()).isPositive();
            assertThat(crowd.join(40, 100).members()).isEqualTo(40);
            assertThat(crowd.size()).isEqualTo(100);

            final SocketCrowd.Chat chat = crowd.chat(40, HALF_A_SECOND_NS);
            assertThat(chat.lines()).isEqualTo(20);
            assertThat(chat.refused()).isZero();
            assertThat(chat.expected()).isEqualTo(2_000);
            assertThat(chat.delivered()).isEqualTo(2_000);
            assertThat(chat.frames()).isBetween(100L, 2_000L);
            assertThat(chat.delay().getTotalCount()).isEqualTo(2_000);
            assertThat(chat.deliveredPerSecond()).isPositive();
        }
    }

    @Test
    void shouldCountWhoIsRefused() throws Exception {
        try (LianmaiServer server = TestClients.server(new RoomLimits(4, 10, 10, 20_000));
                SocketCrowd crowd = new SocketCrowd(URI.create(server.url()), "tea")) {
            final SocketCrowd.Joins joins = crowd.join(25, 4);
            assertThat(joins.members()).isEqualTo(10);
            assertThat(joins.refused()).isEqualTo(15);
            assertThat(joins.firstRefusal()).isEqualTo("The room is full. (roomFull)");
            assertThatThrownBy(() -> crowd.chat(50, HALF_A_SECOND_NS))
                    .isInstanceOf(DoorException.class)
                    .hasMessage("10 members may not speak 50 lines a second; the server takes 5 of each");
        }
    }

    @Test
    void shouldSayWhyNobodyGetsIn() {
        try (SocketCrowd crowd = new SocketCrowd(URI.create("http://127.0.0.1:1/"), "tea")) {
            assertThatThrownBy(() -> crowd.join(100, 10))
                    .isInstanceOf(DoorException.class)
                    .hasMessageStartingWith("nobody gets in: ws://127.0.0.1:1/ws cannot be reached");
        }
    }
}
