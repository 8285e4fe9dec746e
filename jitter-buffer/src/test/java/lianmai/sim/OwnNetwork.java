package lianmai.sim;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs the test methods of a class in JVMs of their own, each in a network of its own: {@code lo}, and {@code eth0}
 * with {@value #ADDRESS}, which leads nowhere.
 *
 * <p>For clients that will not use loopback addresses, and for traffic that must not reach a real network. Skipped,
 * with the reason, where such a network cannot be made. Fixtures belong into the method: those of the class and
 * {@code BeforeEach} would run in this JVM too.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NetworkNamespace.class)
public @interface OwnNetwork {
    /** From the block that RFC 2544 reserves for tests of network devices. */
    String ADDRESS = "198.18.0.1";
}
