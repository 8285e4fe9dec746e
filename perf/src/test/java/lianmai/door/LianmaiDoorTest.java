package lianmai.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import lianmai.relay.Codec;
import lianmai.rtp.RtpExtension;
import lianmai.server.LianmaiServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our own protocol against our own server, over real sockets. */
class LianmaiDoorTest {
    private LianmaiServer server;
    private LianmaiDoor door;

    @BeforeEach
    void start() throws Exception {
        server = TestClients.server();
        door = new LianmaiDoor(URI.create(server.url()));
    }

    @AfterEach
    void stop() {
        door.close();
        server.close();
    }

    private Session publish(final String name) throws DoorException {
        return door.open("tea", name, TestClients.publisher(Codec.VP8), TestClients.local());
    }

    private Session watch(final String name) throws DoorException {
        return door.open("tea", name, TestClients.VIEWER, TestClients.local());
    }

    @Test
    void shouldTellAPublisherWhatWasAgreed() throws Exception {
        final Session session = publish("Ann");

        assertThat(session.server().getAddress().getHostAddress()).isEqualTo("127.0.0.1");
        assertThat(session.server().getPort()).isEqualTo(server.shard().port());
        assertThat(session.isIceLite()).isTrue();
        assertThat(session.weControlIce()).isTrue();
        assertThat(session.weAreDtlsClient()).isTrue();
        assertThat(session.fingerprint().algorithm()).isEqualTo("sha-256");
        assertThat(session.remote().password()).hasSizeGreaterThanOrEqualTo(22);
        assertThat(session.lines()).hasSize(2).allMatch(Session.Line::sends).allMatch(line -> line.ssrc() == 0);
        final Session.Line audio = session.lines().getFirst();
        assertThat(audio.codec()).isEqualTo(Codec.OPUS);
        assertThat(audio.payloadType()).isEqualTo(111);
        assertThat(audio.rtxPayloadType()).isEqualTo(-1);
        assertThat(audio.extensions().id(RtpExtension.AUDIO_LEVEL)).isPositive();
        final Session.Line video = session.lines().getLast();
        assertThat(video.codec()).isEqualTo(Codec.VP8);
        assertThat(video.rtxPayloadType()).isEqualTo(video.payloadType() + 1);
        assertThat(video.extensions().id(RtpExtension.TRANSPORT_CC)).isPositive();
    }

    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"VP8", "VP9", "H264", "AV1"})
    void shouldTellAViewerTheStreamsOfEverySeat(final Codec codec) throws Exception {
        door.open("tea", "Ann", TestClients.publisher(codec), TestClients.local());
        final Session session = door.open("tea", "Bo", new MediaRole.Viewer(true, codec, 4), TestClients.local());

        assertThat(session.lines()).hasSize(8).noneMatch(Session.Line::sends);
        assertThat(session.lines()).extracting(Session.Line::seat).containsExactly(0, 0, 1, 1, 2, 2, 3, 3);
        assertThat(session.lines().stream()
                        .flatMap(line -> Stream.of(line.ssrc(), line.rtxSsrc()))
                        .filter(ssrc -> ssrc != 0))
                .as("an SSRC for each stream and one for each retransmission")
                .hasSize(12)
                .doesNotHaveDuplicates();
        assertThat(session.lines())
                .allMatch(line -> line.codec() == Codec.OPUS
                        ? line.rtxSsrc() == 0
                        : line.codec() == codec && line.rtxSsrc() != 0 && line.rtxPayloadType() > 0);
    }

    @Test
    void shouldGiveAViewerOnlyTheSeatsThatTheStageHas() throws Exception {
        publish("Ann");
        final Session session = door.open("tea", "Bo", new MediaRole.Viewer(true, null, 12), TestClients.local());
        assertThat(session.lines()).extracting(Session.Line::seat).containsExactly(0, 1, 2, 3);
    }

    @Test
    void shouldTakeSimulcastOfferedByIds() throws Exception {
        final MediaRole layers = new MediaRole.Publisher(
                true, Codec.VP8, List.of("q", "h", "f"), new MediaRole.Ssrcs(1, List.of(2, 3, 4), List.of(5, 6, 7)));
        final Session session = door.open("tea", "Ann", layers, TestClients.local());
        assertThat(session.lines().getLast().extensions().id(RtpExtension.RID)).isEqualTo(10);
    }

    @Test
    void shouldSeatPublishersOneByOneAndRefuseTheFifth() throws Exception {
        final List<Integer> seats = new ArrayList<>();
        for (final String name : List.of("Ann", "Bo", "Cy", "Di")) {
            final LianmaiMember member = LianmaiDoor.member(publish(name));
            seats.add(member.isHost() ? 0 : member.seat());
        }
        assertThat(seats).containsExactly(0, 1, 2, 3);
        assertThatThrownBy(() -> publish("Ed"))
                .isInstanceOf(DoorException.class)
                .hasMessageContaining("No seat is free.")
                .hasMessageContaining("stageFull");
    }

    @Test
    void shouldSeatPublishersWhoComeAtOnce() throws Exception {
        final List<CompletableFuture<Session>> coming = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            final CompletableFuture<Session> session = new CompletableFuture<>();
            final String name = "publisher-" + i;
            coming.add(session);
            Thread.ofVirtual().start(() -> {
                try {
                    session.complete(publish(name));
                } catch (final DoorException e) {
                    session.completeExceptionally(e);
                }
            });
        }
        final List<LianmaiMember> members = new ArrayList<>();
        for (final CompletableFuture<Session> session : coming) {
            members.add(LianmaiDoor.member(session.get(30, TimeUnit.SECONDS)));
        }
        assertThat(members).filteredOn(LianmaiMember::isHost).hasSize(1);
        assertThat(members)
                .filteredOn(member -> !member.isHost())
                .extracting(LianmaiMember::seat)
                .containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void shouldBringAGuestOnAndOffTheStage() throws Exception {
        final LianmaiMember host = LianmaiDoor.member(publish("Ann"));
        final LianmaiMember guest =
                LianmaiDoor.member(door.enter("tea", "Bo", TestClients.publisher(Codec.VP8), TestClients.local()));
        assertThat(guest.seat()).isEqualTo(-1);

        guest.apply();
        final LianmaiMember.Reply accepted = host.accept(guest);
        final long seatedNs = guest.awaitSeat();
        assertThat(guest.seat()).isEqualTo(1);
        assertThat(accepted.answeredNs() - accepted.sentNs()).isPositive();
        assertThat(seatedNs - accepted.sentNs()).isPositive();

        host.removeFromSeat(guest);
        host.invite(guest, 3);
        guest.acceptInvitation();
        guest.awaitSeat();
        assertThat(guest.seat()).isEqualTo(3);
        guest.leaveSeat();

        host.kick(guest);
        assertThatThrownBy(() -> watch("Bo")).hasMessageContaining("kicked");
    }

    @Test
    void shouldTellChatToWhoListens() throws Exception {
        final LianmaiMember host = LianmaiDoor.member(publish("Ann"));
        final CompletableFuture<String> heard = new CompletableFuture<>();
        LianmaiDoor.member(watch("Bo")).listen((type, event, arrivedNs) -> {
            if (type.equals("chat")) {
                heard.complete(event.get("messages").get(0).get("text").asString());
            }
        });
        host.chat("你好");
        assertThat(heard.get(15, TimeUnit.SECONDS)).isEqualTo("你好");
    }

    @Test
    void shouldBeForgottenWhenItLeaves() throws Exception {
        final LianmaiMember host = LianmaiDoor.member(publish("Ann"));
        final Session viewer = watch("Bo");
        assertThat(total(host)).isEqualTo(2);
        viewer.handle().close();
        assertThat(total(host)).isEqualTo(1);
        assertThatThrownBy(() -> LianmaiDoor.member(viewer).chat("hello?"))
                .isInstanceOf(DoorException.class)
                .hasMessageContaining("1000");
        viewer.handle().close();
    }

    private static int total(final LianmaiMember member) throws DoorException {
        return member.ask("participants", Map.of()).message().get("total").asInt();
    }

    @Test
    void shouldSayWhyItWasNotLetIn() {
        assertThatThrownBy(() -> watch("Bo"))
                .isInstanceOf(DoorException.class)
                .hasMessageContaining("There is no such room.")
                .hasMessageContaining("roomNotFound");
        try (LianmaiDoor nowhere = new LianmaiDoor(URI.create("http://127.0.0.1:1/"))) {
            assertThatThrownBy(() -> nowhere.open("tea", "Bo", TestClients.VIEWER, TestClients.local()))
                    .isInstanceOf(DoorException.class)
                    .hasMessageContaining("ws://127.0.0.1:1/ws cannot be reached");
        }
        assertThatThrownBy(() -> new LianmaiDoor(URI.create("ftp://127.0.0.1/")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no http or ws address");
    }
}
