package lianmai.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lianmai.cc.RembEstimator;
import lianmai.cc.TwccRecorder;
import lianmai.dtls.DtlsEndpoint;
import lianmai.ice.IceCredentials;
import lianmai.ice.IceLiteAgent;
import lianmai.srtp.SrtpTransform;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.IntArrayList;

/**
 * One participant's transport: its ICE agent, DTLS association and SRTP keys, what it publishes, what it watches, and
 * its RTCP. It makes no decision about others.
 *
 * <p>Thread: relay (confined). Owns: its keys, and through its publications their history's slots. Units: ns.
 */
final class Peer extends Publisher {
    /** A peer that is not heard for this long may have lost its network. */
    static final long SILENT_NS = TimeUnit.SECONDS.toNanos(3);
    /** Assumed until a report tells: a mobile network's typical value, so that NACKs do not come twice. */
    private static final long DEFAULT_ROUND_TRIP_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long LONGEST_ROUND_TRIP_NS = TimeUnit.SECONDS.toNanos(2);

    private final Shard shard;
    private final PeerSpec spec;
    private final DeadlineHeap deadlines;
    private final IceLiteAgent ice;
    private final Publication audio;
    private final Publication video;
    private final InboundStreams inbound;
    private final List<Downlink> downlinks = new ArrayList<>();
    private final Int2ObjectHashMap<Subscription> subscriptions = new Int2ObjectHashMap<>();
    private final IntArrayList copiedTo = new IntArrayList();
    private final NtpOffset ntpOffset = new NtpOffset();
    private final TwccRecorder twcc;
    private final RembEstimator remb;
    private final RtcpSender rtcp;

    private DtlsEndpoint dtls;
    private SrtpTransform srtp;
    private boolean started;
    private boolean silent;
    private boolean gone;
    private long lastHeardNs;
    private long lingerUntilNs = Long.MAX_VALUE;
    private long roundTripNs = DEFAULT_ROUND_TRIP_NS;
    private int heapIndex = DeadlineHeap.ABSENT;
    private long deadlineNs = Long.MAX_VALUE;

    Peer(final Shard shard, final DeadlineHeap deadlines, final PeerSpec spec, final long nowNs) {
        this.shard = shard;
        this.spec = spec;
        this.deadlines = deadlines;
        ice = new IceLiteAgent(credentials(spec.ice()), spec.ice().remoteUfrag(), nowNs);
        audio = spec.uplinkAudio() == null ? null : new Publication(shard, this, true, spec.uplinkAudio());
        video = spec.uplinkVideo() == null ? null : new Publication(shard, this, false, spec.uplinkVideo());
        inbound = new InboundStreams(audio, video);
        String cname = "lianmai";
        int ownSsrc = (int) shard.random().getAsLong() | 1;
        for (final PeerSpec.Downlink downlink : spec.downlinks()) {
            final Subscription audioLine = subscribe(downlink.audio());
            final Subscription videoLine = subscribe(downlink.video());
            downlinks.add(new Downlink(downlink.seat(), audioLine, videoLine));
            final PeerSpec.Line first = downlink.audio() == null ? downlink.video() : downlink.audio();
            ownSsrc = first.ssrc();
            cname = first.cname();
        }
        twcc = inbound.usesTransportCc() ? new TwccRecorder() : null;
        remb = twcc == null && video != null && video.uplink().remb() ? new RembEstimator() : null;
        rtcp = new RtcpSender(shard, this, ownSsrc, cname, twcc, remb);
        lastHeardNs = nowNs;
    }

    static IceCredentials credentials(final PeerSpec.Ice ice) {
        return new IceCredentials(ice.localUfrag(), ice.localPassword());
    }

    private Subscription subscribe(final PeerSpec.Line line) {
        if (line == null) {
            return null;
        }
        final Subscription subscription = new Subscription(shard, this, line);
        subscriptions.put(line.ssrc(), subscription);
        return subscription;
    }

    /** Something authentic came; answers whether the peer had been silent. */
    boolean heard(final long nowNs) {
        lastHeardNs = nowNs;
        final boolean wasSilent = silent;
        silent = false;
        return wasSilent;
    }

    /** Whether something authentic has come lately, so that its addresses are surely its own. */
    boolean isHeard(final long nowNs) {
        return !isClosed() && nowNs - lastHeardNs < SILENT_NS;
    }

    /** Whether the peer has now been silent for long, for the first time since it was heard. */
    boolean becomesSilent(final long nowNs) {
        if (silent || nowNs - lastHeardNs < SILENT_NS) {
            return false;
        }
        silent = true;
        return true;
    }

    /** Media may flow both ways: keys are there, and the peer has chosen an address. */
    boolean isReady() {
        return srtp != null && ice.nominatedPath() != PathTable.NONE;
    }

    /** Starts what has waited for {@link #isReady()}; once. */
    void startIfReady(final long nowNs) {
        if (started || !isReady()) {
            return;
        }
        started = true;
        rtcp.start(nowNs);
        for (final Downlink downlink : downlinks) {
            if (downlink.audio() != null) {
                downlink.audio().restart(nowNs);
            }
            if (downlink.video() != null) {
                downlink.video().restart(nowNs);
            }
        }
        reschedule(nowNs);
    }

