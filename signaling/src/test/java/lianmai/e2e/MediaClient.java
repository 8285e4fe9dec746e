package lianmai.e2e;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lianmai.dtls.DtlsCertificate;
import lianmai.dtls.DtlsEndpoint;
import lianmai.dtls.DtlsHandshakes;
import lianmai.dtls.DtlsListener;
import lianmai.dtls.Fingerprint;
import lianmai.ice.IceClient;
import lianmai.ice.IceCredentials;
import lianmai.rtp.PacketKind;
import lianmai.rtp.PliFir;
import lianmai.rtp.RtcpHeader;
import lianmai.rtp.RtpExtensionWriter;
import lianmai.rtp.RtpHeader;
import lianmai.rtp.Vp8Descriptor;
import lianmai.srtp.JitsiSrtpProvider;
import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpTransform;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A WebRTC client without a browser: real UDP, ICE, DTLS and SRTP, for one audio and one video line, sending or
 * receiving. Video is VP8 in form only: a descriptor and a key-frame bit, which is all that a relay looks at.
 *
 * <p>Thread: its own; results may be read by any.
 */
final class MediaClient implements AutoCloseable, DtlsListener {
    static final int OPUS = 111;
    static final int VP8 = 96;
    private static final int AUDIO_SSRC = 0x1111;
    private static final int VIDEO_SSRC = 0x2222;
    private static final int LEVEL_ID = 1;
    private static final int SILENCE = 127;
    private static final int DTLS_PEER = 1;
    private static final int ROOM = 2048;
    private static final long AUDIO_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long FRAME_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(33);
    private static final int PACKETS_A_FRAME = 4;

    private final boolean sends;
    private final int mark;
    private final Random random = new Random(7);
    private final DtlsCertificate certificate = DtlsCertificate.ecdsa();
    private final DtlsHandshakes handshakes = DtlsHandshakes.client(certificate);
    private final String ufrag =
            "clnt" + Integer.toHexString(random.nextInt() | 0x1000_0000).substring(0, 4);
    private final DatagramSocket socket;
    private final Queue<byte[]> early = new ArrayDeque<>();
    private final UnsafeBuffer out = new UnsafeBuffer(new byte[ROOM]);
    private final CountDownLatch connected = new CountDownLatch(1);
    private final AtomicReference<SrtpTransform> srtp = new AtomicReference<>();
    private final AtomicReference<String> closedBecause = new AtomicReference<>();
    private final Map<Integer, AtomicInteger> packets = new ConcurrentHashMap<>();
    private final AtomicInteger audioMark = new AtomicInteger(-1);
    private final AtomicInteger videoMark = new AtomicInteger(-1);
    private final AtomicInteger keyFrames = new AtomicInteger();
    private final AtomicInteger keyFrameRequests = new AtomicInteger();
    private InetSocketAddress server;
    private IceClient ice;
    private DtlsEndpoint dtls;
    private Thread thread;
    private volatile boolean running = true;
    private volatile int level = SILENCE;
    private long nextAudioNs;
    private long nextFrameNs;
    private long audioSequence = 1;
    private long videoSequence = 1;
    private int pictureId;
    private boolean keyFrameWanted = true;

    /** One that sends; each payload byte of its sound and, behind the header, of its picture is {@code mark}. */
    static MediaClient publisher(final int mark) throws SocketException {
        return new MediaClient(true, mark);
    }

    /** One that receives. */
    static MediaClient viewer() throws SocketException {
        return new MediaClient(false, 0);
    }

    private MediaClient(final boolean sends, final int mark) throws SocketException {
        this.sends = sends;
        this.mark = mark;
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    }

    String offer() {
        final String direction = sends ? "sendonly" : "recvonly";
        return String.join(
                "\r\n",
                "v=0",
                "o=- 1 1 IN IP4 127.0.0.1",
                "s=-",
                "t=0 0",
                "a=group:BUNDLE 0 1",
                "a=fingerprint:" + certificate.fingerprint().sdp(),
                "a=setup:actpass",
                "a=ice-ufrag:" + ufrag,
                "a=ice-pwd:0123456789012345678901",
                "m=audio 9 UDP/TLS/RTP/SAVPF " + OPUS,
                "c=IN IP4 0.0.0.0",
                "a=mid:0",
                "a=rtcp-mux",
                "a=" + direction,
                "a=rtpmap:" + OPUS + " opus/48000/2",
                "a=extmap:" + LEVEL_ID + " urn:ietf:params:rtp-hdrext:ssrc-audio-level",
                "m=video 9 UDP/TLS/RTP/SAVPF " + VP8,
                "c=IN IP4 0.0.0.0",
                "a=mid:1",
                "a=rtcp-mux",
                "a=rtcp-rsize",
                "a=" + direction,
                "a=rtpmap:" + VP8 + " VP8/90000",
                "a=rtcp-fb:" + VP8 + " nack pli",
                "");
    }

