package lianmai.ice;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** No bytes make the STUN reader throw or read past the datagram, and none without the password pass. */
class IceLiteAgentFuzzTest {
    private static final IceCredentials OURS = new IceCredentials("ourUfrag", "our/password/of/24/chars");

    @FuzzTest
    void shouldRefuseAnyBytes(final byte[] input) {
        refuse(input);
    }

    @Test
    void shouldRefuseRandomBytesInTheShapeOfStun() {
        final Random random = new Random(11);
        for (int i = 0; i < 50_000; i++) {
            final byte[] bytes = new byte[20 + 4 * random.nextInt(30)];
            random.nextBytes(bytes);
            ByteBuffer.wrap(bytes)
                    .putShort((short) StunMessage.BINDING_REQUEST)
                    .putShort((short) (bytes.length - 20))
                    .putInt(StunMessage.MAGIC_COOKIE);
            for (int at = 20; at + 4 <= bytes.length; ) {
                final int valueLength = random.nextInt(40);
                ByteBuffer.wrap(bytes)
                        .putShort(at, (short) random.nextInt(0x30))
                        .putShort(at + 2, (short) valueLength);
                at += 4 + (valueLength + 3 & ~3);
            }
            refuse(bytes);
        }
    }

    private static void refuse(final byte[] input) {
        final UnsafeBuffer buffer = new UnsafeBuffer(input);
        UfragKey.of(new String(input, java.nio.charset.StandardCharsets.ISO_8859_1));
        if (StunMessage.isStun(buffer, 0, input.length)) {
            UfragKey.ofUsername(buffer, 0, input.length);
        }
        final IceLiteAgent agent = new IceLiteAgent(OURS, "peer", 0);
        assertThat(agent.verify(buffer, 0, input.length)).isNegative();
        assertThat(new IceClient("peer", OURS, () -> 1, 0).onDatagram(buffer, 0, input.length, 0))
                .isFalse();
    }
}
