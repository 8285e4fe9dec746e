/**
 * ICE as an ICE-lite server needs it: STUN messages read and written in place, the agent of one peer, and a small
 * client for tests and load. Pure: bytes and times in, bytes and statuses out.
 */
package lianmai.ice;
