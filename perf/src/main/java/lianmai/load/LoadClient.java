package lianmai.load;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import lianmai.door.MediaRole;
import lianmai.door.Session;
import lianmai.dtls.DtlsEndpoint;
import lianmai.ice.IceClient;
import lianmai.ice.IceCredentials;
import lianmai.rtp.PacketKind;
import lianmai.rtp.RtcpHeader;
import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpProfile;
import lianmai.srtp.SrtpTransform;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One simulated client, as a state machine without sockets: ICE, DTLS, SRTP, and what it sends or receives.
 *
 * <pre>
 *   JOINING --onSession--> CHECKING --path--> SHAKING --keys--> CONNECTED
 *      |                      |                  |                 |
 *      +---- refused ---------+--- unanswered ---+--- failed ------+--- consent or association lost ---> FAILED
 *      +----------------------+------ leave -----+-----------------+-----------------------------------> LEFT
 * </pre>
 *
 * <p>Thread: the load agent's (confined); what is set before it enters may be read by any. Owns: its DTLS endpoint and
 * keys. Units: ns.
 */
final class LoadClient implements UplinkContext, Downlink.Context {
    private static final long DEFAULT_ROUND_TRIP_NS = TimeUnit.MILLISECONDS.toNanos(20);

    /** How far a client is. */
    enum State {
        JOINING,
        CHECKING,
        SHAKING,
        CONNECTED,
        FAILED,
        LEFT
    }

    /** What all clients share. Thread: the load agent's (confined). */
    interface Surroundings {
        Outbox outbox();

        Tally tally();

        SrtpTransform transform(SrtpKeys keys);

        DtlsEndpoint openDtls(LoadClient client, Session session);

        InetSocketAddress route(InetSocketAddress server);

        /** What makes {@link System#nanoTime} a time since 1970. */
        long epochOffsetNs();

        /** The client's deadline may have changed. */
        void reschedule(LoadClient client);

        void onFailed(LoadClient client, String reason);

        void onTakeover(Takeover takeover);

        /** How long before this moment it was last changed who sends. */
        long sinceChangeNs(long atNs);
    }

    private final int index;
    private final int localAddress;
    private final RoomTraffic room;
    private final PublisherSpec publisher;
    private final int publisherIndex;
    private final boolean isSampled;
    private final SeededIds ids;
    private final IceCredentials credentials;
    private final MediaRole role;
    private final IceAnswerer answerer;
    private final Surroundings surroundings;

    private State state = State.JOINING;
    private long joinNs;
    private Session session;
    private int remoteAddress;
    private int remotePort;
    private IceClient ice;
    private long checkSentNs;
    private long roundTripNs = DEFAULT_ROUND_TRIP_NS;
    private DtlsEndpoint dtls;
    private SrtpTransform srtp;
    private Uplink uplink;
    private Downlink downlink;
    private final SequenceLedger rtcp = new SequenceLedger();
    private int transportSequence;
    private boolean isGcm;
    private boolean isHeld;
    private long deadlineNs = Long.MAX_VALUE;
    private int heapIndex = DueClients.ABSENT;

    /** @param publisher null for a viewer */
    LoadClient(
            final int index,
            final int localAddress,
            final RoomTraffic room,
            final PublisherSpec publisher,
            final int publisherIndex,
            final boolean isSampled,
            final SeededIds ids,
            final Surroundings surroundings) {
        this.index = index;
        this.localAddress = localAddress;
        this.room = room;
        this.publisher = publisher;
        this.publisherIndex = publisherIndex;
        this.isSampled = isSampled;
        this.ids = ids;
        this.surroundings = surroundings;
        credentials = IceCredentials.random(ids::next);
        answerer = new IceAnswerer(credentials);
        role = publisher == null ? Roles.viewer(room.plan()) : Roles.publisher(publisher, ids);
    }

    int index() {
        return index;
    }

    int localAddress() {
        return localAddress;
    }

    boolean isPublisher() {
        return publisher != null;
    }

    boolean isSampled() {
        return isSampled;
    }

    IceCredentials credentials() {
        return credentials;
    }

    MediaRole role() {
        return role;
    }

    State state() {
        return state;
    }

    /** The server's side, or null before it is known. */
    Session session() {
        return session;
    }

    /** Whether it does what it is here for: a publisher that may send, a viewer that has got something. */
    boolean isServed() {
        return state == State.CONNECTED && (isPublisher() || downlink.hasPacket());
    }

    void onEnter(final long nowNs) {
        joinNs = nowNs;
    }

