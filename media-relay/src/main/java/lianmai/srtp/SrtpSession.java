package lianmai.srtp;

import static java.nio.ByteOrder.BIG_ENDIAN;

import lianmai.rtp.SequenceNumbers;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The protocol part of SRTP: shapes, indices, roll-over and replay (RFC 3711 §3.3, §3.4), around a {@link PacketCipher}
 * for each of RTP and RTCP in and out.
 *
 * <p>An inbound index is estimated from the highest authenticated one of its SSRC; the first packet of an SSRC is taken
 * to have roll-over counter 0. An SSRC is kept once a packet of it was authentic. Outbound indices are the caller's and
 * each can be used once. SRTCP indices start at 0.
 *
 * <p>Thread: relay (confined). Owns: keys until {@link #close()}, after which every call throws. Units: bytes.
 */
public final class SrtpSession implements SrtpTransform {
    /** Late or repeated RTP is told from replayed within this many packets: half a second of 20 Mbit/s video. */
    static final int RTP_WINDOW = 1024;

    /** SRTCP comes some times a second, in order but for what the network does. */
    static final int RTCP_WINDOW = 128;

    private static final int RTP_HEADER_LENGTH = 12;
    private static final int RTCP_HEADER_LENGTH = 8;
    private static final long MAX_RTCP_INDEX = 0x7FFF_FFFFL;

    private final SsrcWindows rtpIn = new SsrcWindows(RTP_WINDOW);
    private final SsrcWindows rtcpIn = new SsrcWindows(RTCP_WINDOW);
    private final SsrcWindows rtpOut = new SsrcWindows(RTP_WINDOW);
    private final SsrcWindows rtcpOut = new SsrcWindows(RTCP_WINDOW);
    private final SrtpProfile profile;
    private Ciphers ciphers;

    private SrtpSession(final SrtpProfile profile, final Ciphers ciphers) {
        this.profile = profile;
        this.ciphers = ciphers;
    }

    /** Derives the session keys and has the provider's ciphers made for them. */
    public static SrtpSession of(final SrtpKeys keys, final PacketCipher.Factory factory) {
        final SrtpProfile profile = keys.profile();
        return new SrtpSession(
                profile,
                new Ciphers(
                        inbound(keys, factory, false),
                        inbound(keys, factory, true),
                        outbound(keys, factory, false),
                        outbound(keys, factory, true)));
    }

    private static PacketCipher inbound(final SrtpKeys keys, final PacketCipher.Factory factory, final boolean isRtcp) {
        final SrtpProfile profile = keys.profile();
        return factory.cipher(
                profile, SessionKeys.derive(profile, keys.inboundKey(), keys.inboundSalt(), isRtcp), isRtcp);
    }

    private static PacketCipher outbound(
            final SrtpKeys keys, final PacketCipher.Factory factory, final boolean isRtcp) {
        final SrtpProfile profile = keys.profile();
        return factory.cipher(
                profile, SessionKeys.derive(profile, keys.outboundKey(), keys.outboundSalt(), isRtcp), isRtcp);
    }

    @Override
    public int unprotectRtp(final MutableDirectBuffer buffer, final int offset, final int length) {
        final PacketCipher cipher = ciphers.rtpIn;
        final int headerLength = rtpHeaderLength(buffer, offset, length - profile.overhead(false));
        if (headerLength < 0) {
            return SrtpStatus.MALFORMED;
        }
        final int sequence = buffer.getShort(offset + 2, BIG_ENDIAN) & 0xFFFF;
        final int ssrc = buffer.getInt(offset + 8, BIG_ENDIAN);
        final ReplayWindow known = rtpIn.find(ssrc);
        final long index = known == null ? sequence : SequenceNumbers.extend(known.highest(), sequence);
        if (index >>> 48 != 0) {
            return SrtpStatus.KEY_EXHAUSTED;
        }
        return open(cipher, rtpIn, known, buffer, offset, headerLength, length, ssrc, index);
    }

    @Override
    public int unprotectRtcp(final MutableDirectBuffer buffer, final int offset, final int length) {
        final PacketCipher cipher = ciphers.rtcpIn;
        if (!isRtcp(buffer, offset, length - profile.overhead(true))) {
            return SrtpStatus.MALFORMED;
        }
        final int indexWord = buffer.getInt(offset + profile.rtcpIndexOffset(length), BIG_ENDIAN);
        if ((indexWord & PacketCipher.ENCRYPTED) == 0) {
            // None of the profiles has unencrypted SRTCP (RFC 5764 §4.1.2, RFC 7714 §14.2).
            return SrtpStatus.MALFORMED;
        }
        final int ssrc = buffer.getInt(offset + 4, BIG_ENDIAN);
        final long index = indexWord & MAX_RTCP_INDEX;
        return open(cipher, rtcpIn, rtcpIn.find(ssrc), buffer, offset, RTCP_HEADER_LENGTH, length, ssrc, index);
    }

    @Override
    public int protectRtp(
            final MutableDirectBuffer dst,
            final int dstOffset,
            final int headerLength,
            final DirectBuffer src,
            final int srcOffset,
            final int payloadLength,
            final long extendedSequence) {
        final PacketCipher cipher = ciphers.rtpOut;
        if (payloadLength < 0
                || dst.capacity() - dstOffset < headerLength + payloadLength + profile.overhead(false)
                || rtpHeaderLength(dst, dstOffset, headerLength) != headerLength
                || dst.getShort(dstOffset + 2, BIG_ENDIAN) != (short) extendedSequence) {
            return SrtpStatus.MALFORMED;
        }
        if (extendedSequence >>> 48 != 0) {
            return SrtpStatus.KEY_EXHAUSTED;
        }
        final int ssrc = dst.getInt(dstOffset + 8, BIG_ENDIAN);
        final int status = use(rtpOut, ssrc, extendedSequence);
        if (status < 0) {
            return status;
        }
        return cipher.seal(dst, dstOffset, headerLength, src, srcOffset, payloadLength, ssrc, extendedSequence);
    }

    @Override
    public int protectRtcp(final MutableDirectBuffer buffer, final int offset, final int length) {
        final PacketCipher cipher = ciphers.rtcpOut;
        if (!isRtcp(buffer, offset, length) || buffer.capacity() - offset < length + profile.overhead(true)) {
            return SrtpStatus.MALFORMED;
        }
        final int ssrc = buffer.getInt(offset + 4, BIG_ENDIAN);
        final ReplayWindow known = rtcpOut.find(ssrc);
        final long index = known == null ? 0 : known.highest() + 1;
        if (index > MAX_RTCP_INDEX) {
            return SrtpStatus.KEY_EXHAUSTED;
        }
        final int status = use(rtcpOut, ssrc, index);
        if (status < 0) {
            return status;
        }
        return cipher.seal(
                buffer,
                offset,
                RTCP_HEADER_LENGTH,
                buffer,
                offset + RTCP_HEADER_LENGTH,
                length - RTCP_HEADER_LENGTH,
                ssrc,
                index);
    }

    @Override
    public void close() {
        if (ciphers != null) {
            ciphers.rtpIn.erase();
            ciphers.rtcpIn.erase();
            ciphers.rtpOut.erase();
            ciphers.rtcpOut.erase();
            ciphers = null;
        }
    }

    private int open(
            final PacketCipher cipher,
            final SsrcWindows windows,
            final ReplayWindow known,
            final MutableDirectBuffer buffer,
            final int offset,
            final int headerLength,
            final int length,
            final int ssrc,
            final long index) {
        if (known == null && windows.isFull()) {
            return SrtpStatus.TOO_MANY_SSRCS;
        }
        final int status = known == null ? ReplayWindow.FRESH : known.check(index);
        if (status != ReplayWindow.FRESH) {
            return status;
        }
        final int opened = cipher.open(buffer, offset, headerLength, length, ssrc, index);
        if (opened < 0) {
            return opened;
        }
        (known == null ? windows.add(ssrc) : known).commit(index);
        return opened;
    }

    /** Takes an outbound index, which is then used whatever happens (design law 6). */
    private static int use(final SsrcWindows windows, final int ssrc, final long index) {
        final ReplayWindow known = windows.find(ssrc);
        if (known == null && windows.isFull()) {
            return SrtpStatus.TOO_MANY_SSRCS;
        }
        final ReplayWindow window = known == null ? windows.add(ssrc) : known;
        final int status = window.check(index);
        if (status == ReplayWindow.FRESH) {
            window.commit(index);
        }
        return status;
    }

    private static boolean isRtcp(final DirectBuffer b, final int offset, final int length) {
        return length >= RTCP_HEADER_LENGTH && (b.getByte(offset) & 0xC0) == 0x80;
    }

    /** Length of an RTP header with CSRCs and extension (RFC 3550 §5.1), or −1 when it does not fit. */
    private static int rtpHeaderLength(final DirectBuffer b, final int offset, final int length) {
        if (length < RTP_HEADER_LENGTH || (b.getByte(offset) & 0xC0) != 0x80) {
            return -1;
        }
        int headerLength = RTP_HEADER_LENGTH + 4 * (b.getByte(offset) & 0xF);
        if ((b.getByte(offset) & 0x10) != 0) {
            if (length < headerLength + 4) {
                return -1;
            }
            headerLength += 4 + 4 * (b.getShort(offset + headerLength + 2, BIG_ENDIAN) & 0xFFFF);
        }
        return headerLength <= length ? headerLength : -1;
    }

    /** One packet cipher for each kind and direction. */
    private record Ciphers(PacketCipher rtpIn, PacketCipher rtcpIn, PacketCipher rtpOut, PacketCipher rtcpOut) {}
}
