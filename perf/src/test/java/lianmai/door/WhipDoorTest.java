package lianmai.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import lianmai.relay.Codec;
import lianmai.server.LianmaiServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** WHIP and WHEP against our own server. */
class WhipDoorTest {
    private LianmaiServer server;
    private WhipDoor door;

    @BeforeEach
    void start() throws Exception {
        server = TestClients.server();
        door = new WhipDoor(server.url() + "whip/{room}", server.url() + "whep/{room}?seat=0", null);
    }

    @AfterEach
    void stop() {
        door.close();
        server.close();
    }

    private Session publish(final String room) throws DoorException {
        return door.open(room, "Ann", TestClients.publisher(Codec.H264), TestClients.local());
    }

    @Test
    void shouldPublishAndWatch() throws Exception {
        final Session publisher = publish("green tea");
        assertThat(publisher.lines()).extracting(Session.Line::codec).containsExactly(Codec.OPUS, Codec.H264);
        assertThat(publisher.lines()).allMatch(Session.Line::sends);
        assertThat(publisher.server().getPort()).isEqualTo(server.shard().port());

        final Session viewer =
                door.open("green tea", "Bo", new MediaRole.Viewer(true, Codec.H264, 4), TestClients.local());
        assertThat(viewer.lines()).hasSize(2).noneMatch(Session.Line::sends);
        assertThat(viewer.lines()).allMatch(line -> line.ssrc() != 0);
        assertThat(viewer.isIceLite()).isTrue();
        assertThat(viewer.weAreDtlsClient()).isTrue();
    }

    @Test
    void shouldEndTheSession() throws Exception {
        final Session publisher = publish("tea");
        assertThat(rooms()).contains("\"tea\"");
        publisher.handle().close();
        final Session next = publish("tea");
        // The server would have kept the first one's seat: the stage has four, so the fourth successor finds one.
        for (int i = 0; i < 3; i++) {
            publish("tea");
        }
        assertThatThrownBy(() -> publish("tea")).isInstanceOf(DoorException.class);
        next.handle().close();
        publish("tea").handle().close();
    }

    @Test
    void shouldSayStatusAndReasonInOneLine() throws Exception {
        for (int i = 0; i < 4; i++) {
            publish("tea");
        }
        assertThatThrownBy(() -> publish("tea"))
                .isInstanceOf(DoorException.class)
                .hasMessageMatching("POST http://127.0.0.1:\\d+/whip/tea was answered by \\d+: .*stageFull.*");
        try (WhipDoor lost = new WhipDoor("http://127.0.0.1:1/whip/{room}", null, "secret")) {
            assertThatThrownBy(() -> lost.open("tea", "Ann", TestClients.publisher(Codec.VP8), TestClients.local()))
                    .isInstanceOf(DoorException.class)
                    .hasMessageStartingWith("POST http://127.0.0.1:1/whip/tea failed: ");
            assertThatThrownBy(() -> lost.open("tea", "Bo", TestClients.VIEWER, TestClients.local()))
                    .hasMessage("no WHEP address was given");
        }
        assertThatThrownBy(() -> new WhipDoor("whip/{room}", null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no http address");
    }

    private String rooms() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create(server.url() + "api/rooms"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        }
    }
}