    void onSession(final Session agreed, final long nowNs) {
        if (state != State.JOINING) {
            return;
        }
        session = agreed;
        final InetSocketAddress server = surroundings.route(agreed.server());
        if (!(server.getAddress() instanceof Inet4Address address)) {
            fail("the server's address is not IPv4: " + server);
            return;
        }
        remoteAddress = ByteBuffer.wrap(address.getAddress()).getInt();
        remotePort = server.getPort();
        state = State.CHECKING;
        if (agreed.weControlIce()) {
            ice = new IceClient(credentials.ufrag(), agreed.remote(), ids::next, nowNs);
        }
        if (publisher == null) {
            downlink = new Downlink(this, agreed, isSampled, ids);
        } else {
            uplink = new Uplink(
                    this,
                    publisher,
                    ((MediaRole.Publisher) role).ssrcs(),
                    agreed,
                    publisherIndex,
                    epochOffsetNs(),
                    ids);
        }
        onTime(nowNs);
    }

    private long epochOffsetNs() {
        return surroundings.epochOffsetNs();
    }

    /** Takes a datagram, which may be changed in place. */
    void onDatagram(final UnsafeBuffer b, final int offset, final int length, final long arrivalNs, final long nowNs) {
        if (state == State.JOINING || state == State.FAILED || state == State.LEFT) {
            return;
        }
        switch (PacketKind.of(b, offset, length)) {
            case RTP -> {
                if (downlink != null) {
                    downlink.onRtp(b, offset, length, arrivalNs);
                    if (downlink.nextDeadlineNs() < deadlineNs) {
                        surroundings.reschedule(this);
                    }
                }
            }
            case RTCP -> onRtcp(b, offset, length, arrivalNs, nowNs);
            case STUN -> onStun(b, offset, length, nowNs);
            case DTLS -> onDtls(b, offset, length);
            case UNKNOWN -> surroundings.tally().add(Count.STRAY);
        }
    }

    private void onRtcp(
            final UnsafeBuffer b, final int offset, final int length, final long arrivalNs, final long nowNs) {
        if (srtp == null) {
            return;
        }
        final int number = rtcpNumber(b, offset, length);
        final int plain = srtp.unprotectRtcp(b, offset, length);
        if (plain >= 0 && downlink != null) {
            final long result = rtcp.onSequence(number);
            tally().add(Count.RTCP_DUE, SequenceLedger.due(result));
            tally().add(Count.RTCP_ARRIVED, SequenceLedger.kind(result) < SequenceLedger.DUPLICATE ? 1 : 0);
        }
        if (plain < 0 || !RtcpHeader.isValidCompound(b, offset, plain)) {
            return;
        }
        if (uplink == null) {
            downlink.onRtcp(b, offset, plain, arrivalNs);
        } else {
            uplink.onRtcp(b, offset, plain, nowNs, surroundings.outbox(), srtp);
        }
    }

    /** The low bits of SRTCP's index: behind GCM's tag (RFC 7714 §9.2), before HMAC-SHA1's (RFC 3711 §3.4). */
    private int rtcpNumber(final DirectBuffer b, final int offset, final int length) {
        final int at = offset + length - (isGcm ? 2 : 2 + SrtpProfile.AES128_CM_HMAC_SHA1_80.tagBytes());
        return at < offset ? 0 : (b.getByte(at) & 0xFF) << 8 | b.getByte(at + 1) & 0xFF;
    }

    private void onStun(final DirectBuffer b, final int offset, final int length, final long nowNs) {
        if (ice != null && ice.onDatagram(b, offset, length, nowNs)) {
            roundTripNs = Math.max(1, nowNs - checkSentNs);
        } else {
            final Outbox out = surroundings.outbox();
            final int answer =
                    answerer.onDatagram(b, offset, length, remoteAddress, remotePort, out.buffer(), out.slot());
            if (answer > 0) {
                send(answer);
            }
        }
        if (state == State.CHECKING && hasPath()) {
            state = State.SHAKING;
            dtls = surroundings.openDtls(this, session);
        }
        afterIce();
        surroundings.reschedule(this);
    }

    private boolean hasPath() {
        return ice == null ? answerer.isNominated() : ice.state() == IceClient.State.CONNECTED;
    }

    /** A server that acts as the DTLS client may speak as soon as its own check is answered, before ours is. */
    private void onDtls(final DirectBuffer b, final int offset, final int length) {
        if (dtls == null && !session.weAreDtlsClient() && state == State.CHECKING) {
            state = State.SHAKING;
            dtls = surroundings.openDtls(this, session);
        }
        if (dtls != null) {
            dtls.offer(b, offset, length);
        }
    }

    /** Sends a datagram of the handshake. */
    void onDtlsDatagram(final byte[] datagram) {
        if (session == null) {
            return;
        }
        final Outbox out = surroundings.outbox();
        out.buffer().putBytes(out.slot(), datagram);
        send(datagram.length);
    }

    void onKeys(final SrtpKeys keys, final long nowNs) {
        if (state != State.SHAKING) {
            return;
        }
        state = State.CONNECTED;
        srtp = surroundings.transform(keys);
        isGcm = keys.profile() != SrtpProfile.AES128_CM_HMAC_SHA1_80;
        surroundings.tally().connected.record(nowNs - joinNs);
        if (uplink == null) {
            downlink.onKeys(srtp, nowNs, ids.next() >>> 1);
        } else {
            uplink.start(nowNs);
            if (isHeld) {
                pause(nowNs);
            }
        }
        surroundings.reschedule(this);
    }

