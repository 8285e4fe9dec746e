package lianmai.sim;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import lianmai.dtls.Fingerprint;
import lianmai.ice.IceCredentials;
import lianmai.relay.Codec;
import lianmai.relay.PeerSpec;
import lianmai.rtp.ExtensionIds;
import lianmai.rtp.RtpExtension;
import lianmai.srtp.SrtpProfile;

/**
 * What a simulated client offers and how it behaves; what is not said is as a browser has it. Change it before the
 * peer joins.
 *
 * <p>Thread: one.
 */
public final class SimPeerSpec {
    static final String UFRAG = "peer";

    final long id;
    long stage = SimRelay.STAGE;
    int shard;
    boolean publishesAudio;
    Codec video;
    List<Codec> videoFormats = List.of();
    int audioPayloadType = 111;
    int videoPayloadType = 96;
    Map<RtpExtension, Integer> extensions = defaultExtensions();
    int firstSequence = 1000;
    int pictureBits = 15;
    boolean ignoresPli;
    long keyFrameIntervalNs = Long.MAX_VALUE;
    int packetsPerFrame = 4;
    boolean declaresSsrcs = true;
    boolean nack = true;
    boolean answersNacks = true;
    boolean transportCc = true;
    boolean remb;
    int audioLevel = 40;
    long clockOffsetNs = 1_700_000_000_000_000_000L;
    long videoDelayNs = 30_000_000L;
    int[] seats = {};
    List<Codec> receives = List.of(Codec.VP8, Codec.H264, Codec.VP9, Codec.AV1);
    boolean receivesRtx = true;
    LinkProfile up = LinkProfile.PERFECT.withDelay(10, 0);
    LinkProfile down = LinkProfile.PERFECT.withDelay(10, 0);
    SrtpProfile srtp = SrtpProfile.AEAD_AES_128_GCM;

    public SimPeerSpec(final long id) {
        this.id = id;
    }

    /** One that only watches these seats. */
    public static SimPeerSpec viewer(final long id, final int... seats) {
        return new SimPeerSpec(id).watches(seats);
    }

    /** One that sends Opus and VP8 and watches nothing. */
    public static SimPeerSpec publisher(final long id) {
        return new SimPeerSpec(id).publishes(Codec.VP8);
    }

    /** Sends Opus and one video codec. */
    public SimPeerSpec publishes(final Codec codec) {
        publishesAudio = true;
        video = codec;
        videoFormats = List.of(codec);
        return this;
    }

    /** The codecs negotiated, of which the video source uses the one it was told. */
    public SimPeerSpec negotiates(final Codec... codecs) {
        videoFormats = List.of(codecs);
        return this;
    }

    /** Which shard serves it. */
    public SimPeerSpec onShard(final int number) {
        shard = number;
        return this;
    }

    /** Which stage it joins. */
    public SimPeerSpec onStage(final long stageId) {
        stage = stageId;
        return this;
    }

    public SimPeerSpec watches(final int... seatNumbers) {
        seats = seatNumbers.clone();
        return this;
    }

    public SimPeerSpec receives(final Codec... codecs) {
        receives = List.of(codecs);
        return this;
    }

    public SimPeerSpec network(final LinkProfile newUp, final LinkProfile newDown) {
        up = newUp;
        down = newDown;
        return this;
    }

    /** The first sequence number of audio, video and retransmissions. */
    public SimPeerSpec firstSequence(final int sequence) {
        firstSequence = sequence;
        return this;
    }

    /** Never answers a key frame request; sends a key frame every so often. */
    public SimPeerSpec ignoresPli(final long keyFrameEveryMillis) {
        ignoresPli = true;
        keyFrameIntervalNs = keyFrameEveryMillis * 1_000_000L;
        return this;
    }

    public SimPeerSpec packetsPerFrame(final int packets) {
        packetsPerFrame = packets;
        return this;
    }

    public SimPeerSpec pictureBits(final int bits) {
        pictureBits = bits;
        return this;
    }

    /** Payload types for audio and video; retransmissions have the next one. */
    public SimPeerSpec payloadTypes(final int audio, final int firstVideo) {
        audioPayloadType = audio;
        videoPayloadType = firstVideo;
        return this;
    }

    public SimPeerSpec extension(final RtpExtension kind, final int id) {
        extensions.put(kind, id);
        return this;
    }

    public SimPeerSpec undeclaredSsrcs() {
        declaresSsrcs = false;
        return this;
    }

    /** Leaves NACKs unanswered, or does not even negotiate them. */
    public SimPeerSpec repair(final boolean negotiated, final boolean answered) {
        nack = negotiated;
        answersNacks = answered;
        return this;
    }

    /** REMB in place of transport-wide feedback. */
    public SimPeerSpec usesRemb() {
        transportCc = false;
        remb = true;
        return this;
    }

