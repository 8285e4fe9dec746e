package lianmai.rtp;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** RTCP receiver report (RFC 3550 §6.4.2): the SSRC of its sender, then up to 31 {@link ReportBlock}s. Units: bytes. */
public final class ReceiverReport {
    /** Without report blocks. */
    public static final int MIN_LENGTH = 8;

    private ReceiverReport() {}

    public static boolean isValid(final DirectBuffer b, final int offset) {
        return RtcpHeader.packetType(b, offset) == RtcpHeader.RECEIVER_REPORT
                && RtcpHeader.contentLength(b, offset) >= MIN_LENGTH + ReportBlock.LENGTH * RtcpHeader.count(b, offset);
    }

    public static int senderSsrc(final DirectBuffer b, final int offset) {
        return RtcpHeader.senderSsrc(b, offset);
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
    public static int write(final MutableDirectBuffer b, final int offset, final int senderSsrc, final int blockCount) {
        final int length = MIN_LENGTH + blockCount * ReportBlock.LENGTH;
        RtcpHeader.write(b, offset, blockCount, RtcpHeader.RECEIVER_REPORT, length);
        NetworkOrder.put32(b, offset + 4, senderSsrc);
        return length;
    }
}
