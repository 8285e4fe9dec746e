package lianmai.srtp;

import java.util.HexFormat;
import java.util.List;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Known answers that a provider's arithmetic has to give before it is used: the packets of RFC 7714 §16 and §17 and
 * libsrtp's for AES-CM, whose session keys are those of RFC 3711 appendix B.3.
 */
public final class SrtpSelfTest {
    private static final String KEY_128 = "000102030405060708090a0b0c0d0e0f";
    private static final String KEY_256 = KEY_128 + "101112131415161718191a1b1c1d1e1f";
    private static final String GCM_SALT = "517569642070726f2071756f";
    private static final String CM_MASTER_KEY = "e1f97a0d3e018be0d64fa32c06de4139";
    private static final String CM_MASTER_SALT = "0ec675ad498afeebb6960b3aabe6";
    private static final String RTP_HEADER = "8040f17b8041f8d35501a0b2";
    private static final String RTP =
            RTP_HEADER + "47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573";
    private static final String RTCP_HEADER = "81c8000d4d617273";
    private static final String RTCP =
            RTCP_HEADER + "4e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";

    private static final List<Answer> ANSWERS = List.of(
            gcm(
                    KEY_128,
                    false,
                    RTP,
                    RTP_HEADER
                            + "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
                            + "899d7f27beb16a9152cf765ee4390cce"),
            gcm(
                    KEY_256,
                    false,
                    RTP,
                    RTP_HEADER
                            + "32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b"
                            + "7aa3db36dfffd6b0f9bb7878d7a76c13"),
            gcm(
                    KEY_128,
                    true,
                    RTCP,
                    RTCP_HEADER
                            + "63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275b"
                            + "c84aa45896cf4d2fc5abf87245d9eade800005d4"),
            gcm(
                    KEY_256,
                    true,
                    RTCP,
                    RTCP_HEADER
                            + "d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad"
                            + "1d1eb30c4446839f57ff6f6cb26ac3be800005d4"),
            cm(
                    false,
                    0x1234,
                    "800f1234decafbadcafebabeabababababababababababababababab",
                    "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb"),
            cm(
                    true,
                    1,
                    "81c8000bcafebabeabababababababababababababababab",
                    "81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798"));

    private SrtpSelfTest() {}

    /** What is wrong with a provider's ciphers, in a few words; null when every answer is right. */
    public static String failure(final PacketCipher.Factory factory) {
        for (final Answer answer : ANSWERS) {
            final String failure = answer.failure(factory);
            if (failure != null) {
                return answer.profile + (answer.isRtcp ? " for RTCP " : " for RTP ") + failure;
            }
        }
        return null;
    }

    private static Answer gcm(final String key, final boolean isRtcp, final String plain, final String sealed) {
        return new Answer(
                key.equals(KEY_128) ? SrtpProfile.AEAD_AES_128_GCM : SrtpProfile.AEAD_AES_256_GCM,
                isRtcp,
                isRtcp ? 0x5D4 : 0xF17B,
                plain,
                sealed,
                key);
    }

    private static Answer cm(final boolean isRtcp, final long index, final String plain, final String sealed) {
        return new Answer(SrtpProfile.AES128_CM_HMAC_SHA1_80, isRtcp, index, plain, sealed, CM_MASTER_KEY);
    }

    private static byte[] bytes(final String hex) {
        return HexFormat.of().parseHex(hex);
    }

    /** @param key the session key for GCM; for AES-CM the master key, as its vectors have it */
    private record Answer(SrtpProfile profile, boolean isRtcp, long index, String plain, String sealed, String key) {
        private SessionKeys keys() {
            return profile == SrtpProfile.AES128_CM_HMAC_SHA1_80
                    ? SessionKeys.derive(profile, bytes(key), bytes(CM_MASTER_SALT), isRtcp)
                    : new SessionKeys(bytes(key), new byte[0], bytes(GCM_SALT));
        }

        private String failure(final PacketCipher.Factory factory) {
            final PacketCipher cipher = factory.cipher(profile, keys(), isRtcp);
            final byte[] open = bytes(plain);
            final byte[] closed = bytes(sealed);
            final int header = isRtcp ? 8 : 12;
            final UnsafeBuffer buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(128, 64));
            buffer.putBytes(0, open);
            final int ssrc = buffer.getInt(header - 4, java.nio.ByteOrder.BIG_ENDIAN);
            final int length = cipher.seal(buffer, 0, header, buffer, header, open.length - header, ssrc, index);
            if (length != closed.length || !holds(buffer, closed)) {
                return "encrypts wrongly";
            }
            buffer.putByte(header, (byte) (closed[header] ^ 1));
            final byte[] forged = new byte[closed.length];
            buffer.getBytes(0, forged);
            if (cipher.open(buffer, 0, header, length, ssrc, index) != SrtpStatus.AUTHENTICATION_FAILED
                    || !holds(buffer, forged)) {
                return "takes a forged packet, or alters it";
            }
            buffer.putByte(header, closed[header]);
            final boolean isOpened = cipher.open(buffer, 0, header, length, ssrc, index) == open.length;
            cipher.erase();
            return isOpened && holds(buffer, open) ? null : "decrypts wrongly";
        }

        private static boolean holds(final UnsafeBuffer buffer, final byte[] expected) {
            for (int i = 0; i < expected.length; i++) {
                if (buffer.getByte(i) != expected[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
