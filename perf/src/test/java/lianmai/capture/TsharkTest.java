package lianmai.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import lianmai.relay.Codec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wireshark's tshark reads the same files as we do: both must see the same packets at the same times. */
class TsharkTest {
    @TempDir
    private Path folder;

    private record Line(int timestampDelta, boolean marker, String payload, long timeNs) {}

    @BeforeAll
    static void needTshark() throws InterruptedException {
        try {
            assumeTrue(new ProcessBuilder("tshark", "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0);
        } catch (final IOException e) {
            assumeTrue(false, "tshark is not installed (Debian: apt-get install tshark)");
        }
    }

    @Test
    void shouldSeeWhatTsharkSeesInPcap() throws Exception {
        compare(new RtpSample().pcap(ByteOrder.BIG_ENDIAN, true, 113, true));
        compare(new RtpSample().pcap(ByteOrder.LITTLE_ENDIAN, false, 1, false));
    }

    @Test
    void shouldSeeWhatTsharkSeesInPcapng() throws Exception {
        compare(new RtpSample().pcapng(ByteOrder.LITTLE_ENDIAN, 276, 9));
    }

    private void compare(final byte[] bytes) throws Exception {
        final Path file = Files.write(folder.resolve("sample"), bytes);
        final Recording recording = CaptureFile.load(file, Codec.VP8, RtpChoice.ONLY);
        final List<Line> seen = tshark(file);
        assertThat(seen).hasSize(recording.packets());
        for (int frame = 0; frame < recording.frames(); frame++) {
            assertThat(recording.dueNs(frame)).isEqualTo(seen.get(recording.firstPacket(frame)).timeNs);
            for (int i = recording.firstPacket(frame); i < recording.firstPacket(frame + 1); i++) {
                final byte[] payload = new byte[recording.length(i)];
                recording.payloads().getBytes(recording.offset(i), payload);
                assertThat(HexFormat.of().formatHex(payload)).isEqualTo(seen.get(i).payload);
                assertThat(recording.ticks(frame)).isEqualTo(seen.get(i).timestampDelta);
                assertThat(recording.marker(i)).isEqualTo(seen.get(i).marker);
            }
        }
    }

    private static List<Line> tshark(final Path file) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(
                        "tshark",
                        "-r",
                        file.toString(),
                        "-d",
                        "udp.port==" + CaptureWriter.PORT + ",rtp",
                        "-T",
                        "fields",
                        "-E",
                        "separator=;",
                        "-e",
                        "rtp.timestamp",
                        "-e",
                        "rtp.marker",
                        "-e",
                        "rtp.payload",
                        "-e",
                        "frame.time_relative")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        final String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        final List<Line> lines = new ArrayList<>();
        int first = 0;
        for (final String line : text.lines().toList()) {
            final String[] fields = line.split(";");
            final int timestamp = Integer.parseUnsignedInt(fields[0]);
            first = lines.isEmpty() ? timestamp : first;
            lines.add(new Line(
                    timestamp - first,
                    fields[1].equals("1") || fields[1].equalsIgnoreCase("true"),
                    fields[2].replace(":", ""),
                    new BigDecimal(fields[3]).movePointRight(9).longValueExact()));
        }
        return lines;
    }
}
