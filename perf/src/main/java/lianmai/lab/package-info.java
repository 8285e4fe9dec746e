/**
 * {@code ./lianmai gc-lab}: what the JVM's collector, heap and flags do to packets, under the same real load.
 * Processes, cores, windows and rounds are those of {@link lianmai.bench}.
 */
package lianmai.lab;
