/**
 * SRTP's arithmetic in C over Intel's ipsec-mb, a turn's packets in one call ({@code src/main/c/srtp_batch.h} says
 * what C does). {@link lianmai.ipsecmb.NativeSrtpAccelerator} is how others come by it.
 */
package lianmai.ipsecmb;
