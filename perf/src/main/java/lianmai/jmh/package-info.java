/**
 * Micro-benchmarks of what happens to each packet, run by {@code ./lianmai jmh [regex]}. What they do not have is the
 * kernel: a figure from here is a part of a packet's cost, never the whole.
 */
package lianmai.jmh;