    void onDtlsOver(final String reason) {
        if (state == State.SHAKING || state == State.CONNECTED) {
            fail((state == State.SHAKING ? "DTLS handshake: " : "DTLS: ") + reason);
        }
    }

    void onTime(final long nowNs) {
        if (session == null || state == State.FAILED || state == State.LEFT) {
            return;
        }
        if (ice != null && ice.nextDeadlineNs() <= nowNs) {
            final Outbox out = surroundings.outbox();
            final int length = ice.onTime(nowNs, out.buffer(), out.slot());
            if (length > 0) {
                checkSentNs = nowNs;
                send(length);
            }
            afterIce();
        }
        if (state == State.CONNECTED) {
            if (uplink == null) {
                downlink.onTime(nowNs, surroundings.outbox());
            } else {
                uplink.onTime(nowNs, surroundings.outbox(), srtp);
            }
        }
        surroundings.reschedule(this);
    }

    private void afterIce() {
        if (ice != null && ice.state() == IceClient.State.FAILED && state != State.FAILED) {
            fail(
                    ice.errorCode() == 0
                            ? "ICE: no answer from " + session.server()
                            : "ICE: error " + ice.errorCode() + " from " + session.server());
        }
    }

    long nextDeadlineNs() {
        if (session == null || state == State.FAILED || state == State.LEFT) {
            return Long.MAX_VALUE;
        }
        final long check = ice == null ? Long.MAX_VALUE : ice.nextDeadlineNs();
        if (state != State.CONNECTED) {
            return check;
        }
        return Math.min(check, uplink == null ? downlink.nextDeadlineNs() : uplink.nextDeadlineNs());
    }

    /** Did not get in, or fell out. */
    void fail(final String reason) {
        state = State.FAILED;
        end();
        surroundings.onFailed(this, reason);
        surroundings.reschedule(this);
    }

    /** Goes; its goodbye is a close_notify that the DTLS threads write. */
    void leave() {
        if (state != State.FAILED) {
            state = State.LEFT;
        }
        end();
        surroundings.reschedule(this);
    }

    private void end() {
        bookDue();
        if (dtls != null) {
            dtls.close();
        }
        if (srtp != null) {
            srtp.close();
            srtp = null;
        }
    }

    /** A publisher that is told when to send. */
    void holdAtFirst() {
        isHeld = true;
    }

    void pause(final long nowNs) {
        if (uplink != null) {
            uplink.pause(nowNs);
            room.silence();
            surroundings.reschedule(this);
        }
    }

    /** A publisher sends if its room is among these, and is silent otherwise. */
    void send(final Set<String> rooms, final long nowNs) {
        isHeld = !rooms.contains(room.plan().room());
        if (isHeld) {
            pause(nowNs);
        } else if (uplink != null) {
            uplink.resume(nowNs);
            room.resume();
            surroundings.reschedule(this);
        }
    }

    /** Books what is due to it by publishers' counts, before figures are read. */
    void bookDue() {
        if (downlink != null && state == State.CONNECTED) {
            downlink.bookDue();
        }
    }

    /** Adds what was heard to the sums. */
    void addHeard(final Heard sums, final long nowNs) {
        if (downlink != null && isSampled) {
            downlink.addHeard(sums, state == State.CONNECTED ? nowNs : Long.MIN_VALUE);
        }
    }

    @Override
    public void send(final int length) {
        if (length < 0) {
            throw new IllegalStateException("SRTP refuses our packet: " + length);
        }
        surroundings.outbox().send(length, localAddress, remoteAddress, remotePort);
    }

    @Override
    public int nextTransportSequence() {
        return transportSequence++ & 0xFFFF;
    }

    @Override
    public void onMedia(final int length, final long latenessNs) {
        final Tally tally = surroundings.tally();
        tally.add(Count.SENT_PACKETS);
        tally.add(Count.SENT_BYTES, length);
        tally.lateness.record(latenessNs);
        room.onSent();
    }

    @Override
    public Tally tally() {
        return surroundings.tally();
    }

    @Override
    public RoomTraffic room() {
        return room;
    }

    @Override
    public long joinNs() {
        return joinNs;
    }

    @Override
    public void onTakeover(final int newPublisher, final boolean isAudio, final long arrivalNs) {
        surroundings.onTakeover(new Takeover(room.plan().room(), index, newPublisher, isAudio, arrivalNs));
    }

    @Override
    public void onResumed(final long arrivalNs) {
        surroundings.tally().resumed.record(surroundings.sinceChangeNs(arrivalNs));
    }

    @Override
    public long roundTripNs() {
        return roundTripNs;
    }

    long deadlineNs() {
        return deadlineNs;
    }

    void deadlineNs(final long deadline) {
        deadlineNs = deadline;
    }

    int heapIndex() {
        return heapIndex;
    }

    void heapIndex(final int place) {
        heapIndex = place;
    }
}
