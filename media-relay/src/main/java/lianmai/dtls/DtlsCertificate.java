package lianmai.dtls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Our certificate and its private key: self-signed and made anew at each start, since SDP's fingerprint and not an
 * authority is what vouches for it (RFC 8827 §6.5).
 *
 * <p>Thread: immutable, any. Owns: the private key, which never leaves the package.
 */
public final class DtlsCertificate {
    /** Peers judge by the fingerprint alone; the dates only have to look sane to a strict parser. */
    private static final Duration VALIDITY = Duration.ofDays(30);
    /** A peer whose clock is behind ours should not see a certificate from the future. */
    private static final Duration CLOCK_SKEW = Duration.ofDays(1);
    /** Bits of the serial number: unique without a register (RFC 5280 §4.1.2.2 allows 160). */
    private static final int SERIAL_BITS = 64;

    private final byte[] encoded;
    private final PrivateKey privateKey;
    private final Fingerprint fingerprint;

    private DtlsCertificate(final byte[] encoded, final PrivateKey privateKey) {
        this.encoded = encoded;
        this.privateKey = privateKey;
        this.fingerprint = Fingerprint.of("sha-256", encoded);
    }

    /** A new ECDSA certificate on P-256, the kind every WebRTC peer must understand (RFC 8827 §6.5). */
    public static DtlsCertificate ecdsa() {
        return selfSigned("EC", new ECGenParameterSpec("secp256r1"), "SHA256withECDSA");
    }

    /** A new RSA certificate of 2048 bits, as some older clients have; a server of ours never uses one. */
    public static DtlsCertificate rsa() {
        return selfSigned("RSA", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4), "SHA256withRSA");
    }

    private static DtlsCertificate selfSigned(
            final String keyAlgorithm, final AlgorithmParameterSpec key, final String signature) {
        try {
            final KeyPairGenerator generator = KeyPairGenerator.getInstance(keyAlgorithm);
            generator.initialize(key);
            final KeyPair pair = generator.generateKeyPair();
            final X500Name name = new X500Name("CN=WebRTC");
            final BigInteger serial = new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(SERIAL_BITS);
            final Instant now = Instant.now();
            final X509CertificateHolder holder = new JcaX509v3CertificateBuilder(
                            name,
                            serial,
                            Date.from(now.minus(CLOCK_SKEW)),
                            Date.from(now.plus(VALIDITY)),
                            name,
                            pair.getPublic())
                    .build(new JcaContentSignerBuilder(signature).build(pair.getPrivate()));
            return new DtlsCertificate(holder.getEncoded(), pair.getPrivate());
        } catch (final GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("this JDK cannot make a " + keyAlgorithm + " certificate", e);
        }
    }

    /** What our SDP announces, in SHA-256. */
    public Fingerprint fingerprint() {
        return fingerprint;
    }

    byte[] encoded() {
        return encoded.clone();
    }

    PrivateKey privateKey() {
        return privateKey;
    }

    boolean isEcdsa() {
        return "EC".equals(privateKey.getAlgorithm());
    }
}
