package lianmai.dtls;

import java.io.IOException;
import java.util.List;
import java.util.Vector;
import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpProfile;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.AlertLevel;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaDefaultTlsCredentialedSigner;
import org.bouncycastle.util.Arrays;

/**
 * What client and server of one handshake decide alike: versions and suites, whether the peer is who its SDP says, the
 * SRTP profile, the keys, and the reason of an early end.
 *
 * <p>Thread: the handshake's. Owns: the keys until {@link BouncyCastleEngine} takes them.
 */
@SuppressWarnings({"rawtypes", "JdkObsolete"}) // BouncyCastle's interfaces are made of raw Vector and Hashtable
final class DtlsTerms {
    /** Offers DTLS 1.2 only; DTLS 1.0 is gone (RFC 8996) and the engine has no 1.3. */
    private static final ProtocolVersion[] VERSIONS = ProtocolVersion.DTLSv12.only();
    /** A handshake longer than this is given up (the engine's own default is never). Unit: ms. */
    static final int HANDSHAKE_TIMEOUT_MS = 10_000;
    /**
     * First resend, doubled each time: five in the time a handshake has. RFC 6347 §4.2.4.1 proposes 1 s and allows less
     * for people who wait; a round trip above 200 ms only costs one needless flight. Unit: ms.
     */
    static final int RESEND_MS = 200;
    /** A peer of WebRTC sends one self-signed certificate; a short chain is tolerated, its leaf counts. */
    static final int MAX_CHAIN = 4;

    private static final int[] SUITES = {
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    };

    private final DtlsCrypto crypto;
    private final DtlsCertificate own;
    private final Fingerprint remote;
    private final List<SrtpProfile> profiles;

    private SrtpProfile profile;
    private SrtpKeys keys;
    private String ending;

    DtlsTerms(
            final DtlsCrypto crypto,
            final DtlsCertificate own,
            final Fingerprint remote,
            final List<SrtpProfile> profiles) {
        this.crypto = crypto;
        this.own = own;
        this.remote = remote;
        this.profiles = profiles;
    }

    DtlsCrypto crypto() {
        return crypto;
    }

    ProtocolVersion[] versions() {
        return VERSIONS.clone();
    }

    /** Our suites, best first, without those this JDK cannot do (ChaCha20 where the provider lacks its parts). */
    int[] suites() {
        return TlsUtils.getSupportedCipherSuites(crypto, SUITES);
    }

    /** Our use_srtp offer (RFC 5764 §4.1.1); no MKI. */
    UseSRTPData offer() {
        return new UseSRTPData(profiles.stream().mapToInt(SrtpProfile::id).toArray(), null);
    }

    /** Picks the first of our profiles that the peer offers; our order, not the peer's. */
    UseSRTPData choose(final UseSRTPData offered) throws TlsFatalAlert {
        if (offered != null) {
            for (final SrtpProfile candidate : profiles) {
                if (Arrays.contains(offered.getProtectionProfiles(), candidate.id())) {
                    profile = candidate;
                    return new UseSRTPData(new int[] {candidate.id()}, null);
                }
            }
        }
        throw refuse(AlertDescription.handshake_failure, "no SRTP profile in common");
    }

    /** Takes the server's choice, which must be one of ours and without an MKI (RFC 5764 §4.1.1, §4.1.3). */
    void accept(final UseSRTPData chosen) throws TlsFatalAlert {
        if (chosen == null) {
            throw refuse(AlertDescription.handshake_failure, "no SRTP profile in common");
        }
        for (final SrtpProfile candidate : profiles) {
            if (chosen.getProtectionProfiles().length == 1
                    && chosen.getProtectionProfiles()[0] == candidate.id()
                    && chosen.getMki().length == 0) {
                profile = candidate;
                return;
            }
        }
        throw refuse(AlertDescription.illegal_parameter, "an SRTP profile that was not offered");
    }

    /** The peer's leaf certificate must be the one its SDP announced (RFC 8122 §6.2, RFC 5763 §5). */
    void verify(final Certificate chain) throws IOException {
        if (chain == null || chain.isEmpty()) {
            throw refuse(AlertDescription.handshake_failure, "the peer has no certificate");
        }
        if (!remote.matches(chain.getCertificateAt(0).getEncoded())) {
            throw refuse(AlertDescription.bad_certificate, "the certificate is not the one the SDP announced");
        }
    }

    /** Our signature with an algorithm that the peer accepts. */
    TlsCredentialedSigner signer(final TlsContext context, final Vector accepted) throws IOException {
        final short kind = own.isEcdsa() ? SignatureAlgorithm.ecdsa : SignatureAlgorithm.rsa;
        final SignatureAndHashAlgorithm algorithm = TlsUtils.chooseSignatureAndHashAlgorithm(context, accepted, kind);
        final Certificate chain = new Certificate(new TlsCertificate[] {crypto.createCertificate(own.encoded())});
        return new JcaDefaultTlsCredentialedSigner(
                new TlsCryptoParameters(context), crypto, own.privateKey(), chain, algorithm);
    }

    /** Exports the keys (RFC 5764 §4.2); only called when the handshake, and so {@link #verify}, has succeeded. */
    void export(final TlsContext context, final boolean weAreClient) {
        final int length = 2 * (profile.keyBytes() + profile.saltBytes());
        final byte[] block = context.exportKeyingMaterial(ExporterLabel.dtls_srtp, null, length);
        keys = SrtpKeys.fromExporter(profile, block, weAreClient);
    }

    SrtpKeys keys() {
        return keys;
    }

    void alertReceived(final short level, final short description) {
        if (description == AlertDescription.close_notify) {
            end("closed by the peer");
        } else if (level == AlertLevel.fatal) {
            end("alert from the peer: " + AlertDescription.getName(description));
        }
    }

    /** The first reason stands: later ones are its consequences. */
    void end(final String reason) {
        if (ending == null) {
            ending = reason;
        }
    }

    /** Why it is over, or null when nothing has been noted. */
    String ending() {
        return ending;
    }

    private TlsFatalAlert refuse(final short alert, final String reason) {
        end(reason);
        return new TlsFatalAlert(alert, reason);
    }
}
