package lianmai.door;

import java.util.List;
import lianmai.relay.Codec;

/** What a simulated client does with media. */
public sealed interface MediaRole {
    /**
     * Sends.
     *
     * @param video the codec of its picture, or null for sound alone
     * @param rids of its simulcast layers, lowest first; empty for a single stream
     */
    record Publisher(boolean audio, Codec video, List<String> rids, Ssrcs ssrcs) implements MediaRole {
        public Publisher {
            rids = List.copyOf(rids);
        }
    }

    /**
     * Receives.
     *
     * @param video the only codec it can decode, or null for sound alone
     * @param seats how many seats it asks for, where the server has seats; others send one publisher
     */
    record Viewer(boolean audio, Codec video, int seats) implements MediaRole {}

    /** What a publisher's streams are called; one video and one RTX SSRC a layer. */
    record Ssrcs(int audio, List<Integer> video, List<Integer> rtx) {
        public Ssrcs {
            video = List.copyOf(video);
            rtx = List.copyOf(rtx);
        }
    }
}
