package lianmai.load;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import lianmai.door.MediaRole;
import lianmai.relay.Codec;

/** What clients ask of the server, from what the plan says. Thread: any. */
final class Roles {
    private Roles() {}

    static MediaRole publisher(final PublisherSpec spec, final SeededIds ids) {
        final int audio = ids.ssrc();
        return new MediaRole.Publisher(
                spec.audio(),
                spec.video(),
                spec.rids(),
                new MediaRole.Ssrcs(audio, ssrcs(spec.layers(), ids), ssrcs(spec.layers(), ids)));
    }

    private static List<Integer> ssrcs(final int count, final SeededIds ids) {
        return IntStream.range(0, count).mapToObj(i -> ids.ssrc()).toList();
    }

    static MediaRole viewer(final RoomPlan room) {
        final Codec video = room.publishers().stream()
                .map(PublisherSpec::video)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        final boolean audio =
                room.publishers().isEmpty() || room.publishers().stream().anyMatch(PublisherSpec::audio);
        return new MediaRole.Viewer(audio, video, room.seats());
    }
}
