/**
 * What the JVM does to latency: what threads allocate, how long and why they are held, and how much of the latency
 * budget that takes. Knows nothing of packets; how long these stayed comes in as numbers.
 */
package lianmai.gc;
