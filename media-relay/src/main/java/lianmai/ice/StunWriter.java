package lianmai.ice;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static lianmai.ice.StunMessage.HEADER_LENGTH;
import static lianmai.ice.StunMessage.MAGIC_COOKIE;

import org.agrona.MutableDirectBuffer;

/**
 * Writes STUN messages (RFC 8489 §5): {@link #begin}, then attributes in order, then
 * {@link StunAuthenticator#seal}. Every method answers the message's length so far, which the next one takes.
 *
 * <p>Thread: any. Owns: nothing. Units: bytes.
 */
public final class StunWriter {
    private StunWriter() {}

    /** Starts a message; its length field is kept right by every later step. */
    public static int begin(
            final MutableDirectBuffer out,
            final int o,
            final int type,
            final int transactionHigh,
            final long transactionLow) {
        out.putShort(o, (short) type, BIG_ENDIAN);
        out.putShort(o + 2, (short) 0, BIG_ENDIAN);
        out.putInt(o + 4, MAGIC_COOKIE, BIG_ENDIAN);
        out.putInt(o + 8, transactionHigh, BIG_ENDIAN);
        out.putLong(o + 12, transactionLow, BIG_ENDIAN);
        return HEADER_LENGTH;
    }

    public static int bytes(
            final MutableDirectBuffer out, final int o, final int length, final int type, final byte[] value) {
        final int at = o + length;
        final int end = attribute(out, o, length, type, value.length);
        out.putBytes(at + 4, value);
        for (int i = at + 4 + value.length; i < o + end; i++) {
            out.putByte(i, (byte) 0);
        }
        return end;
    }

    /** An attribute that says all by being there, such as USE-CANDIDATE. */
    public static int flag(final MutableDirectBuffer out, final int o, final int length, final int type) {
        return attribute(out, o, length, type, 0);
    }

    public static int int32(
            final MutableDirectBuffer out, final int o, final int length, final int type, final int value) {
        out.putInt(o + length + 4, value, BIG_ENDIAN);
        return attribute(out, o, length, type, 4);
    }

    public static int int64(
            final MutableDirectBuffer out, final int o, final int length, final int type, final long value) {
        out.putLong(o + length + 4, value, BIG_ENDIAN);
        return attribute(out, o, length, type, 8);
    }

    /** XOR-MAPPED-ADDRESS (RFC 8489 §14.2); an IPv4 address comes mapped into IPv6 and goes out as IPv4. */
    public static int xorMappedAddress(
            final MutableDirectBuffer out,
            final int o,
            final int length,
            final long high,
            final long low,
            final int port) {
        final int at = o + length;
        final boolean isIpv4 = high == 0 && (low & 0xFFFF_FFFF_0000_0000L) == StunMessage.MAPPED_IPV4;
        out.putByte(at + 4, (byte) 0);
        out.putByte(at + 5, (byte) (isIpv4 ? StunMessage.FAMILY_IPV4 : StunMessage.FAMILY_IPV6));
        out.putShort(at + 6, (short) (port ^ MAGIC_COOKIE >>> 16), BIG_ENDIAN);
        if (isIpv4) {
            out.putInt(at + 8, (int) low ^ MAGIC_COOKIE, BIG_ENDIAN);
        } else {
            out.putLong(at + 8, high ^ StunMessage.xorMaskHigh(out, o), BIG_ENDIAN);
            out.putLong(at + 16, low ^ StunMessage.transactionLow(out, o), BIG_ENDIAN);
        }
        return attribute(out, o, length, StunMessage.XOR_MAPPED_ADDRESS, isIpv4 ? 8 : 20);
    }

    /** ERROR-CODE (RFC 8489 §14.8), with no reason phrase: nobody reads it, and it would only make answers larger. */
    public static int errorCode(final MutableDirectBuffer out, final int o, final int length, final int code) {
        out.putInt(o + length + 4, code / 100 << 8 | code % 100, BIG_ENDIAN);
        return attribute(out, o, length, StunMessage.ERROR_CODE, 4);
    }

    /** Writes an attribute's head and the message's new length. */
    static int attribute(
            final MutableDirectBuffer out, final int o, final int length, final int type, final int valueLength) {
        final int at = o + length;
        out.putShort(at, (short) type, BIG_ENDIAN);
        out.putShort(at + 2, (short) valueLength, BIG_ENDIAN);
        final int end = length + 4 + (valueLength + 3 & ~3);
        out.putShort(o + 2, (short) (end - HEADER_LENGTH), BIG_ENDIAN);
        return end;
    }
}
