package lianmai.rtp;

import org.agrona.MutableDirectBuffer;

/** RTCP source description with one chunk and its CNAME (RFC 3550 §6.5). Units: bytes. */
public final class Sdes {
    private static final int CNAME = 1;
    private static final int MAX_TEXT = 255;

    private Sdes() {}

    /**
     * Writes a source description.
     *
     * @param cname 1 … 255 bytes of UTF-8
     * @return the packet's length
     */
    public static int write(final MutableDirectBuffer b, final int offset, final int ssrc, final byte[] cname) {
        if (cname.length < 1 || cname.length > MAX_TEXT) {
            throw new IllegalArgumentException("CNAME out of 1..255 bytes: " + cname.length);
        }
        // The item list ends with at least one zero byte and is padded with zeros to a whole word.
        final int length = 8 + (2 + cname.length + 1 + 3 & ~3);
        RtcpHeader.write(b, offset, 1, RtcpHeader.SDES, length);
        NetworkOrder.put32(b, offset + 4, ssrc);
        NetworkOrder.put8(b, offset + 8, CNAME);
        NetworkOrder.put8(b, offset + 9, cname.length);
        b.putBytes(offset + 10, cname);
        for (int at = offset + 10 + cname.length; at < offset + length; at++) {
            NetworkOrder.put8(b, at, 0);
        }
        return length;
    }
}
