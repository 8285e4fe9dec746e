package lianmai.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import lianmai.relay.Codec;
import lianmai.sim.OwnNetwork;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The videoroom of the installed Janus, in a network of its own. */
@OwnNetwork
class JanusDoorTest {
    private static JanusProcess janus(final int eventLoops) throws Exception {
        final String missing = JanusProcess.missing();
        Assumptions.assumeTrue(missing == null, missing);
        return JanusProcess.start(new JanusProcess.Settings(
                InetAddress.getByName(OwnNetwork.ADDRESS), 8188, eventLoops, null, List.of()));
    }

    /** A publisher whose media Janus has, as far as it can tell. */
    private static Session publish(
            final JanusDoor door, final ConnectingClient client, final String name, final Codec codec)
            throws Exception {
        final Session session = door.open("tea", name, TestClients.publisher(codec), client.local());
        client.connect(session).awaitKeys();
        return session;
    }

    private static ConnectingClient client() throws Exception {
        return new ConnectingClient(OwnNetwork.ADDRESS);
    }

    @Test
    void shouldAgreeWithAPublisherAndAViewer() throws Exception {
        try (JanusProcess janus = janus(1);
                JanusDoor door = new JanusDoor(janus.address());
                ConnectingClient ann = client();
                ConnectingClient bo = client()) {
            final Session publisher = publish(door, ann, "Ann", Codec.VP8);
            assertThat(publisher.lines()).extracting(Session.Line::codec).containsExactly(Codec.OPUS, Codec.VP8);
            assertThat(publisher.lines()).allMatch(Session.Line::sends);
            assertThat(publisher.weAreDtlsClient()).isFalse();
            assertThat(publisher.weControlIce()).isTrue();
            assertThat(publisher.isIceLite()).isFalse();
            assertThat(publisher.server().getAddress().getHostAddress()).isEqualTo(OwnNetwork.ADDRESS);

            final Session viewer = door.open("tea", "Bo", new MediaRole.Viewer(true, Codec.VP8, 4), bo.local());
            assertThat(viewer.lines()).extracting(Session.Line::codec).containsExactly(Codec.OPUS, Codec.VP8);
            assertThat(viewer.lines()).noneMatch(Session.Line::sends);
            assertThat(viewer.lines()).extracting(Session.Line::seat).containsExactly(0, 0);
            assertThat(viewer.weAreDtlsClient()).isTrue();
            assertThat(viewer.weControlIce()).isFalse();
            assertThat(viewer.isIceLite()).isFalse();
            assertThat(bo.connect(viewer).awaitKeys()).isNotNull();
            assertThat(janus.isAlive()).isTrue();
        }
    }

    @Test
    void shouldShowAViewerTheFirstPublishersInOrder() throws Exception {
        try (JanusProcess janus = janus(0);
                JanusDoor door = new JanusDoor(janus.address());
                ConnectingClient ann = client();
                ConnectingClient bo = client();
                ConnectingClient cy = client();
                ConnectingClient di = client()) {
            publish(door, ann, "Ann", Codec.H264);
            publish(door, bo, "Bo", Codec.H264);
            publish(door, cy, "Cy", Codec.H264);
            final Session viewer = door.open("tea", "Di", new MediaRole.Viewer(true, Codec.H264, 2), di.local());
            assertThat(viewer.lines()).extracting(Session.Line::seat).containsExactly(0, 0, 1, 1);
            final Session soundOnly = door.open("tea", "Ed", new MediaRole.Viewer(true, null, 1), di.local());
            assertThat(soundOnly.lines()).extracting(Session.Line::codec).containsExactly(Codec.OPUS);
        }
    }

    @Test
    void shouldForgetWhoLeaves() throws Exception {
        try (JanusProcess janus = janus(1);
                JanusDoor door = new JanusDoor(janus.address());
                ConnectingClient ann = client();
                ConnectingClient cy = client()) {
            publish(door, ann, "Ann", Codec.VP8).handle().close();
            assertThatThrownBy(() -> door.open("tea", "Bo", TestClients.VIEWER, TestClients.local()))
                    .isInstanceOf(DoorException.class)
                    .hasMessageContaining("nobody publishes there yet");
            publish(door, cy, "Cy", Codec.VP8);
            assertThat(door.open("tea", "Bo", TestClients.VIEWER, ann.local()).lines())
                    .hasSize(2);
        }
    }

    @Test
    void shouldSayWhatIsWrong() throws Exception {
        final URI address;
        try (JanusProcess janus = janus(1);
                JanusDoor door = new JanusDoor(janus.address());
                ConnectingClient ann = client()) {
            address = janus.address();
            publish(door, ann, "Ann", Codec.VP8);
            final MediaRole opposite = new MediaRole.Viewer(true, Codec.AV1, 1);
            assertThatThrownBy(() -> door.open("tea", "Bo", opposite, ann.local()))
                    .isInstanceOf(DoorException.class)
                    .hasMessage("Bo in room tea at " + address + ": the server takes no line of AV1");
            assertThatThrownBy(() -> JanusProcess.start(
                            new JanusProcess.Settings(InetAddress.getByName("198.18.0.9"), 8188, 1, null, List.of())))
                    .hasMessageContaining("janus does not start");
        }
        try (JanusDoor nowhere = new JanusDoor(address)) {
            assertThatThrownBy(() -> nowhere.open("tea", "Ann", TestClients.VIEWER, TestClients.local()))
                    .isInstanceOf(DoorException.class)
                    .hasMessageContaining("cannot be reached");
        }
    }
}
