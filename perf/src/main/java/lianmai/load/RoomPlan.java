package lianmai.load;

import java.util.List;

/**
 * One room of a load.
 *
 * @param room its name
 * @param publishers who sends
 * @param viewers how many only receive
 * @param seats of how many publishers each viewer asks the streams, where the server has seats
 */
public record RoomPlan(String room, List<PublisherSpec> publishers, int viewers, int seats) {
    public RoomPlan {
        publishers = List.copyOf(publishers);
        if (room.isEmpty()) {
            throw new IllegalArgumentException("a room needs a name");
        }
        if (viewers < 0 || seats < 1) {
            throw new IllegalArgumentException("a room has 0 or more viewers and at least 1 seat");
        }
    }

    /** One publisher and its audience. */
    public static RoomPlan fanout(final String room, final PublisherSpec publisher, final int viewers) {
        return new RoomPlan(room, List.of(publisher), viewers, 1);
    }

    /** How many publishers a viewer gets. */
    public int visible() {
        return Math.min(seats, publishers.size());
    }

    /** Whether all payloads are synthetic, so that each must carry a mark. */
    boolean isMarked() {
        return publishers.stream().allMatch(publisher -> publisher.source() == null);
    }
}
