package lianmai.capture;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The newer capture file (draft-ietf-opsawg-pcapng): sections of blocks, each with its type and twice its length.
 *
 * <pre>
 *   type 4 | length 4 | body … | length 4
 *   section header 0x0A0D0D0A: byte order magic 4 | version 2 + 2 | section length 8 | options
 *   interface 1:               link type 2 | reserved 2 | snapshot length 4 | options
 *   enhanced packet 6:         interface 4 | time 4 + 4 | captured length 4 | original length 4 | frame … | options
 *   obsolete packet 2:         interface 2 | drops 2 | time 4 + 4 | the same
 * </pre>
 *
 * Blocks of other types are passed over; simple packets (3) are refused because they have no time.
 */
final class PcapngReader {
    private static final int SECTION_HEADER = 0x0A0D0D0A;
    private static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    private static final int INTERFACE = 1;
    private static final int OBSOLETE_PACKET = 2;
    private static final int SIMPLE_PACKET = 3;
    private static final int ENHANCED_PACKET = 6;
    private static final int MIN_BLOCK = 12;
    private static final int OPTION_TIME_RESOLUTION = 9;
    private static final int MICROSECONDS = 6;
    private static final double NS_PER_SECOND = 1e9;
    /** Interfaces of one section; a capture has a few, a hostile file could have millions. */
    private static final int MAX_INTERFACES = 1_024;

    private record Interface(int linkType, double nsPerUnit) {}

    private final DatagramFinder finder;
    private final FileBytes unordered;
    private final List<Interface> interfaces = new ArrayList<>();
    private FileBytes file;

    private PcapngReader(final FileBytes unordered, final DatagramFinder.Sink sink) {
        this.unordered = unordered;
        file = unordered;
        finder = new DatagramFinder(unordered, sink);
    }

    static boolean isOne(final FileBytes file) throws CaptureException {
        return file.length() >= 4 && file.i32(0) == SECTION_HEADER; // the same in both orders
    }

    static void read(final FileBytes file, final DatagramFinder.Sink sink) throws CaptureException {
        new PcapngReader(file, sink).readBlocks();
    }

    private void readBlocks() throws CaptureException {
        int at = 0;
        while (at < file.length()) {
            file.need(at, MIN_BLOCK, "a block");
            if (file.i32(at) == SECTION_HEADER) {
                beginSection(at);
            }
            final long length = file.u32(at + 4);
            if (length < MIN_BLOCK || length % 4 != 0) {
                throw file.wrong(at + 4, "a block's length of " + length + "; it is a multiple of 4 from 12 on");
            }
            file.need(at, length, "a block");
            final int end = at + (int) length - 4;
            if (file.u32(end) != length) {
                throw file.wrong(end, "a block's length is repeated as " + file.u32(end) + ", not " + length);
            }
            onBlock(file.i32(at), at + 8, end);
            at = end + 4;
        }
    }

    private void beginSection(final int at) throws CaptureException {
        final FileBytes little = unordered.in(ByteOrder.LITTLE_ENDIAN);
        final FileBytes big = unordered.in(ByteOrder.BIG_ENDIAN);
        if (little.i32(at + 8) == BYTE_ORDER_MAGIC) {
            file = little;
        } else if (big.i32(at + 8) == BYTE_ORDER_MAGIC) {
            file = big;
        } else {
            throw unordered.wrong(at + 8, "no byte order magic");
        }
        interfaces.clear();
    }

    private void onBlock(final int type, final int body, final int end) throws CaptureException {
        switch (type) {
            case INTERFACE -> onInterface(body, end);
            case ENHANCED_PACKET -> {
                need(body, 20, end);
                onPacket(file.u32(body), body, end);
            }
            case OBSOLETE_PACKET -> {
                need(body, 20, end);
                onPacket(file.u16(body), body, end);
            }
            case SIMPLE_PACKET ->
                throw file.wrong(body - 8, "a simple packet, which has no time; capture with an ordinary tool");
            default -> {
                // statistics, names, secrets and whatever is invented later
            }
        }
    }

    private void onInterface(final int body, final int end) throws CaptureException {
        need(body, 8, end);
        if (interfaces.size() == MAX_INTERFACES) {
            throw file.wrong(body - 8, "more than " + MAX_INTERFACES + " interfaces");
        }
        double nsPerUnit = nsPerUnit(MICROSECONDS);
        int at = body + 8;
        while (at + 4 <= end) {
            final int option = file.u16(at);
            final int length = file.u16(at + 2);
            need(at + 4, length, end);
            if (option == 0) {
                break;
            }
            if (option == OPTION_TIME_RESOLUTION && length == 1) {
                nsPerUnit = nsPerUnit(file.u8(at + 4));
            }
            at += 4 + (length + 3 & ~3);
        }
        interfaces.add(new Interface(file.u16(body), nsPerUnit));
    }

    /** A negative power of 10, or of 2 when the highest bit is set. */
    private static double nsPerUnit(final int resolution) {
        return NS_PER_SECOND * Math.pow((resolution & 0x80) == 0 ? 10 : 2, -(resolution & 0x7F));
    }

    private void onPacket(final long interfaceId, final int body, final int end) throws CaptureException {
        if (interfaceId >= interfaces.size()) {
            throw file.wrong(body, "a packet of interface " + interfaceId + ", which is not described before it");
        }
        final Interface source = interfaces.get((int) interfaceId);
        DatagramFinder.checkLinkType(file, body, source.linkType);
        final long captured = file.u32(body + 12);
        need(body + 20, captured, end);
        final double units = file.u32(body + 4) * 4_294_967_296.0 + file.u32(body + 8);
        finder.onFrame(source.linkType, body + 20, (int) captured, (long) (units * source.nsPerUnit));
    }

    private void need(final int at, final long length, final int end) throws CaptureException {
        if (length > end - at) {
            throw file.wrong(at, "a field of " + length + " bytes does not fit its block, which ends at " + end);
        }
    }
}
