package lianmai.srtp;

import org.agrona.collections.Int2ObjectHashMap;

/**
 * The replay window of each SSRC of one direction. An SSRC is never forgotten while the keys live: its packets could be
 * replayed, or its indices used again.
 *
 * <p>Thread: relay (confined).
 */
final class SsrcWindows {
    /** Twelve seats of audio, video and retransmission are 36 SSRCs towards a viewer; publishers have fewer. */
    static final int MAX_SSRCS = 64;

    private final Int2ObjectHashMap<ReplayWindow> windows = new Int2ObjectHashMap<>();
    private final int windowSize;

    SsrcWindows(final int windowSize) {
        this.windowSize = windowSize;
    }

    /** The window of an SSRC, or null. */
    ReplayWindow find(final int ssrc) {
        return windows.get(ssrc);
    }

    boolean isFull() {
        return windows.size() == MAX_SSRCS;
    }

    ReplayWindow add(final int ssrc) {
        final ReplayWindow window = new ReplayWindow(windowSize);
        windows.put(ssrc, window);
        return window;
    }
}
