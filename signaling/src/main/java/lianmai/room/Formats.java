package lianmai.room;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import lianmai.message.ServerMessage.MediaInfo;
import lianmai.relay.PeerSpec;

/** What peers send, and whether others can decode it. */
final class Formats {
    private Formats() {}

    /**
     * The video format that the publisher sends and the viewer cannot take on the line of that seat; null when it can,
     * or
     * when no video flows between them. A publisher sends the first format it was answered with.
     */
    static PeerSpec.Format unsupported(final PeerSpec publisher, final PeerSpec viewer, final int seat) {
        if (publisher.uplinkVideo() == null || publisher.uplinkVideo().formats().isEmpty()) {
            return null;
        }
        final PeerSpec.Format sent = publisher.uplinkVideo().formats().getFirst();
        for (final PeerSpec.Downlink downlink : viewer.downlinks()) {
            if (downlink.seat() == seat && downlink.video() != null) {
                return takes(downlink.video(), sent) ? null : sent;
            }
        }
        return null;
    }

    /** On which lines and in which codecs the server takes what a peer sends. */
    static MediaInfo media(final PeerSpec spec) {
        final PeerSpec.Uplink audio = spec.uplinkAudio();
        final PeerSpec.Uplink video = spec.uplinkVideo();
        final Set<String> codecs = new LinkedHashSet<>();
        for (final PeerSpec.Uplink uplink : Arrays.asList(audio, video)) {
            if (uplink != null) {
                uplink.formats().forEach(format -> codecs.add(format.codec().encodingName()));
            }
        }
        return new MediaInfo(
                audio == null ? null : audio.mid(), video == null ? null : video.mid(), List.copyOf(codecs));
    }

    private static boolean takes(final PeerSpec.Line line, final PeerSpec.Format sent) {
        return line.formats().stream()
                .anyMatch(format ->
                        format.codec() == sent.codec() && format.format().equals(sent.format()));
    }
}
