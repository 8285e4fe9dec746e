package lianmai.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lianmai.dtls.DtlsEndpoints;
import lianmai.jitter.PacketPool;
import lianmai.relay.Counter;
import lianmai.srtp.JitsiSrtpProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What whoever runs a shard learns: when its thread ends, and what its port drops. */
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

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void shouldCountDatagramsLongerThanASlot(final UdpPorts.Mode mode) throws IOException {
        assumeTrue(mode == UdpPorts.Mode.NIO || UdpPorts.ioUringObstacle() == null, "no io_uring here");
        final InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        try (RelayShard shard = start(mode);
                TestUdpClient client = new TestUdpClient(loopback)) {
            final InetSocketAddress to = new InetSocketAddress(loopback, shard.port());
            client.send(to, new byte[PacketPool.SLOT_BYTES + 1]);
            // It is reported by the next turn that receives something.
            while (shard.counters().value(Counter.DATAGRAMS_IN) == 0
                    || shard.counters().value(Counter.OVERSIZED_DROPS) == 0) {
                client.send(to, new byte[1]);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            assertThat(shard.counters().value(Counter.OVERSIZED_DROPS)).isOne();
            assertThat(shard.counters().value(Counter.RECEIVE_ERRORS)).isZero();
        }
    }

    private static RelayShard start() throws IOException {
        return start(UdpPorts.Mode.NIO);
    }

    private static RelayShard start(final UdpPorts.Mode mode) throws IOException {
        return RelayShard.start(
                0,
                new RelayExchange(1),
                RelayConfig.of(mode, 0),
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
