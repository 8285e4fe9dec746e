package lianmai.io;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * The wall clock to the nanosecond. {@link Instant#now()} makes an object, which only goes away where the compiler sees
 * through it, and what is read a few times a second is never compiled so far. The JDK's own reading underneath is a
 * number; {@code --add-opens java.base/jdk.internal.misc=ALL-UNNAMED}, which Agrona needs as well, lets us at it.
 * Without, it is the object.
 *
 * <p>Thread: any; nothing is kept. Units: ns since 1970.
 */
final class WallClock {
    private static final long NS_A_SECOND = TimeUnit.SECONDS.toNanos(1);
    /** What the JDK counts from; it must not be far from now, and years are not. */
    private static final long OFFSET_S = System.currentTimeMillis() / 1000;

    private static final long OUT_OF_RANGE = -1;
    private static final MethodHandle SINCE_OFFSET = sinceOffset();

    private WallClock() {}

    private static MethodHandle sinceOffset() {
        try {
            final Method method = Class.forName("jdk.internal.misc.VM").getMethod("getNanoTimeAdjustment", long.class);
            method.setAccessible(true);
            return MethodHandles.lookup().unreflect(method);
        } catch (final ReflectiveOperationException | RuntimeException notToBeHad) {
            return null;
        }
    }

    static long nowNs() {
        if (SINCE_OFFSET != null) {
            try {
                final long sinceNs = (long) SINCE_OFFSET.invokeExact(OFFSET_S);
                if (sinceNs != OUT_OF_RANGE) {
                    return OFFSET_S * NS_A_SECOND + sinceNs;
                }
            } catch (final Throwable e) {
                throw new IllegalStateException("a clock of the JDK cannot be read", e);
            }
        }
        final Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }
}
