package lianmai.sdp;

import java.util.ArrayList;
import java.util.List;
import lianmai.dtls.Fingerprint;

/** The transport attributes of a session or of one m-line, while they are being read. */
final class TransportDraft {
    /** An endpoint has one certificate; a few more lines are enough to see that they differ. */
    private static final int MAX_FINGERPRINTS = 16;

    final List<Fingerprint> fingerprints = new ArrayList<>();
    boolean malformedFingerprint;
    boolean crypto;
    boolean iceLite;
    String ufrag = "";
    String password = "";
    String setup = "";

    void attribute(final String name, final String value) {
        switch (name) {
            case "ice-ufrag" -> ufrag = value;
            case "ice-pwd" -> password = value;
            case "ice-lite" -> iceLite = true;
            case "setup" -> setup = value;
            case "crypto" -> crypto = true;
            case "fingerprint" -> fingerprint(value);
            default -> {
                // Candidates are learned from authenticated checks, and other attributes are not ours.
            }
        }
    }

    private void fingerprint(final String value) {
        final String algorithm = SdpText.before(value, ' ');
        final String colons = SdpText.after(value, ' ').strip();
        final String hex = colons.replace(":", "");
        if (!SdpText.visible(algorithm, 16) || !colons.matches("[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){15,63}")) {
            malformedFingerprint = true;
            return;
        }
        final Fingerprint print = new Fingerprint(algorithm, hex);
        if (fingerprints.size() < MAX_FINGERPRINTS && !fingerprints.contains(print)) {
            fingerprints.add(print);
        }
    }
}
