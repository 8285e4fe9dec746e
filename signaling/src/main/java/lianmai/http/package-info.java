/**
 * Plain HTTP: WHIP and WHEP, the studio's files, health and the list of rooms.
 *
 * <p>{@code HttpRouter} is a pure decision from an {@code HttpAsk} to an {@code HttpReply}; {@code MediaEndpoint} and
 * {@code StaticPages} are its parts; {@code HttpShell} is the socket in front of it, shared with the WebSockets. All of
 * it runs on the one event loop thread {@code signaling}.
 */
package lianmai.http;
