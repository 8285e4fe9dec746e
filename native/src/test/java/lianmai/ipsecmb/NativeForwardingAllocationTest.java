package lianmai.ipsecmb;

import static org.assertj.core.api.Assertions.assertThat;

import lianmai.relay.ForwardingMeter;
import org.junit.jupiter.api.Test;

/**
 * The gate of design law 3, from a received datagram to the datagrams to send. What is left are the events and reports
 * of each second, up to a few hundred bytes depending on what is compiled by then; the smallest object (16 B) for each
 * received packet would be 1.6 B for each of its ten copies.
 */
class NativeForwardingAllocationTest {
    @Test
    void shouldForwardWithoutAllocatingForEachPacket() {
        assertThat(ForwardingMeter.bytesPerPacket(NativeSrtp.provider()))
                .as("bytes for each forwarded packet")
                .isLessThan(0.5);
    }
}
