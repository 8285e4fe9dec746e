package lianmai.srtp;

import java.nio.ByteBuffer;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;

/** Keys and packets for the SRTP tests, from a seed. */
public final class TestPackets {
    private TestPackets() {}

    public static byte[] random(final Random random, final int length) {
        final byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Both directions under different keys. */
    public static SrtpKeys keys(final SrtpProfile profile, final Random random) {
        return new SrtpKeys(
                profile,
                random(random, profile.keyBytes()),
                random(random, profile.saltBytes()),
                random(random, profile.keyBytes()),
                random(random, profile.saltBytes()));
    }

    /** The same session seen from the other side. */
    public static SrtpKeys peerOf(final SrtpKeys keys) {
        return new SrtpKeys(
                keys.profile(), keys.outboundKey(), keys.outboundSalt(), keys.inboundKey(), keys.inboundSalt());
    }

    public static byte[] rtp(final int ssrc, final long index, final int payloadLength) {
        final byte[] packet = new byte[12 + payloadLength];
        ByteBuffer.wrap(packet)
                .putInt(0x8060_0000 | (int) index & 0xFFFF)
                .putInt(1234)
                .putInt(ssrc);
        for (int i = 12; i < packet.length; i++) {
            packet[i] = (byte) (i ^ index);
        }
        return packet;
    }

    /** A packet with random CSRCs and header extension. */
    public static byte[] anyRtp(final Random random, final int ssrc, final long index, final int payloadLength) {
        final int csrcs = random.nextInt(16);
        final int words = random.nextInt(4) - 1;
        final int headerLength = 12 + 4 * csrcs + (words < 0 ? 0 : 4 + 4 * words);
        final byte[] packet = random(random, headerLength + payloadLength);
        packet[0] = (byte) (0x80 | (words < 0 ? 0 : 0x10) | csrcs);
        final ByteBuffer view = ByteBuffer.wrap(packet);
        view.putShort(2, (short) index).putInt(8, ssrc);
        if (words >= 0) {
            view.putShort(12 + 4 * csrcs, (short) 0xBEDE).putShort(14 + 4 * csrcs, (short) words);
        }
        return packet;
    }

    public static int headerLength(final byte[] packet) {
        final int fixed = 12 + 4 * (packet[0] & 15);
        return (packet[0] & 16) == 0
                ? fixed
                : fixed + 4 + 4 * (ByteBuffer.wrap(packet).getShort(fixed + 2) & 0xFFFF);
    }

    public static byte[] rtcp(final int ssrc, final int length) {
        final byte[] packet = new byte[length];
        ByteBuffer.wrap(packet).putInt(0x80C9_0000 | length / 4 - 1).putInt(ssrc);
        for (int i = 8; i < length; i++) {
            packet[i] = (byte) (7 * i);
        }
        return packet;
    }

    /** Protects in place and answers the protected packet; fails on a refusal. */
    static byte[] protectRtp(final SrtpTransform transform, final byte[] packet, final long index) {
        final UnsafeBuffer buffer = buffer(packet);
        final int header = headerLength(packet);
        return taken(buffer, transform.protectRtp(buffer, 0, header, buffer, header, packet.length - header, index));
    }

    static byte[] protectRtcp(final SrtpTransform transform, final byte[] packet) {
        final UnsafeBuffer buffer = buffer(packet);
        return taken(buffer, transform.protectRtcp(buffer, 0, packet.length));
    }

    /** A buffer that starts with the packet and has room for index and tag. */
    static UnsafeBuffer buffer(final byte[] packet) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[packet.length + 32]);
        buffer.putBytes(0, packet);
        return buffer;
    }

    static byte[] taken(final UnsafeBuffer buffer, final int length) {
        if (length < 0) {
            throw new AssertionError("refused with status " + length);
        }
        final byte[] bytes = new byte[length];
        buffer.getBytes(0, bytes);
        return bytes;
    }
}
