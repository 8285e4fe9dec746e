package lianmai.gc;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test of which one round allocates next to nothing (design law 3). The method is one round of the work; it takes an
 * {@link AllocationWindow} and opens it around what is to be counted.
 *
 * <p>It is called again, on the same instance, until a round stays within the limit: the first rounds warm up, and a
 * compilation in the middle of one may undo what the JIT had put into registers. What allocates for each packet never
 * gets there.
 */
@Test
@ExtendWith(AllocationFreeExtension.class)
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface AllocationFree {
    /** What one round may allocate within the window. */
    long bytes();

    /** How often it is tried. */
    int rounds() default 20;
}