    public SimPeerSpec withoutRtx() {
        receivesRtx = false;
        return this;
    }

    public SimPeerSpec audioLevel(final int level) {
        audioLevel = level;
        return this;
    }

    /** Its wall clock, and how long its encoder holds video back. */
    public SimPeerSpec clock(final long offsetNs, final long encoderMillis) {
        clockOffsetNs = offsetNs;
        videoDelayNs = encoderMillis * 1_000_000L;
        return this;
    }

    public SimPeerSpec srtp(final SrtpProfile profile) {
        srtp = profile;
        return this;
    }

    public SimPeerSpec stage(final long stageId) {
        stage = stageId;
        return this;
    }

    int audioSsrc() {
        return (int) id * 1000 + 1;
    }

    int videoSsrc() {
        return (int) id * 1000 + 2;
    }

    int rtxSsrc() {
        return (int) id * 1000 + 3;
    }

    /** Our SSRC towards the peer; its retransmissions have the next one. */
    int lineSsrc(final int downlink, final boolean isAudio) {
        return 0x5000_0000 + (int) id * 0x1000 + downlink * 4 + (isAudio ? 0 : 2);
    }

    /** The payload type of one of the codecs that it takes. */
    int receivedPayloadType(final Codec codec) {
        return videoPayloadType + 2 * receives.indexOf(codec);
    }

    PeerSpec toPeerSpec(final IceCredentials local) {
        final ExtensionIds ids = new ExtensionIds(extensions);
        final List<PeerSpec.Downlink> downlinks = new ArrayList<>();
        for (int i = 0; i < seats.length; i++) {
            downlinks.add(new PeerSpec.Downlink(seats[i], line(i, true, ids), line(i, false, ids)));
        }
        return new PeerSpec(
                id,
                stage,
                ice(local),
                new Fingerprint("sha-256", "00"),
                publishesAudio ? uplink("0", audioFormats(), audioSsrc(), 0, ids) : null,
                video == null ? null : uplink("1", uplinkVideoFormats(), videoSsrc(), rtxSsrc(), ids),
                downlinks);
    }

    static PeerSpec.Ice ice(final IceCredentials local) {
        return new PeerSpec.Ice(local.ufrag(), local.password(), UFRAG);
    }

    private PeerSpec.Uplink uplink(
            final String mid,
            final List<PeerSpec.Format> formats,
            final int ssrc,
            final int rtxSsrc,
            final ExtensionIds ids) {
        return new PeerSpec.Uplink(
                mid,
                formats,
                ids,
                declaresSsrcs ? List.of(ssrc) : List.of(),
                declaresSsrcs ? List.of(rtxSsrc) : List.of(),
                nack,
                transportCc,
                remb);
    }

    private PeerSpec.Line line(final int downlink, final boolean isAudio, final ExtensionIds ids) {
        final int ssrc = lineSsrc(downlink, isAudio);
        return new PeerSpec.Line(
                "s" + downlink + (isAudio ? "a" : "v"),
                ssrc,
                isAudio || !receivesRtx ? 0 : ssrc + 1,
                "seat" + downlink,
                isAudio ? audioFormats() : lineVideoFormats(),
                ids,
                true,
                false);
    }

    private List<PeerSpec.Format> audioFormats() {
        return List.of(new PeerSpec.Format(Codec.OPUS, audioPayloadType, -1, ""));
    }

    private List<PeerSpec.Format> uplinkVideoFormats() {
        final List<PeerSpec.Format> formats = new ArrayList<>();
        for (final Codec codec : videoFormats) {
            formats.add(format(codec, uplinkPayloadType(codec), nack));
        }
        return formats;
    }

    int uplinkPayloadType(final Codec codec) {
        return videoPayloadType + 2 * videoFormats.indexOf(codec);
    }

    private List<PeerSpec.Format> lineVideoFormats() {
        final List<PeerSpec.Format> formats = new ArrayList<>();
        for (final Codec codec : receives) {
            formats.add(format(codec, receivedPayloadType(codec), receivesRtx));
        }
        return formats;
    }

    private static PeerSpec.Format format(final Codec codec, final int payloadType, final boolean withRtx) {
        final String parameters =
                switch (codec) {
                    case H264 -> "42e0/1";
                    case VP9 -> "0";
                    default -> "";
                };
        return new PeerSpec.Format(codec, payloadType, withRtx ? payloadType + 1 : -1, parameters);
    }

    private static Map<RtpExtension, Integer> defaultExtensions() {
        final Map<RtpExtension, Integer> ids = new EnumMap<>(RtpExtension.class);
        ids.put(RtpExtension.AUDIO_LEVEL, 1);
        ids.put(RtpExtension.TRANSPORT_CC, 3);
        ids.put(RtpExtension.MID, 4);
        return ids;
    }
}
