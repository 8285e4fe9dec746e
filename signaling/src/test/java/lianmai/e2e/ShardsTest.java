package lianmai.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import lianmai.io.RelayShard;
import lianmai.relay.Counter;
import lianmai.server.LianmaiServer;
import lianmai.server.ServerConfig;
import org.junit.jupiter.api.Test;

/** One room on two shards over real sockets: more viewers than the first one keeps to itself. */
class ShardsTest {
    private static final int VIEWERS = 36;

    @Test
    void shouldServeOneRoomFromTwoShards() throws Exception {
        final LianmaiServer server =
                LianmaiServer.start(ServerConfig.onFreePorts().withShards(2));
        final List<RelayShard> shards = server.shards();
        try (MediaClient publisher = MediaClient.publisher(7)) {
            publisher.connect(HttpSession.post(server.url(), "whip/large", publisher.offer())
                    .answer());
            assertThat(publisher.awaitConnected()).isTrue();
            final MediaClient[] viewers = new MediaClient[VIEWERS];
            try {
                for (int i = 0; i < VIEWERS; i++) {
                    viewers[i] = MediaClient.viewer();
                    viewers[i].connect(HttpSession.post(server.url(), "whep/large", viewers[i].offer())
                            .answer());
                }
                for (final MediaClient viewer : viewers) {
                    assertThat(viewer.awaitConnected()).isTrue();
                    Patience.until("picture and sound", () -> viewer.videoMark() == 7 && viewer.audioMark() == 7);
                }
                assertThat(shards.get(1).counters().value(Counter.PEERS)).isPositive();
                assertThat(shards.get(1).counters().value(Counter.REPLICAS)).isEqualTo(1);
                assertThat(shards.get(1).counters().value(Counter.REPLICATED_IN))
                        .isPositive();
            } finally {
                for (final MediaClient viewer : viewers) {
                    if (viewer != null) {
                        viewer.close();
                    }
                }
            }
        } finally {
            server.close();
        }
        for (final RelayShard shard : shards) {
            assertThat(shard.slotsInUseAtEnd()).isZero();
        }
    }
}
