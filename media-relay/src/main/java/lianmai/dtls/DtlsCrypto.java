package lianmai.dtls;

import java.io.IOException;
import java.security.SecureRandom;
import org.bouncycastle.jcajce.util.DefaultJcaJceHelper;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.HandshakeType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsDecodeResult;
import org.bouncycastle.tls.crypto.TlsEncodeResult;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;

/**
 * The JDK's own cryptography (SunEC, SunJCE: several times faster than BouncyCastle's portable arithmetic) for the
 * engine, with {@link DtlsGate}'s second half: a handshake record that was encrypted must be a whole Finished message.
 *
 * <p>Without it a peer could finish the key exchange and then announce messages of 16 MiB under encryption, where the
 * gate cannot see them and the engine would allocate them before it has checked the peer's Finished.
 *
 * <p>Thread: any, shared by all engines.
 */
class DtlsCrypto extends JcaTlsCrypto {
    DtlsCrypto(final SecureRandom random) {
        super(new DefaultJcaJceHelper(), random, random);
    }

    @Override
    public TlsCipher createCipher(
            final TlsCryptoParameters parameters, final int encryptionAlgorithm, final int macAlgorithm)
            throws IOException {
        return new FinishedOnly(super.createCipher(parameters, encryptionAlgorithm, macAlgorithm));
    }

    /** Lets one handshake message through: Finished, in one piece (RFC 5246 §7.4.9). */
    private record FinishedOnly(TlsCipher cipher) implements TlsCipher {
        private static final int HEADER_BYTES = 12;
        /** RFC 5246 §7.4.9: all cipher suites we offer have 12 bytes of verify_data. */
        private static final int VERIFY_DATA_BYTES = 12;

        @Override
        public TlsDecodeResult decodeCiphertext(
                final long sequence,
                final short recordType,
                final ProtocolVersion recordVersion,
                final byte[] ciphertext,
                final int offset,
                final int length)
                throws IOException {
            final TlsDecodeResult plain =
                    cipher.decodeCiphertext(sequence, recordType, recordVersion, ciphertext, offset, length);
            if (plain.contentType == ContentType.handshake && !isFinished(plain)) {
                // The one alert that the record layer answers by dropping the record in silence (RFC 6347 §4.1.2.7).
                throw new TlsFatalAlert(AlertDescription.bad_record_mac);
            }
            return plain;
        }

        private static boolean isFinished(final TlsDecodeResult plain) {
            return plain.len == HEADER_BYTES + VERIFY_DATA_BYTES
                    && plain.buf[plain.off] == HandshakeType.finished
                    && unsigned24(plain.buf, plain.off + 1) == VERIFY_DATA_BYTES
                    && unsigned24(plain.buf, plain.off + 6) == 0
                    && unsigned24(plain.buf, plain.off + 9) == VERIFY_DATA_BYTES;
        }

        private static int unsigned24(final byte[] bytes, final int at) {
            return (bytes[at] & 0xFF) << 16 | (bytes[at + 1] & 0xFF) << 8 | bytes[at + 2] & 0xFF;
        }

        @Override
        public TlsEncodeResult encodePlaintext(
                final long sequence,
                final short contentType,
                final ProtocolVersion recordVersion,
                final int headerAllocation,
                final byte[] plaintext,
                final int offset,
                final int length)
                throws IOException {
            return cipher.encodePlaintext(
                    sequence, contentType, recordVersion, headerAllocation, plaintext, offset, length);
        }

        @Override
        public int getCiphertextDecodeLimit(final int plaintextLimit) {
            return cipher.getCiphertextDecodeLimit(plaintextLimit);
        }

        @Override
        public int getCiphertextEncodeLimit(final int plaintextLimit) {
            return cipher.getCiphertextEncodeLimit(plaintextLimit);
        }

        @Override
        public int getPlaintextDecodeLimit(final int ciphertextLimit) {
            return cipher.getPlaintextDecodeLimit(ciphertextLimit);
        }

        @Override
        public int getPlaintextEncodeLimit(final int ciphertextLimit) {
            return cipher.getPlaintextEncodeLimit(ciphertextLimit);
        }

        @Override
        public void rekeyDecoder() throws IOException {
            cipher.rekeyDecoder();
        }

        @Override
        public void rekeyEncoder() throws IOException {
            cipher.rekeyEncoder();
        }

        @Override
        public boolean usesOpaqueRecordTypeDecode() {
            return cipher.usesOpaqueRecordTypeDecode();
        }

        @Override
        public boolean usesOpaqueRecordTypeEncode() {
            return cipher.usesOpaqueRecordTypeEncode();
        }
    }
}
