package lianmai.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SrtpVectorsTest {
    private static final String KEY_128 = "000102030405060708090a0b0c0d0e0f";
    private static final String KEY_256 = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private static final String SALT = "517569642070726f2071756f";
    private static final String RTP =
            "8040f17b8041f8d35501a0b2" + "47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573";
    private static final String RTCP = "81c8000d4d617273"
            + "4e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";
    private static final int RTCP_INDEX = 0x5D4;

    // libsrtp's published AES_CM_128_HMAC_SHA1_80 packets; master key and salt are those of RFC 3711 appendix B.3.
    private static final String MASTER_KEY = "e1f97a0d3e018be0d64fa32c06de4139";
    private static final String MASTER_SALT = "0ec675ad498afeebb6960b3aabe6";
    private static final String CM_RTP = "800f1234decafbadcafebabeabababababababababababababababab";
    private static final String CM_SRTP =
            "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb";
    private static final String CM_RTCP = "81c8000bcafebabeabababababababababababababababab";
    private static final String CM_SRTCP =
            "81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798";

    @Test
    void shouldMakeTheKeyStreamOfRfc3711AppendixB2() {
        final SessionKeys keys = new SessionKeys(
                bytes("2b7e151628aed2a6abf7158809cf4f3c"), new byte[20], bytes("f0f1f2f3f4f5f6f7f8f9fafbfcfd"));
        final byte[] packet = new byte[12 + 48 + 10];

        new CounterArrayCipher(keys, false).seal(packet, 12, 60, 0, 0);

        assertThat(hex(packet).substring(24, 120))
                .isEqualTo("e03ead0935c95e80e166b16dd92b4eb4"
                        + "d23513162b02d0f72a43a2fe4a5f97ab"
                        + "41e95b3bb0a2e8dd477901e4fca894c0");
    }

    @Test
    void shouldDeriveTheKeysOfRfc3711AppendixB3() {
        final SessionKeys keys =
                SessionKeys.derive(SrtpProfile.AES128_CM_HMAC_SHA1_80, bytes(MASTER_KEY), bytes(MASTER_SALT), false);

        assertThat(hex(keys.cipherKey())).isEqualTo("c61e7a93744f39ee10734afe3ff7a087");
        assertThat(hex(keys.salt())).isEqualTo("30cbbc08863d8c85d49db34a9ae1");
        assertThat(hex(keys.authenticationKey())).isEqualTo("cebe321f6ff7716b6fd4ab49af256a156d38baa4");
    }

    @Test
    void shouldProtectLibsrtpsCounterModePackets() {
        assertThat(seal(cm(false), 12, CM_RTP, 0xCAFE_BABE, 0x1234)).isEqualTo(CM_SRTP);
        assertThat(seal(cm(true), 8, CM_RTCP, 0xCAFE_BABE, 1)).isEqualTo(CM_SRTCP);
    }

    @Test
    void shouldUnprotectLibsrtpsCounterModePackets() {
        final SrtpTransform transform = new JitsiSrtpProvider()
                .transform(new SrtpKeys(
                        SrtpProfile.AES128_CM_HMAC_SHA1_80,
                        bytes(MASTER_KEY),
                        bytes(MASTER_SALT),
                        bytes(MASTER_KEY),
                        bytes(MASTER_SALT)));
        final UnsafeBuffer rtp = new UnsafeBuffer(bytes(CM_SRTP));
        final UnsafeBuffer rtcp = new UnsafeBuffer(bytes(CM_SRTCP));

        assertThat(transform.unprotectRtp(rtp, 0, rtp.capacity())).isEqualTo(28);
        assertThat(transform.unprotectRtcp(rtcp, 0, rtcp.capacity())).isEqualTo(24);
        assertThat(hex(rtp.byteArray())).startsWith(CM_RTP);
        assertThat(hex(rtcp.byteArray())).startsWith(CM_RTCP);
    }

    @ParameterizedTest(name = "RFC 7714 §{0}")
    @CsvSource({
        "16.1.1," + KEY_128
                + ",f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
                + "899d7f27beb16a9152cf765ee4390cce",
        "16.2.1," + KEY_256
                + ",32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b"
                + "7aa3db36dfffd6b0f9bb7878d7a76c13"
    })
    void shouldSealAndOpenGcmRtp(final String section, final String key, final String sealed) {
        final String expected = RTP.substring(0, 24) + sealed;

        assertThat(seal(gcm(key, false), 12, RTP, 0x5501_A0B2, 0xF17B)).isEqualTo(expected);
        assertThat(open(gcm(key, false), 12, expected, 0x5501_A0B2, 0xF17B)).isEqualTo(RTP);
    }

    @ParameterizedTest(name = "RFC 7714 §{0}")
    @CsvSource({
        "17.1," + KEY_128
                + ",63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275b"
                + "c84aa45896cf4d2fc5abf87245d9eade800005d4",
        "17.2," + KEY_256
                + ",d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad"
                + "1d1eb30c4446839f57ff6f6cb26ac3be800005d4"
    })
    void shouldSealAndOpenGcmRtcp(final String section, final String key, final String sealed) {
        final String expected = RTCP.substring(0, 16) + sealed;

        assertThat(seal(gcm(key, true), 8, RTCP, 0x4D61_7273, RTCP_INDEX)).isEqualTo(expected);
        assertThat(open(gcm(key, true), 8, expected, 0x4D61_7273, RTCP_INDEX)).isEqualTo(RTCP);
    }

    private static ArrayCipher gcm(final String key, final boolean isRtcp) {
        return new GcmArrayCipher(new SessionKeys(bytes(key), new byte[0], bytes(SALT)), isRtcp);
    }

    private static ArrayCipher cm(final boolean isRtcp) {
        return new CounterArrayCipher(
                SessionKeys.derive(SrtpProfile.AES128_CM_HMAC_SHA1_80, bytes(MASTER_KEY), bytes(MASTER_SALT), isRtcp),
                isRtcp);
    }

    private static String seal(
            final ArrayCipher cipher, final int header, final String plain, final int ssrc, final long index) {
        final byte[] packet = bytes(plain + "00".repeat(cipher.overhead()));
        final int length = cipher.seal(packet, header, packet.length - cipher.overhead(), ssrc, index);
        return hex(packet).substring(0, 2 * length);
    }

    private static String open(
            final ArrayCipher cipher, final int header, final String sealed, final int ssrc, final long index) {
        final byte[] packet = bytes(sealed);
        final int length = cipher.open(packet, header, packet.length, ssrc, index);
        return hex(packet).substring(0, 2 * length);
    }

    private static byte[] bytes(final String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static String hex(final byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
