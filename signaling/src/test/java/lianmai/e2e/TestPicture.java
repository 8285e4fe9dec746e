package lianmai.e2e;

import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.audio.CustomAudioSource;
import dev.onvoid.webrtc.media.video.CustomVideoSource;
import dev.onvoid.webrtc.media.video.NativeI420Buffer;
import dev.onvoid.webrtc.media.video.VideoFrame;
import dev.onvoid.webrtc.media.video.VideoTrack;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;

/**
 * A camera and a microphone for libwebrtc: a moving gradient and a 440 Hz tone.
 *
 * <p>Thread: its own feeds both tracks until {@link #close()}.
 */
final class TestPicture implements AutoCloseable {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 180;
    private static final int SAMPLE_RATE = 48_000;
    /** libwebrtc takes sound in pieces of 10 ms. */
    private static final int SAMPLES = SAMPLE_RATE / 100;

    private static final long TURN_NS = 10_000_000;
    /** A picture every 40 ms: 25 a second. */
    private static final int TURNS_A_FRAME = 4;

    private final CustomVideoSource videoSource = new CustomVideoSource();
    private final CustomAudioSource audioSource = new CustomAudioSource();
    private final VideoTrack video;
    private final AudioTrack audio;
    private final byte[] tone = tone();
    private final Thread thread;
    private volatile boolean running = true;

    TestPicture(final PeerConnectionFactory factory) {
        video = factory.createVideoTrack("picture", videoSource);
        audio = factory.createAudioTrack("tone", audioSource);
        thread = Thread.ofPlatform().name("test-picture").start(this::run);
    }

    VideoTrack video() {
        return video;
    }

    AudioTrack audio() {
        return audio;
    }

    private void run() {
        long dueNs = System.nanoTime();
        for (int turn = 0; running; turn++) {
            audioSource.pushAudio(tone, Short.SIZE, SAMPLE_RATE, 1, SAMPLES);
            if (turn % TURNS_A_FRAME == 0) {
                push(turn);
            }
            dueNs += TURN_NS;
            LockSupport.parkNanos(dueNs - System.nanoTime());
        }
    }

    private void push(final int turn) {
        final NativeI420Buffer buffer = NativeI420Buffer.allocate(WIDTH, HEIGHT);
        final ByteBuffer luma = buffer.getDataY();
        for (int row = 0; row < HEIGHT; row++) {
            for (int column = 0; column < WIDTH; column++) {
                luma.put(row * buffer.getStrideY() + column, (byte) (row + column + turn));
            }
        }
        final VideoFrame frame = new VideoFrame(buffer, System.nanoTime());
        videoSource.pushFrame(frame);
        frame.release();
    }

    /** 10 ms hold 4.4 periods of it: the click at each seam is sound too. */
    private static byte[] tone() {
        final byte[] samples = new byte[SAMPLES * 2];
        for (int i = 0; i < SAMPLES; i++) {
            final short value = (short) (8000 * Math.sin(2 * Math.PI * 440 * i / SAMPLE_RATE));
            samples[2 * i] = (byte) value;
            samples[2 * i + 1] = (byte) (value >> 8);
        }
        return samples;
    }

    @Override
    public void close() {
        running = false;
        try {
            thread.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
