package lianmai.dtls;

import java.io.IOException;
import java.util.Hashtable;
import org.bouncycastle.tls.AbstractTlsClient;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CertificateStatusRequest;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;

/**
 * The client of a handshake ({@code a=setup:active}): what simulated participants and the load generator are.
 *
 * <p>Thread: the handshake's.
 */
@SuppressWarnings({"rawtypes", "unchecked", "JdkObsolete"}) // BouncyCastle's interfaces are raw Vector and Hashtable
final class DtlsClientRole extends AbstractTlsClient {
    private final DtlsTerms terms;

    DtlsClientRole(final DtlsTerms terms) {
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
    protected CertificateStatusRequest getCertificateStatusRequest() {
        return null;
    }

    @Override
    public Hashtable getClientExtensions() throws IOException {
        final Hashtable extensions = super.getClientExtensions();
        TlsSRTPUtils.addUseSRTPExtension(extensions, terms.offer());
        return extensions;
    }

    @Override
    public void processServerExtensions(final Hashtable extensions) throws IOException {
        super.processServerExtensions(extensions);
        terms.accept(extensions == null ? null : TlsSRTPUtils.getUseSRTPExtension(extensions));
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return new TlsAuthentication() {
            @Override
            public void notifyServerCertificate(final TlsServerCertificate server) throws IOException {
                terms.verify(server.getCertificate());
            }

            @Override
            public TlsCredentials getClientCredentials(final CertificateRequest request) throws IOException {
                return terms.signer(context, request.getSupportedSignatureAlgorithms());
            }
        };
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        terms.export(context, true);
    }

    @Override
    public void notifyAlertReceived(final short level, final short description) {
        terms.alertReceived(level, description);
    }

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
