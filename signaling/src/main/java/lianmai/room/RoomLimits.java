package lianmai.room;

/**
 * How much there may be of everything.
 *
 * @param seats per stage, 1 … 12: each costs every client two m-lines
 * @param maxMembersPerRoom 1 … 1,000,000
 * @param maxRooms 1 … 1,000,000
 * @param batchWritesPerSecond socket writes a second spent on chat, reactions and audience, 100 … 10,000,000: one
 *     signaling thread makes about 100,000 and has other things to do
 */
public record RoomLimits(int seats, int maxMembersPerRoom, int maxRooms, int batchWritesPerSecond) {
    public static final RoomLimits DEFAULT = new RoomLimits(4, 10_000, 1_000, 20_000);

    public RoomLimits {
        check("seats", seats, 1, 12);
        check("maxMembersPerRoom", maxMembersPerRoom, 1, 1_000_000);
        check("maxRooms", maxRooms, 1, 1_000_000);
        check("batchWritesPerSecond", batchWritesPerSecond, 100, 10_000_000);
    }

    private static void check(final String name, final int value, final int low, final int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(name + " must be " + low + " to " + high + ", not " + value);
        }
    }
}
