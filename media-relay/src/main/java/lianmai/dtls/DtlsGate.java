package lianmai.dtls;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;

/**
 * Looks at every datagram before the DTLS engine does, and lets through only what a real peer's handshake can contain.
 * The engine allocates what an unauthenticated fragment header claims (CVE-2026-59646: 205 bytes make it take 256 MiB)
 * and reassembles in quadratic time; behind this gate one peer costs it 32 KiB and 64 fragments at most.
 *
 * <pre>
 * record (RFC 6347 §4.1)                          handshake fragment (RFC 6347 §4.2.2)
 *  0  1      3      5               11     13      0     1       4          6          9        12
 * +--+------+------+---------------+------+----   +-----+-------+----------+----------+---------+----
 * |ty|version|epoch| sequence (48) |length| ...   |type |length |message_seq|fragment |fragment | ...
 * +--+------+------+---------------+------+----   |     | (24)  |    (16)  |offset(24)|length(24)
 * </pre>
 *
 * <p>A retransmitted fragment, equal in message, offset and length to one seen before, costs only its share of the
 * rate: limits that a lossy link could exhaust would cut off those who need the handshake's patience most. Records of
 * epoch 1 and later are encrypted; {@link DtlsCrypto} looks at them after decryption.
 *
 * <p>A datagram is refused whole. The gate forgets nothing during the association's life and allocates nothing after
 * construction.
 *
 * <p>Thread: confined to the caller (relay). Owns: its tables. Units: bytes, ns.
 */
public final class DtlsGate {
    /** Hand it to the engine. */
    public static final int PASS = 0;
    /** Longer than any datagram a peer can get to us in one piece. */
    public static final int DATAGRAM_TOO_LONG = -1;
    /** Fewer bytes left than a record header, or than the header announces. */
    public static final int RECORD_TRUNCATED = -2;
    /** Not one of change_cipher_spec, alert, handshake, application_data. */
    public static final int CONTENT_TYPE = -3;
    /** Neither DTLS 1.0 (a first ClientHello may say so) nor DTLS 1.2. */
    public static final int VERSION = -4;
    /** A record of no bytes or of more than 2^14. */
    public static final int RECORD_LENGTH = -5;
    /** Fewer bytes left in the record than a fragment header, or than the header announces. */
    public static final int FRAGMENT_TRUNCATED = -6;
    /** A message number that no DTLS 1.2 handshake reaches. */
    public static final int MESSAGE_SEQUENCE = -7;
    /** A message longer than its type may be. */
    public static final int MESSAGE_TOO_LONG = -8;
    /** A fragment that ends behind its message. */
    public static final int FRAGMENT_OUTSIDE = -9;
    /** A fragment that contradicts an earlier one about its message's type or length. */
    public static final int MESSAGE_CHANGED = -10;
    /** More different fragments than a handshake has. */
    public static final int TOO_MANY_FRAGMENTS = -11;
    /** More bytes, announced or sent, than a handshake has. */
    public static final int TOO_MANY_BYTES = -12;
    /** More records a second than a handshake with retransmissions has. */
    public static final int TOO_FAST = -13;

    /** Number of statuses, {@link #PASS} included: counters are tables of this size, indexed by {@code -status}. */
    public static final int STATUSES = 14;

    /** Longest datagram: one packet slot. */
    public static final int MAX_DATAGRAM_BYTES = 2048;
    /** Longest record and longest handshake message: what one record could carry (RFC 5246 §6.2.1). */
    public static final int MAX_MESSAGE_BYTES = 1 << 14;
    /** A self-signed RSA-4096 certificate has 1.4 KiB; a chain of a few still fits. */
    public static final int MAX_CERTIFICATE_BYTES = 8192;
    /** A full handshake with client certificate uses message numbers 0 … 5 in each direction. */
    public static final int MAX_MESSAGES = 16;
    /** A ClientHello of 1.5 KiB and a certificate flight of 3 KiB in pieces as small as 100 bytes still fit. */
    public static final int MAX_FRAGMENTS = 64;
    /** Ten times what browsers send. */
    public static final int MAX_HANDSHAKE_BYTES = 32 * 1024;
    /** 20 records a second: above any real peer's retransmissions once its timer has doubled twice. */
    public static final long RECORD_INTERVAL_NS = 50_000_000;
    /** Browsers resend after 50, 100, 200, … ms: eight flights of up to eight records may come almost at once. */
    public static final int RECORD_BURST = 64;

    private static final int RECORD_HEADER_BYTES = 13;
    private static final int FRAGMENT_HEADER_BYTES = 12;
    private static final int TYPE_CHANGE_CIPHER_SPEC = 20;
    private static final int TYPE_HANDSHAKE = 22;
    private static final int TYPE_APPLICATION_DATA = 23;
    private static final int MESSAGE_CERTIFICATE = 11;
    private static final int DTLS_1_0 = 0xFEFF;
    private static final int DTLS_1_2 = 0xFEFD;

    private static final String[] REASONS = {
        "pass",
        "datagram too long",
        "record truncated",
        "unknown content type",
        "unknown version",
        "bad record length",
        "fragment truncated",
        "message_seq too high",
        "message too long",
        "fragment outside its message",
        "fragments contradict each other",
        "too many fragments",
        "too many handshake bytes",
        "too many records a second",
    };

