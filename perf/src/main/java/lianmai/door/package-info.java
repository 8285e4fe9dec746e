/**
 * The ways into a media server: a {@link lianmai.door.Door} negotiates one simulated client, and the
 * {@link lianmai.door.Session} says where its media goes and what may be sent. No media is sent here.
 *
 * <p>Sockets of one door share a thread of Netty's, or the JDK's HTTP client; calls block and come on virtual threads.
 */
package lianmai.door;
