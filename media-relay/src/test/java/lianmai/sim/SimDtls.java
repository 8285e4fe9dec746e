package lianmai.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import lianmai.dtls.DtlsEndpoint;
import lianmai.dtls.DtlsEndpoints;
import lianmai.dtls.DtlsListener;
import lianmai.dtls.Fingerprint;
import lianmai.relay.RelayCommand;
import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpProfile;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * In place of handshakes: the first datagram of a peer makes keys, and each is answered, so that a lost answer can be
 * asked for again. What it tells the relay waits in {@link #commands()}, as it would in a queue.
 *
 * <p>Thread: one.
 */
final class SimDtls implements DtlsEndpoints, DtlsListener {
    /** Looks like a DTLS record by its first byte, and is none. */
    static final UnsafeBuffer DATAGRAM = new UnsafeBuffer(new byte[] {22, (byte) 0xFE, (byte) 0xFD, 0});

    private final SplittableRandom random;
    private final Map<Long, SrtpProfile> profiles = new HashMap<>();
    private final Map<Long, SrtpKeys> keys = new HashMap<>();
    private final List<RelayCommand> commands = new ArrayList<>();
    private int open;

    SimDtls(final long seed) {
        random = new SplittableRandom(seed);
    }

    void expect(final long peerId, final SrtpProfile profile) {
        profiles.put(peerId, profile);
    }

    /** The client's side of the keys. */
    SrtpKeys clientKeys(final long peerId) {
        final SrtpKeys ours = keys.get(peerId);
        return new SrtpKeys(
                ours.profile(), ours.outboundKey(), ours.outboundSalt(), ours.inboundKey(), ours.inboundSalt());
    }

    /** What the relay is to be told; the caller empties it. */
    List<RelayCommand> commands() {
        return commands;
    }

    /** Associations that were not closed. */
    int open() {
        return open;
    }

    @Override
    public DtlsEndpoint open(final long peerId, final Fingerprint remote, final DtlsListener listener) {
        open++;
        return new DtlsEndpoint() {
            private boolean isClosed;

            @Override
            public boolean offer(final DirectBuffer buffer, final int offset, final int length) {
                if (isClosed) {
                    return false;
                }
                if (!keys.containsKey(peerId)) {
                    keys.put(peerId, freshKeys(profiles.get(peerId)));
                    listener.onDtlsKeys(peerId, keys.get(peerId));
                }
                listener.onDtlsDatagram(peerId, DATAGRAM.byteArray().clone());
                return true;
            }

            @Override
            public void close() {
                open -= isClosed ? 0 : 1;
                isClosed = true;
            }
        };
    }

    private SrtpKeys freshKeys(final SrtpProfile profile) {
        return new SrtpKeys(
                profile,
                bytes(profile.keyBytes()),
                bytes(profile.saltBytes()),
                bytes(profile.keyBytes()),
                bytes(profile.saltBytes()));
    }

    private byte[] bytes(final int length) {
        final byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Override
    public void onDtlsDatagram(final long peerId, final byte[] datagram) {
        commands.add(new RelayCommand.SendDtls(peerId, datagram));
    }

    @Override
    public void onDtlsKeys(final long peerId, final SrtpKeys ready) {
        commands.add(new RelayCommand.KeysReady(peerId, ready));
    }

    @Override
    public void onDtlsClosed(final long peerId, final String reason) {
        commands.add(new RelayCommand.DtlsClosed(peerId, reason));
    }
}
