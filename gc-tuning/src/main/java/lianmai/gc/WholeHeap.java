package lianmai.gc;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;

/**
 * Lets the collector use all of the heap once the server is ready. Until then {@code -XX:SoftMaxHeapSize} has made it
 * small, so that ZGC's collections to warm up, at 10, 20 and 30 % of it, were over before anybody came.
 *
 * <p>Thread: any.
 */
public final class WholeHeap {
    private static final String SOFT_LIMIT = "SoftMaxHeapSize";

    private WholeHeap() {}

    /** From now on; answers the heap's soft limit, in bytes, or 0 where this JVM has none. */
    public static long use() {
        final HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        try {
            final VMOption limit = jvm.getVMOption(SOFT_LIMIT);
            if (!limit.isWriteable()) {
                return 0;
            }
            jvm.setVMOption(SOFT_LIMIT, jvm.getVMOption("MaxHeapSize").getValue());
            return Long.parseLong(jvm.getVMOption(SOFT_LIMIT).getValue());
        } catch (final IllegalArgumentException noSuchOption) {
            return 0;
        }
    }
}
