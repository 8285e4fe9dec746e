package lianmai.capture;

import java.nio.ByteOrder;

/**
 * The classic capture file (draft-ietf-opsawg-pcap), in either byte order, with microseconds or nanoseconds.
 *
 * <pre>
 *   magic 4 | version 2 + 2 | reserved 8 | snapshot length 4 | link type 4 (the upper 4 bits are flags)
 *   seconds 4 | fraction 4 | captured length 4 | original length 4 | the frame …
 * </pre>
 */
final class PcapReader {
    private static final int MICROSECONDS = 0xA1B2C3D4;
    private static final int NANOSECONDS = 0xA1B23C4D;
    private static final int FILE_HEADER = 24;
    private static final int PACKET_HEADER = 16;
    private static final int LINK_TYPE_MASK = 0x0FFF_FFFF;
    private static final long NS_PER_SECOND = 1_000_000_000;

    private PcapReader() {}

    static boolean isOne(final FileBytes file) throws CaptureException {
        return file.length() >= 4
                && (isMagic(file.in(ByteOrder.LITTLE_ENDIAN)) || isMagic(file.in(ByteOrder.BIG_ENDIAN)));
    }

    static void read(final FileBytes unordered, final DatagramFinder.Sink sink) throws CaptureException {
        final FileBytes little = unordered.in(ByteOrder.LITTLE_ENDIAN);
        final FileBytes file = isMagic(little) ? little : unordered.in(ByteOrder.BIG_ENDIAN);
        file.need(0, FILE_HEADER, "the file header");
        final int nsPerFraction = file.i32(0) == NANOSECONDS ? 1 : 1_000;
        final int linkType = file.i32(20) & LINK_TYPE_MASK;
        DatagramFinder.checkLinkType(file, 20, linkType);
        final DatagramFinder finder = new DatagramFinder(file, sink);
        int at = FILE_HEADER;
        while (at < file.length()) {
            file.need(at, PACKET_HEADER, "a packet header");
            final long timeNs = file.u32(at) * NS_PER_SECOND + file.u32(at + 4) * nsPerFraction;
            final long captured = file.u32(at + 8);
            file.need(at, PACKET_HEADER + captured, "a packet");
            finder.onFrame(linkType, at + PACKET_HEADER, (int) captured, timeNs);
            at += PACKET_HEADER + (int) captured;
        }
    }

    private static boolean isMagic(final FileBytes file) throws CaptureException {
        final int magic = file.i32(0);
        return magic == MICROSECONDS || magic == NANOSECONDS;
    }
}
