package lianmai.srtp;

/**
 * A {@link PacketCipher} for packets in heap arrays, which is where JCE's ciphers are fastest.
 *
 * <p>A packet lies at the start of an array that has room for {@link #overhead()} more.
 *
 * <p>Thread: relay (confined). Owns: session keys. Units: bytes.
 */
interface ArrayCipher {
    /** Bytes that {@link #seal} adds. */
    int overhead();

    /**
     * Encrypts what follows the header and adds the tag, and for RTCP the index.
     *
     * @return the new length
     */
    int seal(byte[] packet, int headerLength, int length, int ssrc, long index);

    /**
     * Checks the tag and decrypts what follows the header.
     *
     * @param length at least the header and {@link #overhead()}
     * @return the new length, or {@link SrtpStatus#AUTHENTICATION_FAILED}
     */
    int open(byte[] packet, int headerLength, int length, int ssrc, long index);

    /** Overwrites the keys as far as the JDK lets us. */
    void erase();

    /** Writes SSRC and a 48-bit index into an initialisation vector over the salt (RFC 3711 §4.1.1, RFC 7714 §8.1). */
    static void mix(final byte[] iv, final byte[] salt, final int at, final int ssrc, final long index) {
        System.arraycopy(salt, 0, iv, 0, salt.length);
        for (int i = 0; i < 4; i++) {
            iv[at + i] ^= (byte) (ssrc >>> 8 * (3 - i));
        }
        for (int i = 0; i < 6; i++) {
            iv[at + 4 + i] ^= (byte) (index >>> 8 * (5 - i));
        }
    }

    static void putInt(final byte[] to, final int at, final int value) {
        to[at] = (byte) (value >>> 24);
        to[at + 1] = (byte) (value >>> 16);
        to[at + 2] = (byte) (value >>> 8);
        to[at + 3] = (byte) value;
    }
}
