package lianmai.capture;

import java.util.zip.Checksum;
import lianmai.relay.Codec;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.collections.IntArrayList;

/**
 * Opus in Ogg (RFC 7845 in RFC 3533): the first stream of the file, its header and comment packets left out.
 *
 * <pre>
 *   "OggS" | version 1 | flags 1: continued, first, last | granule position 8 | serial 4 | page number 4 | CRC 4
 *          | segments 1 | length of each segment, 1 byte … | the segments …
 * </pre>
 *
 * A packet is a run of segments up to the first that is shorter than 255 bytes, and may go on on the next page. A
 * page's granule position is that of the last sample that ends on it, at 48 kHz.
 */
final class OggOpusReader {
    private static final String MAGIC = "OggS";
    private static final int PAGE_HEADER = 27;
    private static final int CONTINUED = 1;
    private static final int FIRST = 2;
    private static final int LAST = 4;
    private static final int FULL_SEGMENT = 255;
    /** Header and comments come before the sound (RFC 7845 §3). */
    private static final int HEADER_PACKETS = 2;

    /** 48 frames of 2.5 ms with 1,275 bytes each, and what tells their lengths. */
    private static final int MAX_PACKET_BYTES = 61_440;
    /** 265 days; beyond it is no recording, and keeps time in 64 bits. */
    private static final long MAX_GRANULE = 1L << 40;

    private static final long NO_GRANULE = -1;
    private static final int SAMPLES_PER_MS = 48;
    private static final long NS_PER_MS = 1_000_000;

    private final FileBytes file;
    private final RecordingBuilder builder;
    private final ExpandableArrayBuffer packet = new ExpandableArrayBuffer();
    /** The packets that end on the present page, not yet timed. */
    private final ExpandableArrayBuffer pagePackets = new ExpandableArrayBuffer();

    private final IntArrayList pageEnds = new IntArrayList();
    private int packetLength;
    private boolean inPacket;
    private boolean skipsRest;
    private int packetsSeen;
    private int serial;
    private boolean hasSerial;
    private boolean hasStarted;
    private boolean hasEnded;
    private int nextPage;
    /** Samples before the next packet. */
    private long position;

    private OggOpusReader(final FileBytes file) {
        this.file = file;
        builder = new RecordingBuilder(file, Codec.OPUS);
    }

    static boolean isOne(final FileBytes file) {
        return file.has(0, MAGIC);
    }

    static Recording read(final FileBytes file) throws CaptureException {
        return new OggOpusReader(file).readPages();
    }

    private Recording readPages() throws CaptureException {
        int at = 0;
        while (at < file.length() && !hasEnded) {
            file.need(at, PAGE_HEADER, "a page header");
            if (!file.has(at, MAGIC)) {
                throw file.wrong(at, "no Ogg page begins here");
            }
            if (file.u8(at + 4) != 0) {
                throw file.wrong(at + 4, "Ogg version " + file.u8(at + 4) + "; only 0 is known");
            }
            final int segments = file.u8(at + 26);
            file.need(at, PAGE_HEADER + segments, "a page header");
            int body = 0;
            for (int i = 0; i < segments; i++) {
                body += file.u8(at + PAGE_HEADER + i);
            }
            final int length = PAGE_HEADER + segments + body;
            file.need(at, length, "a page");
            checkCrc(at, length);
            if (isOurs(at)) {
                onPage(at, segments);
            }
            at += length;
        }
        return builder.build();
    }

    /** The first stream is ours; others are passed over, be they multiplexed or chained behind it. */
    private boolean isOurs(final int at) throws CaptureException {
        if (!hasSerial) {
            if ((file.u8(at + 5) & FIRST) == 0) {
                throw file.wrong(at + 5, "the first page does not begin a stream");
            }
            hasSerial = true;
            serial = file.i32(at + 14);
            nextPage = file.i32(at + 18);
        }
        return file.i32(at + 14) == serial;
    }

    private void onPage(final int at, final int segments) throws CaptureException {
        final int flags = file.u8(at + 5);
        final boolean isContinued = (flags & CONTINUED) != 0;
        if (file.i32(at + 18) != nextPage) {
            throw file.wrong(
                    at + 18, "page " + file.i32(at + 18) + " follows, not " + nextPage + ": pages are missing");
        }
        nextPage++;
        if (isContinued != inPacket) {
            throw file.wrong(at + 5, inPacket ? "a packet does not go on here" : "a packet goes on that did not begin");
        }
        pageEnds.clear();
        int segment = at + PAGE_HEADER + segments;
        int pageLength = 0;
        for (int i = 0; i < segments; i++) {
            final int length = file.u8(at + PAGE_HEADER + i);
            append(segment, length);
            segment += length;
            inPacket = length == FULL_SEGMENT;
            if (!inPacket) {
                pageLength = endPacket(segment, pageLength);
            }
        }
        if (packetsSeen > HEADER_PACKETS || !pageEnds.isEmpty()) {
            timePackets(at, file.i64(at + 6), (flags & LAST) != 0);
        }
        hasEnded = (flags & LAST) != 0;
    }

    private void append(final int at, final int length) throws CaptureException {
        if (packetLength + length > MAX_PACKET_BYTES) {
            throw file.wrong(at, "a packet of more than " + MAX_PACKET_BYTES + " bytes");
        }
        // Of the comments only the beginning is looked at.
        skipsRest = packetsSeen == 1 && packetLength >= 8;
        if (!skipsRest) {
            packet.putBytes(packetLength, file.buffer(), at, length);
            packetLength += length;
        }
    }

