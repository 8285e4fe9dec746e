package lianmai.capture;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Tiny writers of capture files, on their own: they share nothing with the readers. */
final class CaptureWriter {
    static final int PORT = 5_004;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteOrder order;

    private CaptureWriter(final ByteOrder order) {
        this.order = order;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    // --- pcap

    static CaptureWriter pcap(final ByteOrder order, final boolean nanoseconds, final int linkType) {
        final CaptureWriter writer = new CaptureWriter(order);
        writer.ints(nanoseconds ? 0xA1B23C4D : 0xA1B2C3D4).shorts(2, 4).ints(0, 0, 65_535, linkType);
        return writer;
    }

    CaptureWriter pcapPacket(final int seconds, final int fraction, final byte[] frame) {
        return ints(seconds, fraction, frame.length, frame.length).raw(frame);
    }

    // --- pcapng

    static CaptureWriter pcapng(final ByteOrder order, final int linkType, final int timeResolution) {
        final CaptureWriter writer = new CaptureWriter(order);
        writer.block(0x0A0D0D0A, writer.body().ints(0x1A2B3C4D).shorts(1, 0).ints(-1, -1));
        writer.block(
                1,
                writer.body()
                        .shorts(linkType, 0)
                        .ints(65_535)
                        .shorts(9, 1)
                        .raw(new byte[] {(byte) timeResolution, 0, 0, 0})
                        .shorts(0, 0));
        writer.block(5, writer.body().ints(0, 1, 2)); // statistics: to be passed over
        return writer;
    }

    CaptureWriter pcapngPacket(final long time, final byte[] frame) {
        return block(
                6,
                body().ints(0, (int) (time >>> 32), (int) time, frame.length, frame.length)
                        .raw(frame)
                        .raw(new byte[-frame.length & 3]));
    }

    CaptureWriter block(final int type, final CaptureWriter body) {
        final int length = 12 + body.out.size();
        return ints(type, length).raw(body.bytes()).ints(length);
    }

    CaptureWriter body() {
        return new CaptureWriter(order);
    }

    // --- IVF

    static CaptureWriter ivf(final String codec, final int rate, final int scale) {
        return new CaptureWriter(ByteOrder.LITTLE_ENDIAN)
                .raw("DKIF".getBytes(StandardCharsets.US_ASCII))
                .shorts(0, 32)
                .raw(codec.getBytes(StandardCharsets.US_ASCII))
                .shorts(640, 480)
                .ints(rate, scale, 0, 0);
    }

    CaptureWriter ivfFrame(final long time, final byte[] frame) {
        return ints(frame.length, (int) time, (int) (time >>> 32)).raw(frame);
    }

    /** The beginning of a VP8 frame, then filler. */
    static byte[] vp8Frame(final boolean key, final int length, final int filler) {
        final byte[] frame = new byte[length];
        Arrays.fill(frame, (byte) filler);
        frame[0] = (byte) (key ? 0x10 : 0x11);
        if (key) {
            frame[3] = (byte) 0x9d;
            frame[4] = 1;
            frame[5] = 0x2a;
        }
        return frame;
    }

    // --- Ogg

    static CaptureWriter ogg() {
        return new CaptureWriter(ByteOrder.LITTLE_ENDIAN);
    }

    /** A page of whole packets. */
    CaptureWriter oggPage(
            final int flags, final long granule, final int serial, final int page, final byte[]... packets) {
        final ByteArrayOutputStream lacing = new ByteArrayOutputStream();
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (final byte[] packet : packets) {
            for (int left = packet.length; ; left -= 255) {
                lacing.write(Math.min(left, 255));
                if (left < 255) {
                    break;
                }
            }
            body.writeBytes(packet);
        }
        return oggRawPage(flags, granule, serial, page, lacing.toByteArray(), body.toByteArray());
    }

    /** A page of any segments. */
    CaptureWriter oggRawPage(
            final int flags,
            final long granule,
            final int serial,
            final int page,
            final byte[] lacing,
            final byte[] body) {
        final CaptureWriter writer = new CaptureWriter(ByteOrder.LITTLE_ENDIAN);
        writer.raw("OggS".getBytes(StandardCharsets.US_ASCII)).raw(new byte[] {0, (byte) flags});
        writer.ints((int) granule, (int) (granule >>> 32), serial, page, 0);
        writer.raw(new byte[] {(byte) lacing.length}).raw(lacing).raw(body);
        final byte[] bytes = writer.bytes();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(22, oggCrc(bytes, 0, bytes.length));
        return raw(bytes);
    }

    static byte[] opusHead(final int channels, final int family) {
        return new CaptureWriter(ByteOrder.LITTLE_ENDIAN)
                .raw("OpusHead".getBytes(StandardCharsets.US_ASCII))
                .raw(new byte[] {1, (byte) channels})
                .shorts(312)
                .ints(48_000)
                .shorts(0)
                .raw(new byte[] {(byte) family})
                .bytes();
    }

    static byte[] opusTags(final int commentBytes) {
        return new CaptureWriter(ByteOrder.LITTLE_ENDIAN)
                .raw("OpusTags".getBytes(StandardCharsets.US_ASCII))
                .ints(0, 1, commentBytes)
                .raw(new byte[commentBytes])
                .bytes();
    }

    /** Bit by bit, as RFC 3533 describes it. */
    static int oggCrc(final byte[] bytes, final int from, final int length) {
        int crc = 0;
        for (int i = 0; i < length; i++) {
            final boolean isField = i >= 22 && i < 26;
            crc ^= (isField ? 0 : bytes[from + i] & 0xFF) << 24;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc < 0 ? crc << 1 ^ 0x04c11db7 : crc << 1;
            }
        }
        return crc;
    }

