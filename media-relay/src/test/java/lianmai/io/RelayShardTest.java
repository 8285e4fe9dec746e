package lianmai.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import lianmai.dtls.DtlsEndpoints;
import lianmai.srtp.JitsiSrtpProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What whoever runs a shard learns when its thread ends. */
@Timeout(30)
class RelayShardTest {
    private static final DtlsEndpoints NO_DTLS = (peer, remote, listener) -> {
        throw new AssertionError("no peer comes");
    };

    private final CountDownLatch told = new CountDownLatch(1);

    @Test
    void shouldTellThatItsThreadHasDied() throws IOException, InterruptedException {
        final OutOfMemoryError error = new OutOfMemoryError("as if");
        try (RelayShard shard = start()) {
            shard.onFailure(told::countDown);
            assertThat(shard.isAlive()).isTrue();
            assertThat(shard.failure()).isNull();
            kill(shard, error);
            assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(shard.failure()).isSameAs(error);
        }
    }

    @Test
    void shouldTellWhoAsksTooLate() throws IOException, InterruptedException {
        final RuntimeException bug = new IllegalStateException("as if");
        try (RelayShard shard = start()) {
            final CountDownLatch first = new CountDownLatch(1);
            shard.onFailure(first::countDown);
            kill(shard, bug);
            assertThat(first.await(10, TimeUnit.SECONDS)).isTrue();
            shard.onFailure(told::countDown);
            assertThat(told.getCount()).isZero();
            assertThat(shard.failure()).isSameAs(bug);
        }
    }

    @Test
    void shouldNotCallItAFailureToBeClosed() throws IOException {
        final RelayShard shard = start();
        shard.onFailure(told::countDown);
        shard.close();
        assertThat(shard.isAlive()).isFalse();
        assertThat(shard.failure()).isNull();
        assertThat(told.getCount()).isOne();
    }

    private static RelayShard start() throws IOException {
        return RelayShard.start(
                0,
                new RelayExchange(1),
                RelayConfig.of(UdpPorts.Mode.NIO, 0),
                LocalAddresses.ofMachine(List.of()),
                new JitsiSrtpProvider(),
                NO_DTLS,
                new RelayEvents());
    }

    /** The relay asks for the JVM's pauses in each turn. */
    private static void kill(final RelayShard shard, final Throwable of) {
        shard.latency().pausedBy(() -> {
            if (of instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) of;
        });
        shard.commands().wake();
    }
}
