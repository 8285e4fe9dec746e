package lianmai.e2e;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCBundlePolicy;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCRtpSender;
import dev.onvoid.webrtc.RTCRtpTransceiverDirection;
import dev.onvoid.webrtc.RTCRtpTransceiverInit;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.RTCStats;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.onvoid.webrtc.media.audio.AudioDeviceModule;
import dev.onvoid.webrtc.media.audio.AudioDeviceModuleBase;
import dev.onvoid.webrtc.media.audio.AudioLayer;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A participant on real libwebrtc: uplink lines first, then two lines for each seat, as the studio's page has them.
 * It has a factory of its own, since a factory's audio module is shared by all of its connections.
 *
 * <p>Thread: one; libwebrtc has its own.
 */
final class NativePeer implements AutoCloseable {
    private static final int SEATS = 4;
    private static final long PATIENCE_S = 10;

    private final AudioDeviceModuleBase sound;
    private final PeerConnectionFactory factory;
    private final TestPicture picture;
    private final RTCPeerConnection connection;
    private final RTCRtpSender audio;
    private final RTCRtpSender video;
    private final AtomicReference<RTCPeerConnectionState> state = new AtomicReference<>(RTCPeerConnectionState.NEW);
    private final boolean hears;
    private int negotiations;

    /**
     * @param hears whether to play sound out, which is what decodes it. Such a peer must not publish: the module that
     *     plays without a device records without one too, and libwebrtc aborts when that meets a track of our own.
     */
    NativePeer(final boolean hears) {
        this.hears = hears;
        sound = hears ? new HeadlessAudioDeviceModule() : new AudioDeviceModule(AudioLayer.kDummyAudio);
        factory = new PeerConnectionFactory(sound);
        picture = new TestPicture(factory);
        final RTCConfiguration configuration = new RTCConfiguration();
        configuration.bundlePolicy = RTCBundlePolicy.MAX_BUNDLE;
        connection = factory.createPeerConnection(configuration, new Observer());
        audio = add(picture.audio(), RTCRtpTransceiverDirection.SEND_ONLY);
        video = add(picture.video(), RTCRtpTransceiverDirection.SEND_ONLY);
        audio.replaceTrack(null);
        video.replaceTrack(null);
        for (int seat = 0; seat < SEATS; seat++) {
            add(picture.audio(), RTCRtpTransceiverDirection.RECV_ONLY);
            add(picture.video(), RTCRtpTransceiverDirection.RECV_ONLY);
        }
    }

    private RTCRtpSender add(final MediaStreamTrack track, final RTCRtpTransceiverDirection direction) {
        final RTCRtpTransceiverInit init = new RTCRtpTransceiverInit();
        init.direction = direction;
        init.streamIds = List.of("uplink");
        return connection.addTransceiver(track, init).getSender();
    }

    /** A new offer, already set as the local description. */
    String offer(final boolean iceRestart) {
        final RTCOfferOptions options = new RTCOfferOptions();
        options.iceRestart = iceRestart;
        final CompletableFuture<RTCSessionDescription> offer = new CompletableFuture<>();
        connection.createOffer(options, new CreateSessionDescriptionObserver() {
            @Override
            public void onSuccess(final RTCSessionDescription description) {
                offer.complete(description);
            }

            @Override
            public void onFailure(final String reason) {
                offer.completeExceptionally(new AssertionError(reason));
            }
        });
        final RTCSessionDescription description = soon(offer);
        final Done done = new Done();
        connection.setLocalDescription(description, done);
        soon(done.future);
        return description.sdp;
    }

    /** Takes the server's answer. */
    void answer(final String sdp) {
        negotiations++;
        final Done done = new Done();
        connection.setRemoteDescription(new RTCSessionDescription(RTCSdpType.ANSWER, sdp), done);
        soon(done.future);
    }

    /** How many answers it has taken. */
    int negotiations() {
        return negotiations;
    }

    /** Puts the tracks onto the uplink lines. */
    void publish() {
        if (hears) {
            throw new IllegalStateException("who hears cannot publish");
        }
        audio.replaceTrack(picture.audio());
        video.replaceTrack(picture.video());
    }

    RTCPeerConnectionState state() {
        return state.get();
    }

    /** Frames decoded on a line. */
    long framesDecoded(final String mid) {
        return (long) inbound(mid, "framesDecoded");
    }

    /** Sound energy heard on a line. */
    double audioEnergy(final String mid) {
        return inbound(mid, "totalAudioEnergy");
    }

    /** Key frames decoded on a line: a switch of its occupant costs at least one. */
    long keyFramesDecoded(final String mid) {
        return (long) inbound(mid, "keyFramesDecoded");
    }

    private double inbound(final String mid, final String attribute) {
        for (final RTCStats stats : stats()) {
            final Object ofLine = stats.getAttributes().get("mid");
            final Object value = stats.getAttributes().get(attribute);
            if (mid.equals(ofLine) && value instanceof Number number) {
                return number.doubleValue();
            }
        }
        return 0;
    }

    private Collection<RTCStats> stats() {
        final CompletableFuture<Collection<RTCStats>> stats = new CompletableFuture<>();
        connection.getStats(report -> stats.complete(report.getStats().values()));
        return soon(stats);
    }

    private static <T> T soon(final CompletableFuture<T> future) {
        return future.orTimeout(PATIENCE_S, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        picture.close();
        connection.close();
        factory.dispose();
        sound.dispose();
    }

    /** A callback as a future. */
    private static final class Done implements SetSessionDescriptionObserver {
        private final CompletableFuture<Boolean> future = new CompletableFuture<>();

        @Override
        public void onSuccess() {
            future.complete(true);
        }

        @Override
        public void onFailure(final String reason) {
            future.completeExceptionally(new AssertionError(reason));
        }
    }

    /** The server learns candidates from checks, so they are not sent. */
    private final class Observer implements PeerConnectionObserver {
        @Override
        public void onIceCandidate(final RTCIceCandidate candidate) {}

        @Override
        public void onConnectionChange(final RTCPeerConnectionState now) {
            state.set(now);
        }
    }
}
