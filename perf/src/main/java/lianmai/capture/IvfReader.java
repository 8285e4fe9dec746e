package lianmai.capture;

import java.nio.charset.StandardCharsets;
import lianmai.relay.Codec;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * IVF, the container of libvpx and ffmpeg, with VP8 inside; frames are packed for RTP as libwebrtc does (RFC 7741):
 * packets of about equal size, a 15-bit picture id in each.
 *
 * <pre>
 *   "DKIF" | version 2 | header length 2 | codec 4 | width 2 | height 2 | rate 4 | scale 4 | frames 4 | unused 4
 *   frame length 4 | presentation time 8, in scale ÷ rate seconds | the frame …
 * </pre>
 *
 * Everything is little-endian.
 */
final class IvfReader {
    /** With descriptor, RTP header, our extensions and an SRTP tag below libwebrtc's 1,200 bytes. */
    static final int MAX_FRAGMENT_BYTES = 1_130;

    static final int DESCRIPTOR_BYTES = 4;
    /** Far above any key frame of a video call, far below what would hurt. */
    static final int MAX_FRAME_BYTES = 1 << 20;

    private static final String MAGIC = "DKIF";
    private static final int MIN_HEADER = 32;
    private static final int FRAME_HEADER = 12;
    private static final double NS_PER_SECOND = 1e9;
    private static final int MAX_SECONDS = 24 * 3_600;

    private final FileBytes file;
    private final RecordingBuilder builder;
    private final UnsafeBuffer payload = new UnsafeBuffer(new byte[DESCRIPTOR_BYTES + MAX_FRAGMENT_BYTES]);
    private int pictures;
    private long lastTicks = -1;

    private IvfReader(final FileBytes file) {
        this.file = file;
        builder = new RecordingBuilder(file, Codec.VP8);
    }

    static boolean isOne(final FileBytes file) {
        return file.has(0, MAGIC);
    }

    static Recording read(final FileBytes file) throws CaptureException {
        return new IvfReader(file).readFrames();
    }

    private Recording readFrames() throws CaptureException {
        file.need(0, MIN_HEADER, "the file header");
        final int header = file.u16(6);
        if (header < MIN_HEADER) {
            throw file.wrong(6, "a header length of " + header + "; it is 32");
        }
        checkCodec();
        final long rate = file.u32(16);
        final long scale = file.u32(20);
        if (rate == 0 || scale == 0) {
            throw file.wrong(16, "a time base of " + scale + "/" + rate);
        }
        double before = 0;
        int at = header;
        while (at < file.length()) {
            file.need(at, FRAME_HEADER, "a frame header");
            final long length = file.u32(at);
            if (length > MAX_FRAME_BYTES) {
                throw file.wrong(at, "a frame of " + length + " bytes; at most " + MAX_FRAME_BYTES + " are allowed");
            }
            file.need(at, FRAME_HEADER + length, "a frame");
            final double seconds = (double) file.i64(at + 4) * scale / rate;
            if (!(seconds >= before && seconds < MAX_SECONDS)) {
                throw file.wrong(at + 4, "a time of " + seconds + " s; times never fall, and go from 0 to a day");
            }
            if (length > 0) { // an encoder that leaves a frame out writes an empty one
                onFrame(at + FRAME_HEADER, (int) length, seconds);
                before = seconds;
            }
            at += FRAME_HEADER + (int) length;
        }
        return builder.build();
    }

    private void checkCodec() throws CaptureException {
        if (!file.has(8, "VP80")) {
            final byte[] letters = new byte[4];
            file.buffer().getBytes(8, letters);
            final String codec = new String(letters, StandardCharsets.ISO_8859_1).replaceAll("[^!-~]", "?");
            throw file.wrong(
                    8,
                    "the codec is " + codec + "; of IVF files only those with VP80 can be replayed (convert with"
                            + " ffmpeg -c:v libvpx)");
        }
    }

    /** A frame begins with a tag of 3 bytes; that of a key frame is followed by a start code (RFC 6386 §9.1). */
    private void onFrame(final int at, final int length, final double seconds) throws CaptureException {
        final boolean isKeyFrame = (file.u8(at) & 1) == 0;
        if (length < 3 || isKeyFrame && (length < 10 || !file.has(at + 3, "\u009d\u0001*"))) {
            throw file.wrong(at, "no VP8 frame");
        }
        final int count = (length + MAX_FRAGMENT_BYTES - 1) / MAX_FRAGMENT_BYTES;
        // A frame that is not shown may have the time of the next one; in RTP each has its own.
        lastTicks = Math.max(lastTicks + 1, Math.round(seconds * Codec.VP8.clockRate()));
        final long dueNs = Math.round(seconds * NS_PER_SECOND);
        for (int i = 0; i < count; i++) {
            final int from = (int) ((long) length * i / count);
            final int to = (int) ((long) length * (i + 1) / count);
            payload.putByte(0, (byte) (i == 0 ? 0x90 : 0x80)); // X, and S at the frame's beginning
            payload.putByte(1, (byte) 0x80); // I
            payload.putByte(2, (byte) (0x80 | pictures >>> 8 & 0x7F)); // M, 15 bits
            payload.putByte(3, (byte) pictures);
            payload.putBytes(DESCRIPTOR_BYTES, file.buffer(), at + from, to - from);
            builder.packet(at, lastTicks, dueNs, i == count - 1, payload, 0, DESCRIPTOR_BYTES + to - from);
        }
        pictures++;
    }
}
