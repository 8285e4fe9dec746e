package lianmai.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lianmai.door.Door;
import lianmai.door.LianmaiDoor;
import lianmai.io.UdpPorts;
import lianmai.relay.Codec;
import lianmai.server.LianmaiServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the generator reports is what another program sees on the wire: tshark counts the same packets and bytes. */
@EnabledOnOs(OS.LINUX)
class IndependentReceiverTest {
    /** Addresses that no other test uses. */
    private static final String FIRST_ADDRESS = "127.77.0.1";

    private static final String VIEWERS = "127.77.0.";
    private static final long PATIENCE_S = 30;

    @Test
    void shouldCountWhatTsharkCounts(@TempDir final Path folder) throws Exception {
        final Path capture = folder.resolve("load.pcapng");
        final Process tshark = startCapture(capture);
        final LoadFigures figures;
        // Without io_uring's runs: the loopback shows a run as one long datagram (UDP_SEGMENT).
        try (LianmaiServer server = InProcess.server(UdpPorts.Mode.NIO);
                Door door = new LianmaiDoor(URI.create(server.url()))) {
            final LoadPlan plan = LoadPlan.of(
                            List.of(RoomPlan.fanout("tea", PublisherSpec.camera(Codec.VP8, 500_000), 5)))
                    .withFirstAddress(InetAddress.ofLiteral(FIRST_ADDRESS));
            try (LoadRun run = LoadRun.start(plan, door)) {
                run.awaitReady(Duration.ofSeconds(PATIENCE_S));
                TimeUnit.SECONDS.sleep(1);
                run.drain();
                figures = run.total();
            }
        } finally {
            end(tshark);
        }

        final Seen towardsViewers = new Seen();
        final Seen fromPublisher = new Seen();
        for (final String line : read(capture)) {
            final String[] fields = line.split("\t");
            if (fields.length == 3 && isRtp(fields[2])) {
                final boolean isFromClients = fields[0].startsWith(VIEWERS);
                (isFromClients ? fromPublisher : towardsViewers).add(fields[2]);
            }
        }
        assertThat(figures.received().repairs()).isZero();
        assertThat(towardsViewers.packets)
                .isPositive()
                .isEqualTo(figures.received().packets());
        assertThat(towardsViewers.bytes).isEqualTo(figures.received().bytes());
        assertThat(fromPublisher.packets).isPositive().isEqualTo(figures.sent().packets());
        assertThat(fromPublisher.bytes).isEqualTo(figures.sent().bytes());
    }

    private static final class Seen {
        private long packets;
        private long bytes;

        private void add(final String payload) {
            packets++;
            bytes += payload.length() / 2;
        }
    }

    /** RTP of our payload types; RTCP has 192 to 223 in the second byte (RFC 5761 §4). */
    private static boolean isRtp(final String payload) {
        final int first = Integer.parseInt(payload.substring(0, 2), 16);
        final int second = Integer.parseInt(payload.substring(2, 4), 16);
        return first >= 128 && first < 192 && (second < 192 || second > 223);
    }

    private static Process startCapture(final Path capture) throws IOException, InterruptedException {
        final Process tshark;
        try {
            tshark = new ProcessBuilder(
                            "tshark", "-i", "lo", "-B", "64", "-f", "udp and net 127.77.0.0/24", "-w", "" + capture)
                    .redirectErrorStream(true)
                    .start();
        } catch (final IOException e) {
            assumeTrue(false, "tshark is not installed (Debian: apt-get install tshark)");
            throw e;
        }
        final BufferedReader said =
                new BufferedReader(new InputStreamReader(tshark.getInputStream(), StandardCharsets.UTF_8));
        String line = said.readLine();
        while (line != null && !line.contains("Capturing on")) {
            line = said.readLine();
        }
        assumeTrue(line != null, "tshark may not capture here: run as root, or in group wireshark");
        // It says so a moment before the capture process has opened the interface and its file.
        final long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!(Files.exists(capture) && Files.size(capture) > 0) && System.nanoTime() < untilNs) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return tshark;
    }

    private static void end(final Process tshark) throws InterruptedException {
        // What tshark still holds in its buffer is written when it is asked to end.
        TimeUnit.MILLISECONDS.sleep(500);
        tshark.destroy();
        tshark.waitFor(PATIENCE_S, TimeUnit.SECONDS);
    }

    private static List<String> read(final Path capture) throws IOException {
        final Process tshark = new ProcessBuilder(
                        "tshark",
                        "-n",
                        "-r",
                        "" + capture,
                        "-T",
                        "fields",
                        "-e",
                        "ip.src",
                        "-e",
                        "ip.dst",
                        "-e",
                        "udp.payload")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(tshark.getInputStream(), StandardCharsets.UTF_8))) {
            return lines.lines().toList();
        }
    }
}
