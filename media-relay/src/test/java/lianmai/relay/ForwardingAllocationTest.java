package lianmai.relay;

import lianmai.srtp.JitsiSrtpProvider;
import org.junit.jupiter.api.Test;

/**
 * Prints how many bytes the relay allocates for each packet that it forwards, without and with the portable cipher. The
 * gate at zero is the native module's (design law 3).
 */
class ForwardingAllocationTest {
    @Test
    void shouldPrintTheBytesAllocatedForEachForwardedPacket() {
        final double relay = ForwardingMeter.bytesPerPacket(new PlainSrtp());
        final double all = ForwardingMeter.bytesPerPacket(new JitsiSrtpProvider());
        System.out.printf(
                "allocated for each forwarded packet (1 to %d): relay %.2f B, jitsi cipher %.1f B%n",
                ForwardingMeter.VIEWERS, relay, all - relay);
    }
}
