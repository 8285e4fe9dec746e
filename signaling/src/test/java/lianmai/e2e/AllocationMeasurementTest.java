package lianmai.e2e;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lianmai.io.UdpPorts;
import lianmai.relay.Counter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the running server's relay thread allocates, sockets and ciphers included: {@code ./lianmai measure}. With the
 * JDK's AES-GCM nearly all of it is the table of the hash key, which is made anew for each packet.
 */
@Tag("measure")
class AllocationMeasurementTest {
    private static final int VIEWERS = 10;
    private static final long WARM_UP_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long MEASURED_NS = TimeUnit.SECONDS.toNanos(5);
    private static final int TIMES = 3;

    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "NIO"})
    void shouldPrintBytesPerForwardedPacket(final UdpPorts.Mode io) throws Exception {
        final List<MediaClient> clients = new ArrayList<>();
        try (RunningServer server = RunningServer.start(io, Map.of())) {
            enter(server, "whip/measured", MediaClient.publisher(1), clients);
            for (int i = 0; i < VIEWERS; i++) {
                enter(server, "whep/measured", MediaClient.viewer(), clients);
            }
            LockSupport.parkNanos(WARM_UP_NS);
            final double[] bytes = new double[TIMES];
            final double[] perSecond = new double[TIMES];
            for (int i = 0; i < TIMES; i++) {
                final long bytesBefore = allocatedByRelay();
                final long packetsBefore = forwarded(server);
                LockSupport.parkNanos(MEASURED_NS);
                final double packets = forwarded(server) - packetsBefore;
                bytes[i] = (allocatedByRelay() - bytesBefore) / packets;
                perSecond[i] = packets / TimeUnit.NANOSECONDS.toSeconds(MEASURED_NS);
            }
            System.out.println(new Figures("bytes allocated per forwarded packet, " + io, "B", bytes));
            System.out.println(new Figures("  while forwarding", "packets/s", perSecond));
        } finally {
            clients.forEach(MediaClient::close);
        }
    }

    private static void enter(
            final RunningServer server, final String path, final MediaClient client, final List<MediaClient> clients)
            throws Exception {
        clients.add(client);
        client.connect(HttpSession.post(server.url(), path, client.offer()).answer());
        client.awaitConnected();
    }

    private static long forwarded(final RunningServer server) {
        return server.server().shard().counters().value(Counter.RTP_FORWARDED);
    }

    private static long allocatedByRelay() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final ThreadInfo relay = Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(info -> info != null && info.getThreadName().equals("relay-0"))
                .findFirst()
                .orElseThrow();
        return threads.getThreadAllocatedBytes(relay.getThreadId());
    }
}
