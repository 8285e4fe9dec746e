package lianmai.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lianmai.door.Door;
import lianmai.door.LianmaiDoor;
import lianmai.relay.Codec;
import lianmai.server.LianmaiServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What the path did to packets is known; the figures must say the same. */
@EnabledOnOs(OS.LINUX)
class KnownFaultsTest {
    private static final int OPUS = 111;
    private static final int VP8 = 96;

    @Test
    void shouldReportExactlyWhatThePathDid() throws Exception {
        final int viewers = 4;
        try (LianmaiServer server = InProcess.server();
                Door door = new LianmaiDoor(URI.create(server.url()));
                FaultyPath path = new FaultyPath(
                        new InetSocketAddress(
                                InetAddress.ofLiteral("127.0.0.1"),
                                server.shard().port()),
                        20_261_121,
                        OPUS,
                        VP8)) {
            final InetSocketAddress front = path.address();
            final LoadPlan plan = LoadPlan.of(
                            List.of(RoomPlan.fanout("tea", PublisherSpec.camera(Codec.VP8, 800_000), viewers)))
                    .withSampled(1)
                    .withRoute(_ -> front);
            try (LoadRun run = LoadRun.start(plan, door)) {
                run.awaitReady(Duration.ofSeconds(30));
                TimeUnit.MILLISECONDS.sleep(300);
                path.faulty(true);
                TimeUnit.SECONDS.sleep(2);
                path.faulty(false);
                // A clean end: every gap is seen and asked for.
                TimeUnit.MILLISECONDS.sleep(500);
                run.drain();
                final LoadFigures figures = run.total();
                path.stop();

                final FaultyPath.Truth audio = path.truth(OPUS);
                final FaultyPath.Truth video = path.truth(VP8);
                assertThat(audio.dropped).isPositive();
                assertThat(video.dropped).isPositive();
                assertThat(video.swapped).isPositive();
                assertThat(figures.cost().receiveDrops()).isZero();
                assertThat(figures.received().lost()).isEqualTo(audio.dropped + video.dropped);
                assertThat(figures.received().duplicates()).isEqualTo(audio.repeated + video.repeated);
                assertThat(figures.received().reordered()).isEqualTo(audio.swapped + video.swapped);
                assertThat(figures.received().packets())
                        .isEqualTo(audio.forwarded + audio.repeated + video.forwarded + video.repeated);
                assertThat(figures.checked().integrityErrors()).isZero();
                assertThat(figures.checked().undecryptable()).isZero();
                assertThat(figures.checked().renumbered()).isZero();
                // RTX brings the picture's lost packets; sound has none.
                assertThat(figures.checked().due() - figures.checked().arrived())
                        .isEqualTo(audio.dropped);
                // Each lost packet of sound is 20 ms that a listener misses; more where the buffer fell behind as well.
                assertThat(figures.playout().listeners()).isEqualTo(viewers);
                assertThat(figures.playout().gaps()).isPositive();
                assertThat(figures.playout().playedNs()).isPositive();
                assertThat(figures.playout().mouthToEar().getTotalCount()).isPositive();
                assertThat(figures.checked().repaired()).isGreaterThanOrEqualTo(video.dropped);
            }
        }
    }
}
