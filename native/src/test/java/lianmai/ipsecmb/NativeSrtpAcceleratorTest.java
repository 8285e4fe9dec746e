package lianmai.ipsecmb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.ServiceLoader;
import lianmai.srtp.SrtpAccelerator;
import lianmai.srtp.SrtpProviders;
import lianmai.srtp.SrtpSelfTest;
import org.junit.jupiter.api.Test;

class NativeSrtpAcceleratorTest {
    @Test
    void shouldBeFoundAsAService() {
        assertThat(ServiceLoader.load(SrtpAccelerator.class)).hasAtLeastOneElementOfType(NativeSrtpAccelerator.class);
    }

    @Test
    void shouldBeChosenWhereItWorksAndElseSayWhatIsMissing() {
        final SrtpProviders.Chosen chosen = SrtpProviders.choose(SrtpProviders.Mode.AUTO);

        if (LibraryFile.isBuilt()) {
            assertThat(chosen.provider().name()).isEqualTo("native");
            assertThat(chosen.advice()).isEmpty();
        } else {
            assertThat(chosen.provider().name()).isEqualTo("jitsi");
            assertThat(chosen.advice()).contains("libipsec-mb-dev");
        }
    }

    @Test
    void shouldDescribePacketsAsCDoes() {
        NativeSrtp.provider();

        assertThat(Arrays.stream(SrtpLibrary.layout()).boxed().toList()).isEqualTo(PacketDescriptor.LAYOUT);
    }

    @Test
    void shouldGiveTheAnswersOfTheRfcs() {
        NativeSrtp.provider();
        final NativeBatch batch = new NativeBatch(1);

        assertThat(SrtpSelfTest.failure(
                        (profile, keys, isRtcp) -> new NativePacketCipher(batch, true, profile, keys, isRtcp)))
                .isNull();
    }
}
