/**
 * {@code ./lianmai bench}: starts servers, loads them, tells what happened.
 *
 * <pre>
 *   BenchCommand ─ BenchOptions ─► BenchRun ──► a scenario's rounds ──► BenchResult (lianmai.report)
 *                                    │              │
 *                              Contender servers    lianmai.load, through a lianmai.door
 *                              (child processes, core 0)      (this process, core 1)
 * </pre>
 *
 * What a user can mend is a {@link lianmai.bench.BenchException}: one line, exit code 2.
 */
package lianmai.bench;
