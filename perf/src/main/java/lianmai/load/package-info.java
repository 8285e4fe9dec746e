/**
 * The load generator: many real WebRTC clients on one thread, which count all that reaches them and check a sample of
 * it to the last byte.
 *
 * <p>{@link lianmai.load.LoadRun} starts a {@link lianmai.load.LoadPlan} through a {@link lianmai.door.Door}. One
 * thread, {@code LoadAgent}, drives one socket ({@link lianmai.load.MmsgPort}) and all clients; each client has an
 * address of its own. What a publisher sends comes from a {@link lianmai.load.MediaSource}; synthetic payloads end in a
 * {@link lianmai.load.PayloadMark} by which a viewer knows what it got and when that was due.
 */
package lianmai.load;