    /** Answers where the next packet of the page begins in {@link #pagePackets}. */
    private int endPacket(final int end, final int pageLength) throws CaptureException {
        final int length = packetLength;
        packetLength = 0;
        packetsSeen++;
        if (packetsSeen == 1) {
            checkHead(end, length);
            return pageLength;
        }
        if (packetsSeen == HEADER_PACKETS) {
            if (!begins(length, "OpusTags")) {
                throw file.wrong(end - length, "no OpusTags packet");
            }
            return pageLength;
        }
        pagePackets.putBytes(pageLength, packet, 0, length);
        pageEnds.addInt(pageLength + length);
        return pageLength + length;
    }

    private void checkHead(final int end, final int length) throws CaptureException {
        if (!begins(length, "OpusHead") || length < 19) {
            throw file.wrong(end - length, "no OpusHead packet; only Opus in Ogg can be replayed");
        }
        final int version = packet.getByte(8) & 0xFF;
        final int channels = packet.getByte(9) & 0xFF;
        final int family = packet.getByte(18) & 0xFF;
        if (version >>> 4 != 0) {
            throw file.wrong(end - length, "OpusHead version " + version + " is not known");
        }
        if (family != 0 || channels < 1 || channels > 2) {
            throw file.wrong(
                    end - length, channels + " channels in mapping family " + family + "; RTP carries mono or stereo");
        }
    }

    private boolean begins(final int length, final String letters) {
        boolean begins = length >= letters.length();
        for (int i = 0; begins && i < letters.length(); i++) {
            begins = packet.getByte(i) == letters.charAt(i);
        }
        return begins;
    }

    /** A granule position beyond what the packets last shows a hole before them; the last one may cut some off. */
    private void timePackets(final int at, final long granule, final boolean isLast) throws CaptureException {
        if (pageEnds.isEmpty()) {
            return;
        }
        long samples = 0;
        int from = 0;
        for (int i = 0; i < pageEnds.size(); i++) {
            samples += samples(at, from, pageEnds.getInt(i));
            from = pageEnds.getInt(i);
        }
        if (granule == NO_GRANULE) {
            throw file.wrong(at + 6, "packets end on this page, but it has no granule position");
        }
        if (granule < 0 || granule > MAX_GRANULE) {
            throw file.wrong(at + 6, "granule position " + granule + " is no time in a recording");
        }
        final long begin = granule - samples;
        if (begin > position || !hasStarted && !isLast) {
            if (begin < 0) {
                throw file.wrong(
                        at + 6, "granule position " + granule + " is less than the page's " + samples + " samples");
            }
            position = begin;
        } else if (begin < position && !isLast) {
            throw file.wrong(
                    at + 6, "granule position " + granule + " goes back; the packets end at " + (position + samples));
        }
        emit(at);
    }

    private void emit(final int at) throws CaptureException {
        int from = 0;
        for (int i = 0; i < pageEnds.size(); i++) {
            final int end = pageEnds.getInt(i);
            final long timeNs = position * NS_PER_MS / SAMPLES_PER_MS;
            // RFC 7587 §4.2: the marker bit shows the beginning of a talkspurt.
            builder.packet(at, position, timeNs, !hasStarted, pagePackets, from, end - from);
            hasStarted = true;
            position += samples(at, from, end);
            from = end;
        }
    }

    /** How long a packet of {@link #pagePackets} sounds, from its first bytes (RFC 6716 §3.1, §3.2). */
    private int samples(final int at, final int from, final int end) throws CaptureException {
        if (from == end) {
            throw file.wrong(at, "an empty packet ends on this page");
        }
        final int toc = pagePackets.getByte(from) & 0xFF;
        final int config = toc >>> 3;
        final int frame;
        if (config < 12) {
            frame = new int[] {10, 20, 40, 60}[config & 3] * SAMPLES_PER_MS;
        } else if (config < 16) {
            frame = new int[] {10, 20}[config & 1] * SAMPLES_PER_MS;
        } else {
            frame = new int[] {5, 10, 20, 40}[config & 3] * SAMPLES_PER_MS / 2;
        }
        final int frames =
                switch (toc & 3) {
                    case 0 -> 1;
                    case 1, 2 -> 2;
                    default -> end - from > 1 ? pagePackets.getByte(from + 1) & 0x3F : 0;
                };
        final int samples = frame * frames;
        if (samples == 0 || samples > 120 * SAMPLES_PER_MS) {
            throw file.wrong(at, "a packet of " + samples + " samples ends on this page; Opus has at most 120 ms");
        }
        return samples;
    }

    /** RFC 3533 §6: polynomial 0x04c11db7, nothing reflected, the field itself counted as zeros. */
    private void checkCrc(final int at, final int length) throws CaptureException {
        final OggCrc crc = new OggCrc();
        update(crc, at, 22);
        for (int i = 0; i < 4; i++) {
            crc.update(0);
        }
        update(crc, at + 26, length - 26);
        if ((int) crc.getValue() != file.i32(at + 22)) {
            throw file.wrong(at + 22, "the page's checksum does not fit its bytes");
        }
    }

    private void update(final Checksum crc, final int from, final int length) {
        for (int i = from; i < from + length; i++) {
            crc.update(file.buffer().getByte(i));
        }
    }
}
