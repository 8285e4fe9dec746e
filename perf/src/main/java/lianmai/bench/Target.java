package lianmai.bench;

import java.util.OptionalLong;
import lianmai.door.Door;

/**
 * A server that is measured.
 *
 * <p>Owns: its process, if it has one, and its door.
 */
public interface Target extends AutoCloseable {
    /** {@code lianmai}, {@code janus}, … */
    String name();

    /** Version and setting, for the report. */
    String about();

    Door door();

    /** Of its process; empty when somebody else started it, perhaps elsewhere, and its CPU time is not to be had. */
    OptionalLong pid();

    /** RTP packets that it says to have forwarded; empty when it does not count them. */
    OptionalLong forwarded() throws BenchException;

    @Override
    void close();
}
