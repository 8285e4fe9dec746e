/**
 * Rooms and their stages as a pure machine: messages, relay events and time go in, {@link lianmai.room.RoomEffect}s
 * come out.
 *
 * <p>{@code RoomRegistry} takes the input and finds whom it concerns; {@code Room} is one room's membership;
 * {@code Stage} and {@code Seat} say who sits where; {@code StageRequests} and {@code Moderation} are what members ask;
 * {@code Fanout} is what goes to everybody in batches.
 *
 * <p>Thread: signaling (confined). Units: ns.
 */
package lianmai.room;
