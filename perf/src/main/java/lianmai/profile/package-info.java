/**
 * {@code ./lianmai profile}: async-profiler on a running JVM. The profiler samples and writes a flight recording, in
 * which the server's own events lie beside the samples; here it is found, loaded, started and stopped, and what it
 * wrote becomes a flame graph and a table.
 */
package lianmai.profile;
