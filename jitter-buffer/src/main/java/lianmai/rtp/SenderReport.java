package lianmai.rtp;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * RTCP sender report (RFC 3550 §6.4.1).
 *
 * <pre>
 *   4  SSRC of sender
 *   8  NTP timestamp, 64 bits
 *  16  RTP timestamp
 *  20  packets sent
 *  24  payload octets sent
 *  28  report blocks, {@link ReportBlock#LENGTH} bytes each
 * </pre>
 *
 * <p>Units: NTP 32.32 seconds, RTP ticks, bytes.
 */
public final class SenderReport {
    /** Without report blocks. */
    public static final int MIN_LENGTH = 28;

    private SenderReport() {}

    public static boolean isValid(final DirectBuffer b, final int offset) {
        return RtcpHeader.packetType(b, offset) == RtcpHeader.SENDER_REPORT
                && RtcpHeader.contentLength(b, offset) >= MIN_LENGTH + ReportBlock.LENGTH * RtcpHeader.count(b, offset);
    }

    public static int senderSsrc(final DirectBuffer b, final int offset) {
        return RtcpHeader.senderSsrc(b, offset);
    }

    /** See {@link NtpTime}. */
    public static long ntpTime(final DirectBuffer b, final int offset) {
        return NetworkOrder.i64(b, offset + 8);
    }

    public static int rtpTimestamp(final DirectBuffer b, final int offset) {
        return NetworkOrder.i32(b, offset + 16);
    }

    /** Unsigned 32 bits. */
    public static long packetCount(final DirectBuffer b, final int offset) {
        return NetworkOrder.u32(b, offset + 20);
    }

    /** Unsigned 32 bits. */
    public static long octetCount(final DirectBuffer b, final int offset) {
        return NetworkOrder.u32(b, offset + 24);
    }

    public static int blockCount(final DirectBuffer b, final int offset) {
        return RtcpHeader.count(b, offset);
    }

    /** Where {@link ReportBlock} number {@code index} stands. */
    public static int blockOffset(final int offset, final int index) {
        return offset + MIN_LENGTH + index * ReportBlock.LENGTH;
    }

    /**
     * Writes everything but the report blocks, which go to {@link #blockOffset}.
     *
     * @param blockCount 0 … 31
     * @return the packet's length, blocks included
     */
    public static int write(
            final MutableDirectBuffer b,
            final int offset,
            final int senderSsrc,
            final long ntpTime,
            final int rtpTimestamp,
            final long packetCount,
            final long octetCount,
            final int blockCount) {
        final int length = MIN_LENGTH + blockCount * ReportBlock.LENGTH;
        RtcpHeader.write(b, offset, blockCount, RtcpHeader.SENDER_REPORT, length);
        NetworkOrder.put32(b, offset + 4, senderSsrc);
        NetworkOrder.put64(b, offset + 8, ntpTime);
        NetworkOrder.put32(b, offset + 16, rtpTimestamp);
        NetworkOrder.put32(b, offset + 20, (int) packetCount);
        NetworkOrder.put32(b, offset + 24, (int) octetCount);
        return length;
    }
}