    /** Does the media side of what has become due. */
    void onTime(final long nowNs) {
        if (!isReady()) {
            return;
        }
        for (int i = 0; i < downlinks.size(); i++) {
            final Subscription line = downlinks.get(i).video();
            if (line != null) {
                line.onTime(nowNs);
            }
        }
        rtcp.onTime(nowNs);
    }

    @Override
    void wakeAt(final long atNs) {
        if (heapIndex != DeadlineHeap.ABSENT && atNs < deadlineNs) {
            deadlines.schedule(this, atNs);
        }
    }

    /** Plans the next call. */
    void reschedule(final long nowNs) {
        if (gone || lingerUntilNs != Long.MAX_VALUE) {
            deadlines.schedule(this, lingerUntilNs);
            return;
        }
        long next = ice.nextDeadlineNs();
        if (!silent) {
            next = Math.min(next, lastHeardNs + SILENT_NS);
        }
        if (isReady()) {
            next = Math.min(next, rtcp.nextDeadlineNs());
            for (int i = 0; i < downlinks.size(); i++) {
                final Subscription line = downlinks.get(i).video();
                next = line == null ? next : Math.min(next, line.nextDeadlineNs());
            }
        }
        // Nothing here is worth a second turn within half a millisecond.
        deadlines.schedule(this, Math.max(next, nowNs + TimeUnit.MICROSECONDS.toNanos(500)));
    }

    /** The publisher says that a stream of its own has ended. */
    void onBye(final int ssrc, final long nowNs) {
        final Publication publication = publication(ssrc);
        if (publication != null) {
            publication.end(nowNs);
        }
    }

    void onRoundTrip(final long sampleNs) {
        if (sampleNs >= 0 && sampleNs <= LONGEST_ROUND_TRIP_NS) {
            roundTripNs += (sampleNs - roundTripNs) / 8;
        }
    }

    /** The publication with this media SSRC, or null. */
    Publication publication(final int ssrc) {
        if (audio != null && audio.isBound() && audio.ssrc() == ssrc) {
            return audio;
        }
        return video != null && video.isBound() && video.ssrc() == ssrc ? video : null;
    }

    /** Our stream with this SSRC, or null. */
    Subscription subscription(final int ssrc) {
        return subscriptions.get(ssrc);
    }

    /** Where DTLS goes, which begins as soon as one check has succeeded, before one is nominated. */
    int dtlsPath() {
        if (ice.nominatedPath() != PathTable.NONE) {
            return ice.nominatedPath();
        }
        return ice.pathCount() > 0 ? ice.path(0) : PathTable.NONE;
    }

    int mediaPath() {
        return ice.nominatedPath();
    }

    void keys(final SrtpTransform transform) {
        if (srtp != null) {
            shard.batch().closeLater(srtp);
        }
        srtp = transform;
    }

    /** Lets go of everything but the address and the DTLS association, which say goodbye until the given time. */
    void close(final long lingerNs, final long nowNs) {
        if (audio != null) {
            audio.close(nowNs);
        }
        if (video != null) {
            video.close(nowNs);
        }
        if (srtp != null) {
            shard.batch().closeLater(srtp);
            srtp = null;
        }
        if (dtls != null) {
            dtls.close();
        }
        lingerUntilNs = nowNs + lingerNs;
        reschedule(nowNs);
    }

    boolean isClosed() {
        return lingerUntilNs != Long.MAX_VALUE;
    }

    /** It is over, and signaling knows; only its removal is awaited. Answers whether that is news. */
    boolean markGone() {
        final boolean isNews = !gone && !isClosed();
        gone = true;
        return isNews;
    }

    @Override
    long id() {
        return spec.peerId();
    }

    PeerSpec spec() {
        return spec;
    }

    IceLiteAgent ice() {
        return ice;
    }

    DtlsEndpoint dtls() {
        return dtls;
    }

    void dtls(final DtlsEndpoint endpoint) {
        dtls = endpoint;
    }

    SrtpTransform srtp() {
        return srtp;
    }

    @Override
    Publication audio() {
        return audio;
    }

    @Override
    Publication video() {
        return video;
    }

    InboundStreams inbound() {
        return inbound;
    }

    TwccRecorder twcc() {
        return twcc;
    }

    RembEstimator remb() {
        return remb;
    }

    NtpOffset ntpOffset() {
        return ntpOffset;
    }

    List<Downlink> downlinks() {
        return downlinks;
    }

    @Override
    boolean isElsewhere() {
        return !copiedTo.isEmpty();
    }

    /** The other shards that have replicas of this peer. */
    IntArrayList copiedTo() {
        return copiedTo;
    }

    long roundTripNs() {
        return roundTripNs;
    }

    int heapIndex() {
        return heapIndex;
    }

    void heapIndex(final int index) {
        heapIndex = index;
    }

    long deadlineNs() {
        return deadlineNs;
    }

    void deadlineNs(final long atNs) {
        deadlineNs = atNs;
    }
}
