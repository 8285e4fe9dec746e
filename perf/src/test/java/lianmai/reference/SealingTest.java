package lianmai.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import lianmai.srtp.JitsiSrtpProvider;
import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpProfile;
import lianmai.srtp.SrtpProvider;
import lianmai.srtp.SrtpTransform;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the loops send is what the server would send: the same bytes as an {@link SrtpProvider}'s. */
class SealingTest {
    private static final int HEADER = 12;
    private static final int LABEL_OFFSET = 7;
    private static final int HMAC_KEY_BYTES = 20;
    private static final int ROLL_OVERS = 0;
    private static final HexFormat HEX = HexFormat.of();

    private CReference reference;

    @BeforeEach
    void setUp() throws ReferenceException {
        Compiler.assumeIpsecMb();
        reference = CReference.find();
    }

    @Test
    void shouldKnowTheAnswersOfTheRfcs() throws ReferenceException {
        assertThat(reference.lines(List.of("--self-test"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"AEAD_AES_128_GCM, gcm-128", "AEAD_AES_256_GCM, gcm-256", "AES128_CM_HMAC_SHA1_80, cm-sha1-80"})
    void shouldProtectAsTheServerDoes(final SrtpProfile profile, final String name)
            throws ReferenceException, GeneralSecurityException {
        final Random random = new Random(profile.id());
        final byte[] key = bytes(random, profile.keyBytes());
        final byte[] salt = bytes(random, profile.saltBytes());
        final byte[] packet = bytes(random, HEADER + 1188);
        packet[0] = (byte) 0x80;
        final int sequence = (packet[2] & 0x7f) << 8 | packet[3] & 0xff;
        packet[2] &= 0x7f;

        final List<String> printed = reference.lines(cArguments(profile, name, key, salt, packet, sequence));

        assertThat(printed).containsExactly(HEX.formatHex(protect(profile, key, salt, packet, sequence)));
    }

    private static List<String> cArguments(
            final SrtpProfile profile,
            final String name,
            final byte[] key,
            final byte[] salt,
            final byte[] packet,
            final int sequence)
            throws GeneralSecurityException {
        final List<String> arguments = new ArrayList<>(List.of(
                "protect",
                name,
                HEX.formatHex(derive(key, salt, 0, profile.keyBytes())),
                HEX.formatHex(derive(key, salt, 2, profile.saltBytes())),
                HEX.formatHex(packet),
                String.format("%04x%04x", ROLL_OVERS, sequence)));
        if (profile == SrtpProfile.AES128_CM_HMAC_SHA1_80) {
            arguments.add(HEX.formatHex(derive(key, salt, 1, HMAC_KEY_BYTES)));
        }
        return arguments;
    }

    private static byte[] protect(
            final SrtpProfile profile, final byte[] key, final byte[] salt, final byte[] packet, final int sequence) {
        final UnsafeBuffer source = new UnsafeBuffer(ByteBuffer.allocateDirect(2048));
        final UnsafeBuffer sealed = new UnsafeBuffer(ByteBuffer.allocateDirect(2048));
        source.putBytes(0, packet);
        sealed.putBytes(0, packet, 0, HEADER);
        final SrtpKeys keys = new SrtpKeys(profile, key, salt, key, salt);
        final int length;
        try (SrtpTransform transform = new JitsiSrtpProvider().transform(keys)) {
            length = transform.protectRtp(sealed, 0, HEADER, source, HEADER, packet.length - HEADER, sequence);
        }
        final byte[] bytes = new byte[length];
        sealed.getBytes(0, bytes);
        return bytes;
    }

    /** A session key of a master key (RFC 3711 §4.3.1), written once more so that it is not checked against itself. */
    private static byte[] derive(final byte[] key, final byte[] salt, final int label, final int length)
            throws GeneralSecurityException {
        final byte[] start = Arrays.copyOf(salt, 16);
        start[LABEL_OFFSET] ^= (byte) label;
        final Cipher stream = Cipher.getInstance("AES/CTR/NoPadding");
        stream.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(start));
        return stream.doFinal(new byte[length]);
    }

    private static byte[] bytes(final Random random, final int length) {
        final byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
