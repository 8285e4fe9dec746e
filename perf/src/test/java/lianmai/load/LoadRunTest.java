package lianmai.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import lianmai.door.Door;
import lianmai.door.LianmaiDoor;
import lianmai.door.WhipDoor;
import lianmai.relay.Codec;
import lianmai.server.LianmaiServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole loads against our own server in this process, over real sockets of 127/8. */
@EnabledOnOs(OS.LINUX)
class LoadRunTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private LianmaiServer server;
    private Door door;

    @BeforeEach
    void start() throws Exception {
        server = InProcess.server();
        door = new LianmaiDoor(URI.create(server.url()));
    }

    @AfterEach
    void stop() {
        door.close();
        server.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"VP8", "H264"})
    void shouldAccountForEveryPacketOfAFanout(final Codec codec) throws Exception {
        final int viewers = 10;
        final LoadPlan plan = LoadPlan.of(
                        List.of(RoomPlan.fanout("tea", PublisherSpec.camera(codec, 1_000_000), viewers)))
                .withSampled(0.5);
        try (LoadRun run = LoadRun.start(plan, door)) {
            run.awaitReady(PATIENCE);
            TimeUnit.MILLISECONDS.sleep(1_200);
            run.takeInterval();
            TimeUnit.SECONDS.sleep(1);
            run.drain();
            final LoadFigures figures = run.takeInterval();

            assertThat(figures.clients().connected()).isEqualTo(viewers + 1);
            assertThat(figures.clients().failed()).isZero();
            assertThat(figures.cost().receiveDrops()).isZero();
            assertThat(figures.sent().packets()).isGreaterThan(100);
            assertThat(figures.received().lost()).isZero();
            assertThat(figures.received().duplicates()).isZero();
            assertThat(figures.checked().integrityErrors()).isZero();
            assertThat(figures.checked().undecryptable()).isZero();
            assertThat(figures.checked().renumbered()).isZero();
            assertThat(figures.checked().packets()).isEqualTo(figures.received().packets() / 2);
            assertThat(figures.audio().fromDue().getTotalCount()).isPositive();
            assertThat(figures.video().fromDue().getTotalCount()).isPositive();

            final LoadFigures total = run.total();
            assertThat(total.received().arrivedSettled()).isGreaterThan(1000);
            assertThat(total.joins().firstPacket().getTotalCount()).isEqualTo(viewers);
            assertThat(total.joins().firstKeyFrame().getTotalCount()).isEqualTo(viewers);
            assertThat(total.checked().keyFrames()).isPositive();
        }
    }

    @Test
    void shouldSayWhoIsMissingAndWhy() {
        server.close();
        final LoadPlan plan = LoadPlan.of(List.of(RoomPlan.fanout("tea", PublisherSpec.voice(), 2)));
        try (LoadRun run = LoadRun.start(plan, door)) {
            assertThatThrownBy(() -> run.awaitReady(PATIENCE))
                    .isInstanceOf(LoadException.class)
                    .hasMessageStartingWith("0 of 3 clients connected, 0 of them send or receive: ");
        }
    }

    @Test
    void shouldLetViewersComeAndGo() throws Exception {
        final LoadPlan plan = LoadPlan.of(List.of(RoomPlan.fanout("tea", PublisherSpec.voice(), 2)));
        try (LoadRun run = LoadRun.start(plan, door)) {
            run.awaitReady(PATIENCE);
            run.addViewers("tea", 3);
            run.awaitReady(PATIENCE);
            assertThat(run.total().clients().connected()).isEqualTo(6);
            assertThat(run.removeViewers("tea", 4)).isEqualTo(4);
            run.awaitReady(PATIENCE);
            assertThat(run.total().clients().connected()).isEqualTo(2);
            assertThat(run.total().clients().failed()).isZero();
        }
    }

    /** All come first; then one room's camera begins, then the other's instead of it. */
    @Test
    void shouldSendWhereItIsTold() throws Exception {
        final PublisherSpec camera = PublisherSpec.camera(Codec.VP8, 600_000);
        final LoadPlan plan = LoadPlan.of(
                        List.of(RoomPlan.fanout("tea", camera, 2), RoomPlan.fanout("milk", camera, 2)))
                .withSampled(1)
                .held();
        try (LoadRun run = LoadRun.start(plan, door)) {
            run.awaitConnected(PATIENCE);
            assertThat(run.total().sent().packets()).isZero();
            run.send(Set.of("tea", "milk"));
            run.awaitReady(PATIENCE);
            TimeUnit.MILLISECONDS.sleep(1_200);
            run.send(Set.of("tea"));
            TimeUnit.MILLISECONDS.sleep(200);
            run.takeInterval();
            TimeUnit.MILLISECONDS.sleep(600);
            run.drain();
            final LoadFigures one = run.takeInterval();
            run.send(Set.of("milk"));
            TimeUnit.MILLISECONDS.sleep(600);
            run.drain();
            final LoadFigures other = run.takeInterval();
            for (final LoadFigures figures : List.of(one, other)) {
                assertThat(figures.sent().videoBytes()).isPositive();
                // Two viewers of the one that sends, who miss nothing, although it was silent for a while.
                assertThat(figures.usable().videoBytes())
                        .isEqualTo(2 * figures.sent().videoBytes());
                assertThat(figures.usable().audioDue()).isPositive();
                assertThat(figures.usable().audioLossRatio()).isZero();
                assertThat(figures.usable().rtcpLossRatio()).isZero();
                assertThat(figures.usable().resumed().getTotalCount()).isZero();
                assertThat(figures.received().lost()).isZero();
                assertThat(figures.checked().integrityErrors()).isZero();
            }
            assertThat(run.total().usable().rtcpDue()).isPositive();
        }
    }

    @Test
    void shouldLoadAnyServerThatSpeaksWhipAndWhep() throws Exception {
        final LoadPlan plan = LoadPlan.of(List.of(RoomPlan.fanout("tea", PublisherSpec.camera(Codec.VP8, 500_000), 3)))
                .withSampled(1);
        final String url = server.url();
        try (Door whip = new WhipDoor(url + "whip/{room}", url + "whep/{room}", null);
                LoadRun run = LoadRun.start(plan, whip)) {
            run.awaitReady(PATIENCE);
            TimeUnit.MILLISECONDS.sleep(500);
            run.drain();
            final LoadFigures figures = run.total();
            assertThat(figures.received().lost()).isZero();
            assertThat(figures.checked().integrityErrors()).isZero();
            assertThat(figures.joins().firstKeyFrame().getTotalCount()).isEqualTo(3);
        }
    }

    @Test
    void shouldShowSeveralPublishersToEveryViewer() throws Exception {
        final PublisherSpec publisher = PublisherSpec.camera(Codec.VP8, 300_000);
        final RoomPlan stage = new RoomPlan("tea", List.of(publisher, publisher, PublisherSpec.voice()), 3, 3);
        try (LoadRun run = LoadRun.start(LoadPlan.of(List.of(stage)).withSampled(1), door)) {
            run.awaitReady(PATIENCE);
            TimeUnit.MILLISECONDS.sleep(1_500);
            run.takeInterval();
            TimeUnit.SECONDS.sleep(1);
            run.drain();
            final LoadFigures figures = run.takeInterval();
            assertThat(figures.received().lost()).isZero();
            assertThat(figures.checked().integrityErrors()).isZero();
            // Each of three viewers got each packet; the interval may begin or end between the two.
            assertThat(figures.received().packets())
                    .isBetween(
                            figures.sent().packets() * 3 - 150, figures.sent().packets() * 3 + 150);
        }
    }

    @Test
    void shouldSendSimulcastLayers() throws Exception {
        final PublisherSpec publisher =
                PublisherSpec.camera(Codec.VP8, 1_500_000).withRids(List.of("q", "h", "f"));
        try (LoadRun run = LoadRun.start(LoadPlan.of(List.of(RoomPlan.fanout("tea", publisher, 2))), door)) {
            run.awaitReady(PATIENCE);
            TimeUnit.SECONDS.sleep(1);
            final LoadFigures figures = run.total();
            assertThat(figures.checked().integrityErrors()).isZero();
            assertThat(figures.joins().firstKeyFrame().getTotalCount()).isEqualTo(2);
            assertThat(figures.sent().packets())
                    .isGreaterThan(figures.received().packets() / 2);
            assertThat(figures.received().dueByPublishers()).isZero();
        }
    }
}
