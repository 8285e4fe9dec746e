package lianmai.room;

/**
 * One room as {@code GET /api/rooms} shows it.
 *
 * @param host the host's name, or null
 * @param onStage how many seats are taken
 * @param members everybody, on and off the stage
 */
public record RoomSummary(String name, String host, int onStage, int seats, int members, boolean locked) {}
