/**
 * The words of the signaling protocol {@code lianmai.v1} as records: what clients ask and what the server answers.
 *
 * <p>Pure data, so that the room machine can speak it without knowing JSON or sockets; {@code docs/protocol.md} is its
 * reference, and a test holds the two together.
 */
package lianmai.message;