    // --- packets

    static byte[] rtp(
            final int payloadType,
            final int sequence,
            final int timestamp,
            final int ssrc,
            final boolean marker,
            final byte[] payload) {
        return ByteBuffer.allocate(12 + payload.length)
                .put((byte) 0x80)
                .put((byte) (payloadType | (marker ? 0x80 : 0)))
                .putShort((short) sequence)
                .putInt(timestamp)
                .putInt(ssrc)
                .put(payload)
                .array();
    }

    static byte[] udp4(final byte[] payload) {
        return ByteBuffer.allocate(28 + payload.length)
                .put((byte) 0x45)
                .put((byte) 0)
                .putShort((short) (28 + payload.length))
                .putInt(0)
                .put((byte) 64)
                .put((byte) 17)
                .putShort((short) 0)
                .putInt(0x7F000001)
                .putInt(0x7F000001)
                .put(udpHeader(payload))
                .put(payload)
                .array();
    }

    /** With a hop-by-hop header in front of UDP. */
    static byte[] udp6(final byte[] payload) {
        return ByteBuffer.allocate(56 + payload.length)
                .putInt(0x60000000)
                .putShort((short) (16 + payload.length))
                .put((byte) 0)
                .put((byte) 64)
                .put(new byte[15])
                .put((byte) 1)
                .put(new byte[15])
                .put((byte) 1)
                .put(new byte[] {17, 0, 1, 4, 0, 0, 0, 0})
                .put(udpHeader(payload))
                .put(payload)
                .array();
    }

    private static byte[] udpHeader(final byte[] payload) {
        return ByteBuffer.allocate(8)
                .putShort((short) 40_000)
                .putShort((short) PORT)
                .putShort((short) (8 + payload.length))
                .putShort((short) 0)
                .array();
    }

    /** What precedes an IP packet on links of this type. */
    static byte[] framed(final int linkType, final byte[] ip) {
        final boolean isIpv4 = ip[0] >>> 4 == 4;
        final short etherType = (short) (isIpv4 ? 0x0800 : 0x86DD);
        final ByteBuffer link = ByteBuffer.allocate(24);
        switch (linkType) {
            case 0 -> link.order(ByteOrder.LITTLE_ENDIAN).putInt(isIpv4 ? 2 : 30);
            case 108 -> link.putInt(isIpv4 ? 2 : 30);
            case 1 ->
                link.put(new byte[12])
                        .putShort((short) 0x8100)
                        .putShort((short) 5)
                        .putShort(etherType);
            case 113 ->
                link.putShort((short) 0)
                        .putShort((short) 772)
                        .putShort((short) 6)
                        .putLong(0)
                        .putShort(etherType);
            case 276 ->
                link.putShort(etherType)
                        .putShort((short) 0)
                        .putInt(1)
                        .putShort((short) 772)
                        .put((byte) 0)
                        .put((byte) 6)
                        .putLong(0);
            default -> {
                // raw IP
            }
        }
        return ByteBuffer.allocate(link.position() + ip.length)
                .put(link.array(), 0, link.position())
                .put(ip)
                .array();
    }

    private CaptureWriter raw(final byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    private CaptureWriter ints(final int... values) {
        for (final int value : values) {
            out.writeBytes(ByteBuffer.allocate(4).order(order).putInt(value).array());
        }
        return this;
    }

    private CaptureWriter shorts(final int... values) {
        for (final int value : values) {
            out.writeBytes(
                    ByteBuffer.allocate(2).order(order).putShort((short) value).array());
        }
        return this;
    }
}
