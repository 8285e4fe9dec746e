package lianmai.gc;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class WholeHeapTest {
    @Test
    void shouldRaiseTheSoftLimitToTheHeapsSize() {
        final HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        final String before = jvm.getVMOption("SoftMaxHeapSize").getValue();
        final long heap = Long.parseLong(jvm.getVMOption("MaxHeapSize").getValue());
        try {
            jvm.setVMOption("SoftMaxHeapSize", Long.toString(heap / 2));
            assertThat(WholeHeap.use()).isEqualTo(heap);
        } finally {
            jvm.setVMOption("SoftMaxHeapSize", before);
        }
    }
}
