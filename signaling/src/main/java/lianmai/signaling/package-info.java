/**
 * The signaling shell: JSON and WebSockets around the pure room machine.
 *
 * <p>{@code SignalingCore} owns the rooms and carries out what they say; {@code MessageCodec} turns frames into
 * messages
 * and back; {@code WebSocketShell} is a connection. All of it runs on the one event loop thread {@code signaling}.
 */
package lianmai.signaling;
