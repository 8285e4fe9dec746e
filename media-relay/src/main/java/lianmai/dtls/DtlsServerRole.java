package lianmai.dtls;

import java.io.IOException;
import java.util.Hashtable;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.tls.AbstractTlsServer;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.util.Arrays;

/**
 * The server of a handshake ({@code a=setup:passive}): asks for the client's certificate and answers use_srtp.
 *
 * <p>Thread: the handshake's.
 */
@SuppressWarnings({"rawtypes", "unchecked", "JdkObsolete"}) // BouncyCastle's interfaces are raw Vector and Hashtable
final class DtlsServerRole extends AbstractTlsServer {
    /** Groups for the key exchange, ours first; hybrids with ML-KEM exist only in DTLS 1.3. */
    private static final int[] GROUPS = {NamedGroup.x25519, NamedGroup.secp256r1, NamedGroup.secp384r1};
    /**
     * What a client may sign with: browsers use ECDSA P-256, older stacks RSA. No RSA-PSS: the engine asks the JDK for
     * it by a name the JDK does not know, and whoever has an RSA key can do PKCS#1 in TLS 1.2 (RFC 5246 §7.4.1.4.1).
     */
    private static final List<Integer> SIGNATURES = List.of(
            SignatureScheme.ecdsa_secp256r1_sha256,
            SignatureScheme.ecdsa_secp384r1_sha384,
            SignatureScheme.rsa_pkcs1_sha256,
            SignatureScheme.rsa_pkcs1_sha384,
            SignatureScheme.rsa_pkcs1_sha512);

    private final DtlsTerms terms;
    private UseSRTPData srtp;

    DtlsServerRole(final DtlsTerms terms) {
        super(terms.crypto());
        this.terms = terms;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return terms.versions();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return terms.suites();
    }

    @Override
    protected boolean preferLocalCipherSuites() {
        return true;
    }

    @Override
    protected int getMaximumNegotiableCurveBits() {
        final int group = selectECDH(0);
        return group < 0 ? 0 : NamedGroup.getCurveBits(group);
    }

    @Override
    protected int selectECDH(final int minimumCurveBits) {
        final int[] offered = context.getSecurityParametersHandshake().getClientSupportedGroups();
        if (offered == null) {
            // RFC 8422 §4: a client that is silent about groups leaves the choice to us; P-256 is the safest guess.
            return NamedGroup.secp256r1;
        }
        for (final int group : GROUPS) {
            if (Arrays.contains(offered, group)) {
                return group;
            }
        }
        return -1;
    }

    @Override
    protected boolean allowCertificateStatus() {
        return false;
    }

    @Override
    public void processClientExtensions(final Hashtable extensions) throws IOException {
        super.processClientExtensions(extensions);
        srtp = terms.choose(extensions == null ? null : TlsSRTPUtils.getUseSRTPExtension(extensions));
    }

    @Override
    public Hashtable getServerExtensions() throws IOException {
        if (srtp == null) {
            srtp = terms.choose(null);
        }
        final Hashtable extensions = super.getServerExtensions();
        TlsSRTPUtils.addUseSRTPExtension(extensions, srtp);
        return extensions;
    }

    @Override
    public TlsCredentials getCredentials() throws IOException {
        return terms.signer(context, context.getSecurityParametersHandshake().getClientSigAlgs());
    }

    @Override
    public CertificateRequest getCertificateRequest() {
        final Vector signatures = new Vector();
        for (final int scheme : SIGNATURES) {
            signatures.add(SignatureAndHashAlgorithm.getInstance(
                    SignatureScheme.getHashAlgorithm(scheme), SignatureScheme.getSignatureAlgorithm(scheme)));
        }
        return new CertificateRequest(
                new short[] {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign}, signatures, null);
    }

    @Override
    public void notifyClientCertificate(final Certificate chain) throws IOException {
        terms.verify(chain);
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        terms.export(context, false);
    }

    @Override
    public void notifyAlertReceived(final short level, final short description) {
        terms.alertReceived(level, description);
    }

    /** We never renegotiate, so a peer without RFC 5746's signal is no danger. */
    @Override
    public void notifySecureRenegotiation(final boolean secureRenegotiation) {}

    /** RFC 7627 §5.4 forbids to export keys without it. */
    @Override
    public boolean requiresExtendedMasterSecret() {
        return true;
    }

    @Override
    public int getHandshakeTimeoutMillis() {
        return DtlsTerms.HANDSHAKE_TIMEOUT_MS;
    }

    @Override
    public int getHandshakeResendTimeMillis() {
        return DtlsTerms.RESEND_MS;
    }

    @Override
    public int getMaxCertificateChainLength() {
        return DtlsTerms.MAX_CHAIN;
    }
}
