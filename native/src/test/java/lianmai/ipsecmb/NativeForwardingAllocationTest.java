package lianmai.ipsecmb;

import static org.assertj.core.api.Assertions.assertThat;

import lianmai.gc.AllocationFree;
import lianmai.gc.AllocationWindow;
import lianmai.relay.Counter;
import lianmai.relay.ForwardingLoad;
import org.junit.jupiter.api.AfterEach;

/**
 * The gate of design law 3, from a received datagram to the datagrams to send, encryption included: unprotect, route,
 * rewrite, protect, and beside that RTCP, repair and consent.
 */
class NativeForwardingAllocationTest {
    private static final int VIEWERS = 50;

    private final ForwardingLoad load = new ForwardingLoad(NativeSrtp.provider(), VIEWERS);

    @AfterEach
    void shouldHaveEverySlotBack() {
        load.end();
    }

    @AllocationFree(bytes = 1024)
    void shouldAllocateNextToNothingForAMillionForwardedPackets(final AllocationWindow window) {
        final long checks = load.counters().value(Counter.STUN_CHECKS);
        load.forward(window, 1_000_000);
        assertThat(load.counters().value(Counter.RTX_SENT)).isPositive();
        assertThat(load.counters().value(Counter.STUN_CHECKS)).isGreaterThan(checks + 2 * VIEWERS);
        assertThat(load.counters().value(Counter.PROTECTED_IN_BATCHES)).isGreaterThan(load.forwarded() / 2);
    }
}