    /** Per message number: {@code 1 << 32 | type << 24 | length}, or 0 before its first fragment. */
    private final long[] messages = new long[MAX_MESSAGES];
    /** The different fragments seen: {@code message_seq << 48 | offset << 24 | length}. */
    private final long[] fragments = new long[MAX_FRAGMENTS];

    private int fragmentCount;
    private int announcedBytes;
    private int fragmentBytes;
    private boolean started;
    private long paidUntilNs;

    /** The status in words, for logs and counter labels. */
    public static String reason(final int status) {
        return REASONS[-status];
    }

    /** Judges one datagram: {@link #PASS}, or the (negative) reason for refusing it whole. */
    public int check(final DirectBuffer buffer, final int offset, final int length, final long nowNs) {
        if (length > MAX_DATAGRAM_BYTES) {
            return DATAGRAM_TOO_LONG;
        }
        final int end = offset + length;
        int at = offset;
        do {
            final int status = checkRecord(buffer, at, end, nowNs);
            if (status != PASS) {
                return status;
            }
            at += RECORD_HEADER_BYTES + unsigned16(buffer, at + 11);
        } while (at < end);
        return PASS;
    }

    private int checkRecord(final DirectBuffer buffer, final int at, final int end, final long nowNs) {
        if (end - at < RECORD_HEADER_BYTES) {
            return RECORD_TRUNCATED;
        }
        final int type = buffer.getByte(at) & 0xFF;
        if (type < TYPE_CHANGE_CIPHER_SPEC || type > TYPE_APPLICATION_DATA) {
            return CONTENT_TYPE;
        }
        final int version = unsigned16(buffer, at + 1);
        if (version != DTLS_1_2 && version != DTLS_1_0) {
            return VERSION;
        }
        final int length = unsigned16(buffer, at + 11);
        if (length == 0 || length > MAX_MESSAGE_BYTES) {
            return RECORD_LENGTH;
        }
        final int body = at + RECORD_HEADER_BYTES;
        if (length > end - body) {
            return RECORD_TRUNCATED;
        }
        if (!pay(nowNs)) {
            return TOO_FAST;
        }
        final int epoch = unsigned16(buffer, at + 3);
        return type == TYPE_HANDSHAKE && epoch == 0 ? checkFragments(buffer, body, body + length) : PASS;
    }

    private int checkFragments(final DirectBuffer buffer, final int from, final int end) {
        int at = from;
        while (at < end) {
            if (end - at < FRAGMENT_HEADER_BYTES) {
                return FRAGMENT_TRUNCATED;
            }
            final int fragmentLength = unsigned24(buffer, at + 9);
            if (fragmentLength > end - at - FRAGMENT_HEADER_BYTES) {
                return FRAGMENT_TRUNCATED;
            }
            final int status = checkFragment(buffer, at, fragmentLength);
            if (status != PASS) {
                return status;
            }
            at += FRAGMENT_HEADER_BYTES + fragmentLength;
        }
        return PASS;
    }

    private int checkFragment(final DirectBuffer buffer, final int at, final int fragmentLength) {
        final int type = buffer.getByte(at) & 0xFF;
        final int length = unsigned24(buffer, at + 1);
        final int sequence = unsigned16(buffer, at + 4);
        final int fragmentOffset = unsigned24(buffer, at + 6);
        if (sequence >= MAX_MESSAGES) {
            return MESSAGE_SEQUENCE;
        }
        if (length > (type == MESSAGE_CERTIFICATE ? MAX_CERTIFICATE_BYTES : MAX_MESSAGE_BYTES)) {
            return MESSAGE_TOO_LONG;
        }
        if (fragmentOffset + fragmentLength > length) {
            return FRAGMENT_OUTSIDE;
        }
        final long message = 1L << 32 | (long) type << 24 | length;
        if (messages[sequence] == 0) {
            if (announcedBytes + length > MAX_HANDSHAKE_BYTES) {
                return TOO_MANY_BYTES;
            }
            announcedBytes += length;
            messages[sequence] = message;
        } else if (messages[sequence] != message) {
            return MESSAGE_CHANGED;
        }
        return remember((long) sequence << 48 | (long) fragmentOffset << 24 | fragmentLength, fragmentLength);
    }

    private int remember(final long fragment, final int fragmentLength) {
        for (int i = 0; i < fragmentCount; i++) {
            if (fragments[i] == fragment) {
                return PASS;
            }
        }
        if (fragmentCount == MAX_FRAGMENTS) {
            return TOO_MANY_FRAGMENTS;
        }
        if (fragmentBytes + fragmentLength > MAX_HANDSHAKE_BYTES) {
            return TOO_MANY_BYTES;
        }
        fragmentBytes += fragmentLength;
        fragments[fragmentCount++] = fragment;
        return PASS;
    }

    /** A token bucket kept as the time up to which records have been paid for. */
    private boolean pay(final long nowNs) {
        if (!started || paidUntilNs - nowNs < 0) {
            started = true;
            paidUntilNs = nowNs;
        }
        if (paidUntilNs - nowNs > (RECORD_BURST - 1) * RECORD_INTERVAL_NS) {
            return false;
        }
        paidUntilNs += RECORD_INTERVAL_NS;
        return true;
    }

    private static int unsigned16(final DirectBuffer buffer, final int at) {
        return buffer.getShort(at, BIG_ENDIAN) & 0xFFFF;
    }

    private static int unsigned24(final DirectBuffer buffer, final int at) {
        return unsigned16(buffer, at) << 8 | buffer.getByte(at + 2) & 0xFF;
    }
}