    /** Connects as the answer says and runs until {@link #close()}. */
    void connect(final String answer) {
        final String[] fingerprint =
                find(answer, "a=fingerprint:(\\S+) (\\S+)", 2).split(":");
        final Fingerprint remote =
                new Fingerprint(find(answer, "a=fingerprint:(\\S+)", 1), String.join("", fingerprint));
        server = new InetSocketAddress(
                InetAddress.getLoopbackAddress(),
                Integer.parseInt(find(answer, "a=candidate:\\S+ 1 udp \\d+ 127\\.0\\.0\\.1 (\\d+)", 1)));
        final IceCredentials credentials =
                new IceCredentials(find(answer, "a=ice-ufrag:(\\S+)", 1), find(answer, "a=ice-pwd:(\\S+)", 1));
        ice = new IceClient(ufrag, credentials, random::nextLong, System.nanoTime());
        thread = new Thread(() -> run(remote), "media-client");
        thread.start();
    }

    private static String find(final String answer, final String pattern, final int group) {
        final Matcher matcher =
                Pattern.compile(pattern, Pattern.CASE_INSENSITIVE).matcher(answer);
        if (!matcher.find()) {
            throw new AssertionError("the answer has no " + pattern + ":\n" + answer);
        }
        return matcher.group(group);
    }

    private void run(final Fingerprint remote) {
        try {
            socket.setSoTimeout(5);
            final byte[] in = new byte[ROOM];
            while (running) {
                final long nowNs = System.nanoTime();
                send(ice.onTime(nowNs, out, 0));
                if (srtp.get() != null && sends) {
                    publish(nowNs);
                }
                final DatagramPacket packet = new DatagramPacket(in, in.length);
                try {
                    socket.receive(packet);
                    onDatagram(new UnsafeBuffer(in), packet.getLength(), remote);
                } catch (final SocketTimeoutException e) {
                    // Nothing came: the next turn does what is due.
                }
            }
        } catch (final IOException e) {
            if (running) {
                closedBecause.compareAndSet(null, e.toString());
            }
        }
    }

    private void onDatagram(final UnsafeBuffer buffer, final int length, final Fingerprint remote) {
        switch (PacketKind.of(buffer, 0, length)) {
            case STUN -> {
                ice.onDatagram(buffer, 0, length, System.nanoTime());
                if (ice.state() == IceClient.State.CONNECTED && dtls == null) {
                    dtls = handshakes.open(DTLS_PEER, remote, this);
                }
            }
            case DTLS -> dtls.offer(buffer, 0, length);
            case RTP, RTCP -> {
                final byte[] datagram = new byte[length];
                buffer.getBytes(0, datagram);
                early.add(datagram);
                onMedia();
            }
            case UNKNOWN -> {}
        }
    }

    /** The handshake ends on another thread, and the server's first packets follow its last record at once. */
    private void onMedia() {
        while (srtp.get() != null && !early.isEmpty()) {
            final byte[] datagram = early.poll();
            final UnsafeBuffer buffer = new UnsafeBuffer(datagram);
            if (PacketKind.of(buffer, 0, datagram.length) == PacketKind.RTP) {
                onRtp(buffer, datagram.length);
            } else {
                onRtcp(buffer, datagram.length);
            }
        }
    }

    private void onRtp(final UnsafeBuffer buffer, final int length) {
        final int plain = srtp.get().unprotectRtp(buffer, 0, length);
        if (plain < 0) {
            return;
        }
        packets.computeIfAbsent(RtpHeader.payloadType(buffer, 0), type -> new AtomicInteger())
                .incrementAndGet();
        final int header = RtpHeader.length(buffer, 0, plain);
        if (plain > header) {
            final boolean isAudio = RtpHeader.payloadType(buffer, 0) == OPUS;
            (isAudio ? audioMark : videoMark).set(buffer.getByte(plain - 1) & 0xFF);
        }
        if (RtpHeader.payloadType(buffer, 0) == VP8 && Vp8Descriptor.isKeyFrameStart(buffer, header, plain - header)) {
            keyFrames.incrementAndGet();
        }
    }

