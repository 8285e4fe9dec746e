package lianmai.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;

class SrtpSelfTestTest {
    @Test
    void shouldFindNothingWrongWithJitsi() {
        assertThat(SrtpSelfTest.failure(JitsiSrtpProvider::cipher)).isNull();
    }

    @Test
    void shouldNoticeAWrongBit() {
        assertThat(SrtpSelfTest.failure((profile, keys, isRtcp) -> {
                    keys.salt()[3] ^= 1;
                    return JitsiSrtpProvider.cipher(profile, keys, isRtcp);
                }))
                .isEqualTo("AEAD_AES_128_GCM for RTP encrypts wrongly");
    }

    @Test
    void shouldNoticeACipherThatChecksNothing() {
        assertThat(SrtpSelfTest.failure((profile, keys, isRtcp) ->
                        new Credulous(JitsiSrtpProvider.cipher(profile, keys, isRtcp), profile.overhead(isRtcp))))
                .isEqualTo("AEAD_AES_128_GCM for RTP takes a forged packet, or alters it");
    }

    private record Credulous(PacketCipher cipher, int overhead) implements PacketCipher {
        @Override
        public int seal(
                final MutableDirectBuffer dst,
                final int dstOffset,
                final int headerLength,
                final DirectBuffer src,
                final int srcOffset,
                final int payloadLength,
                final int ssrc,
                final long index) {
            return cipher.seal(dst, dstOffset, headerLength, src, srcOffset, payloadLength, ssrc, index);
        }

        @Override
        public int open(
                final MutableDirectBuffer buffer,
                final int offset,
                final int headerLength,
                final int length,
                final int ssrc,
                final long index) {
            return length - overhead;
        }

        @Override
        public void erase() {
            cipher.erase();
        }
    }
}
