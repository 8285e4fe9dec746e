package lianmai.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No bytes make it throw, and none without a key pass. */
class SrtpSessionFuzzTest {
    @FuzzTest
    void shouldRefuseAnyBytes(final byte[] input) {
        for (final SrtpProfile profile : SrtpProfile.values()) {
            refuse(new JitsiSrtpProvider().transform(TestPackets.keys(profile, new Random(4))), input);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseRandomBytes(final SrtpProfile profile) {
        final SrtpTransform transform = new JitsiSrtpProvider().transform(TestPackets.keys(profile, new Random(4)));
        final Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            final byte[] bytes = TestPackets.random(random, random.nextInt(120));
            if (bytes.length > 0) {
                bytes[0] = (byte) (bytes[0] & 0x3F | 0x80);
            }
            refuse(transform, bytes);
        }
    }

    private static void refuse(final SrtpTransform transform, final byte[] input) {
        final UnsafeBuffer buffer = new UnsafeBuffer(input.clone());
        assertThat(transform.unprotectRtp(buffer, 0, input.length)).isNegative();
        assertThat(transform.unprotectRtcp(buffer, 0, input.length)).isNegative();
        assertThat(buffer.byteArray()).isEqualTo(input);
    }
}
