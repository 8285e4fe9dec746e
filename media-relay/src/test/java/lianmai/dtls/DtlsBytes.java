package lianmai.dtls;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Hand-made DTLS records and fragments (RFC 6347 §4.1, §4.2.2). */
final class DtlsBytes {
    static final int HANDSHAKE = 22;
    static final int CLIENT_HELLO = 1;
    static final int CERTIFICATE = 11;
    static final int DTLS_1_0 = 0xFEFF;
    static final int DTLS_1_2 = 0xFEFD;
    private static final int RECORD_HEADER = 13;
    private static final int FRAGMENT_HEADER = 12;

    private DtlsBytes() {}

    static byte[] record(
            final int type, final int version, final int epoch, final long sequence, final byte[]... bodies) {
        final byte[] body = join(bodies);
        return ByteBuffer.allocate(RECORD_HEADER + body.length)
                .put((byte) type)
                .putShort((short) version)
                .putLong((long) epoch << 48 | sequence)
                .putShort((short) body.length)
                .put(body)
                .array();
    }

    /** A handshake record of epoch 0. */
    static byte[] handshake(final long sequence, final byte[]... fragments) {
        return record(HANDSHAKE, DTLS_1_2, 0, sequence, fragments);
    }

    static byte[] fragment(final int type, final int length, final int sequence, final int offset, final int bytes) {
        return fragment(type, length, sequence, offset, new byte[bytes]);
    }

    static byte[] fragment(final int type, final int length, final int sequence, final int offset, final byte[] bytes) {
        return ByteBuffer.allocate(FRAGMENT_HEADER + bytes.length)
                .putInt(type << 24 | length)
                .putShort((short) sequence)
                .put(unsigned24(offset))
                .put(unsigned24(bytes.length))
                .put(bytes)
                .array();
    }

    /** The datagram of CVE-2026-59646: 16 fragments of nothing that announce messages of 16 MiB each. */
    static byte[] hugeAnnouncements() {
        return handshake(0, hugeFragments(CLIENT_HELLO, 0));
    }

    static byte[] hugeFragments(final int type, final int firstSequence) {
        final byte[][] fragments = new byte[16][];
        Arrays.setAll(fragments, i -> fragment(type, 0xFFFFFF, firstSequence + i, 0, 0));
        return join(fragments);
    }

    /** Cuts a one-record, one-message datagram into records of one fragment each, at most so many bytes of message. */
    static List<byte[]> split(final byte[] datagram, final int pieces, final long firstRecordSequence) {
        final int header = RECORD_HEADER + FRAGMENT_HEADER;
        final byte[] message = Arrays.copyOfRange(datagram, header, datagram.length);
        final int type = datagram[RECORD_HEADER];
        final int messageSequence = ByteBuffer.wrap(datagram).getShort(RECORD_HEADER + 4);
        final byte[][] records = new byte[pieces][];
        for (int i = 0; i < pieces; i++) {
            final int from = message.length * i / pieces;
            final byte[] part = Arrays.copyOfRange(message, from, message.length * (i + 1) / pieces);
            records[i] =
                    handshake(firstRecordSequence + i, fragment(type, message.length, messageSequence, from, part));
        }
        return List.of(records);
    }

    static byte[] join(final byte[]... parts) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (final byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] unsigned24(final int value) {
        return new byte[] {(byte) (value >> 16), (byte) (value >> 8), (byte) value};
    }
}
