package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import lianmai.gc.AllocationFree;
import lianmai.gc.AllocationWindow;
import lianmai.srtp.JitsiSrtpProvider;
import org.junit.jupiter.api.Test;

/**
 * The relay allocates nothing for a packet, whatever the cipher does (design law 3): RTP in and out, RTCP, repair,
 * consent. With encryption, that is the native module's test; here what the portable cipher allocates is printed.
 */
class ForwardingAllocationTest {
    private static final int VIEWERS = 50;

    private final ForwardingLoad load = new ForwardingLoad(new PlainSrtp(), VIEWERS);

    @AllocationFree(bytes = 1024)
    void shouldAllocateNextToNothingForAMillionForwardedPackets(final AllocationWindow window) {
        final long checks = load.counters().value(Counter.STUN_CHECKS);
        load.forward(window, 1_000_000);
        assertThat(load.counters().value(Counter.RTX_SENT)).isPositive();
        assertThat(load.counters().value(Counter.STUN_CHECKS)).isGreaterThan(checks + 2 * VIEWERS);
        assertThat(load.counters().value(DropReason.PROTECT_REFUSED)).isZero();
    }

    @Test
    void shouldPrintWhatThePortableCipherAllocates() {
        final AllocationWindow window = new AllocationWindow();
        final ForwardingLoad portable = new ForwardingLoad(new JitsiSrtpProvider(), 10);
        portable.forward(window, 300_000);
        window.clear();
        portable.forward(window, 100_000);
        portable.end();
        System.out.printf("jitsi-srtp allocates %.1f B for each forwarded packet%n", window.bytes() / 100_000.0);
        assertThat(window.bytes()).isPositive();
    }
}
