/**
 * SRTP and SRTCP. {@link lianmai.srtp.SrtpTransform} is all the relay sees; providers differ in who does the AES.
 * Protocol (indices, replay, key derivation) is Java here, arithmetic is behind {@link lianmai.srtp.PacketCipher}.
 */
package lianmai.srtp;