    private void onRtcp(final UnsafeBuffer buffer, final int length) {
        final int plain = srtp.get().unprotectRtcp(buffer, 0, length);
        if (plain < 0 || !RtcpHeader.isValidCompound(buffer, 0, plain)) {
            return;
        }
        for (int at = 0; at != RtcpHeader.NONE; at = RtcpHeader.next(buffer, at, plain)) {
            if (PliFir.isPli(buffer, at)) {
                keyFrameRequests.incrementAndGet();
                keyFrameWanted = true;
            }
        }
    }

    private void publish(final long nowNs) throws IOException {
        if (nowNs >= nextAudioNs) {
            nextAudioNs = nowNs + AUDIO_INTERVAL_NS;
            sendAudio();
        }
        if (nowNs >= nextFrameNs) {
            nextFrameNs = nowNs + FRAME_INTERVAL_NS;
            pictureId = pictureId + 1 & 0x7FFF;
            for (int i = 0; i < PACKETS_A_FRAME; i++) {
                sendVideo(i, keyFrameWanted);
            }
            keyFrameWanted = false;
        }
    }

    private void sendAudio() throws IOException {
        RtpHeader.write(out, 0, false, OPUS, (int) audioSequence, (int) (audioSequence * 960), AUDIO_SSRC);
        final int begun = RtpExtensionWriter.begin(out, 0);
        final int header = RtpExtensionWriter.end(
                out, 0, RtpExtensionWriter.putAudioLevel(out, 0, begun, LEVEL_ID, level, level < SILENCE));
        out.setMemory(header, 80, (byte) mark);
        send(srtp.get().protectRtp(out, 0, header, out, header, 80, audioSequence++));
    }

    private void sendVideo(final int part, final boolean keyFrame) throws IOException {
        final boolean last = part == PACKETS_A_FRAME - 1;
        RtpHeader.write(out, 0, last, VP8, (int) videoSequence & 0xFFFF, pictureId * 3000, VIDEO_SSRC);
        out.setMemory(12, 1000, (byte) mark);
        // X and, on the first part, S; I; a 15-bit picture id; then the frame tag, whose lowest bit is 0 in key frames.
        out.putByte(12, (byte) (part == 0 ? 0x90 : 0x80));
        out.putByte(13, (byte) 0x80);
        out.putShort(14, (short) (0x8000 | pictureId), ByteOrder.BIG_ENDIAN);
        out.putByte(16, (byte) (keyFrame ? 0x10 : 0x11));
        send(srtp.get().protectRtp(out, 0, 12, out, 12, 1000, videoSequence++));
    }

    private void send(final int length) throws IOException {
        if (length > 0) {
            socket.send(new DatagramPacket(out.byteArray(), length, server));
        }
    }

    @Override
    public void onDtlsDatagram(final long peerId, final byte[] datagram) {
        try {
            socket.send(new DatagramPacket(datagram, datagram.length, server));
        } catch (final IOException e) {
            closedBecause.compareAndSet(null, e.toString());
        }
    }

    @Override
    public void onDtlsKeys(final long peerId, final SrtpKeys keys) {
        srtp.set(new JitsiSrtpProvider().transform(keys));
        connected.countDown();
    }

    @Override
    public void onDtlsClosed(final long peerId, final String reason) {
        closedBecause.compareAndSet(null, reason);
    }

    boolean awaitConnected() throws InterruptedException {
        return connected.await(10, TimeUnit.SECONDS);
    }

    /** Packets received with this payload type. */
    int received(final int payloadType) {
        final AtomicInteger count = packets.get(payloadType);
        return count == null ? 0 : count.get();
    }

    /** The mark of whose sound was received last, or −1. */
    int audioMark() {
        return audioMark.get();
    }

    /** The mark of whose picture was received last, or −1. */
    int videoMark() {
        return videoMark.get();
    }

    /** From now on this publisher's sound is as loud as this, in −dBov: 0 is loudest, 127 silence. */
    void speak(final int newLevel) {
        level = newLevel;
    }

    /** Key-frame requests that came to this publisher. */
    int keyFrameRequests() {
        return keyFrameRequests.get();
    }

    /** Key frames received. */
    int keyFrames() {
        return keyFrames.get();
    }

    /** Why the DTLS association is over, or null. */
    String closedBecause() {
        return closedBecause.get();
    }

    @Override
    public void close() {
        running = false;
        if (dtls != null) {
            dtls.close();
        }
        handshakes.close();
        socket.close();
        if (thread != null) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
