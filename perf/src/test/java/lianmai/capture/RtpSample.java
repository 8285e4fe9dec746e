package lianmai.capture;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Ten VP8 frames of three packets each, at 25 pictures a second, as a capture of any kind. */
final class RtpSample {
    static final int PAYLOAD_TYPE = 96;
    static final int SSRC = 0x89ABCDEF;
    static final int FRAMES = 10;
    static final int PACKETS_PER_FRAME = 3;
    static final int FRAME_MS = 40;
    static final int FRAME_TICKS = 3_600;
    private static final int FIRST_SEQUENCE = 65_530;
    private static final int FIRST_TIMESTAMP = -20_000;
    private static final int FIRST_PICTURE = 0x7FFC;

    /** @param ms when it was captured */
    record Packet(int ms, byte[] rtp) {}

    final List<Packet> packets = new ArrayList<>();

    RtpSample() {
        for (int frame = 0; frame < FRAMES; frame++) {
            for (int i = 0; i < PACKETS_PER_FRAME; i++) {
                final int number = frame * PACKETS_PER_FRAME + i;
                packets.add(new Packet(
                        frame * FRAME_MS + i,
                        CaptureWriter.rtp(
                                PAYLOAD_TYPE,
                                FIRST_SEQUENCE + number,
                                FIRST_TIMESTAMP + frame * FRAME_TICKS,
                                SSRC,
                                i == PACKETS_PER_FRAME - 1,
                                payload(frame, i))));
            }
        }
    }

    /** The descriptor with picture id and TL0PICIDX, then what looks like the frame. */
    static byte[] payload(final int frame, final int packet) {
        final int picture = FIRST_PICTURE + frame & 0x7FFF;
        return new byte[] {
            (byte) (packet == 0 ? 0x90 : 0x80),
            (byte) 0xC0,
            (byte) (0x80 | picture >>> 8),
            (byte) picture,
            (byte) (250 + frame),
            (byte) (frame == 0 ? 0x10 : 0x11),
            (byte) frame,
            (byte) packet
        };
    }

    /** In another order than it was captured in: neighbours change places. */
    RtpSample swapped(final int first) {
        Collections.swap(packets, first, first + 1);
        return this;
    }

    byte[] pcap(final ByteOrder order, final boolean nanoseconds, final int linkType, final boolean ipv6) {
        final CaptureWriter writer = CaptureWriter.pcap(order, nanoseconds, linkType);
        for (final Packet packet : packets) {
            writer.pcapPacket(
                    1_700_000_000 + packet.ms / 1_000,
                    packet.ms % 1_000 * (nanoseconds ? 1_000_000 : 1_000),
                    frame(linkType, ipv6, packet));
        }
        return writer.bytes();
    }

    byte[] pcap() {
        return pcap(ByteOrder.LITTLE_ENDIAN, false, 1, false);
    }

    /** @param timeResolution 6: microseconds, 9: nanoseconds, 0x80 + 10: 1/1024 s */
    byte[] pcapng(final ByteOrder order, final int linkType, final int timeResolution) {
        final CaptureWriter writer = CaptureWriter.pcapng(order, linkType, timeResolution);
        final double perSecond =
                (timeResolution & 0x80) == 0 ? Math.pow(10, timeResolution) : Math.pow(2, timeResolution & 0x7F);
        for (final Packet packet : packets) {
            writer.pcapngPacket(
                    (long) ((1_700_000_000.0 + packet.ms / 1_000.0) * perSecond), frame(linkType, false, packet));
        }
        return writer.bytes();
    }

    private static byte[] frame(final int linkType, final boolean ipv6, final Packet packet) {
        return CaptureWriter.framed(linkType, ipv6 ? CaptureWriter.udp6(packet.rtp) : CaptureWriter.udp4(packet.rtp));
    }
}
