package lianmai.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import lianmai.srtp.SrtpAccelerator.Found;
import lianmai.srtp.SrtpProviders.Mode;
import org.junit.jupiter.api.Test;

class SrtpProvidersTest {
    private static final SrtpProvider FAST = new SrtpProvider() {
        @Override
        public String name() {
            return "fast";
        }

        @Override
        public SrtpTransform transform(final SrtpKeys keys) {
            throw new AssertionError("not asked for");
        }
    };
    private static final SrtpAccelerator WORKS = () -> Found.works(FAST, "works");
    private static final SrtpAccelerator MISSING = () -> Found.missing("no such library", "install it");

    @Test
    void shouldTakeTheFasterOneWhereThereIsOne() {
        assertThat(SrtpProviders.choose(Mode.AUTO, List.of(MISSING, WORKS)))
                .isEqualTo(new SrtpProviders.Chosen(FAST, "works", ""));
        assertThat(SrtpProviders.choose(Mode.NATIVE, List.of(WORKS)).provider()).isSameAs(FAST);
    }

    @Test
    void shouldFallBackOnJitsiAndSayWhatIsMissing() {
        final SrtpProviders.Chosen chosen = SrtpProviders.choose(Mode.AUTO, List.of(MISSING));

        assertThat(chosen.provider().name()).isEqualTo("jitsi");
        assertThat(chosen.reason()).isEqualTo("no such library");
        assertThat(chosen.advice()).isEqualTo("install it");
        assertThat(SrtpProviders.choose(Mode.AUTO, List.of()).provider().name()).isEqualTo("jitsi");
    }

    @Test
    void shouldDoWhatIsAskedForOrRefuse() {
        assertThat(SrtpProviders.choose(Mode.JITSI, List.of(WORKS)).provider().name())
                .isEqualTo("jitsi");
        assertThatThrownBy(() -> SrtpProviders.choose(Mode.NATIVE, List.of(MISSING)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--srtp native is not possible here: no such library; install it");
    }

    @Test
    void shouldKnowItsWords() {
        assertThat(List.of(Mode.parse("auto"), Mode.parse("Native"), Mode.parse("jitsi")))
                .containsExactly(Mode.AUTO, Mode.NATIVE, Mode.JITSI);
        assertThatThrownBy(() -> Mode.parse("openssl")).hasMessage("--srtp is auto, native or jitsi, not openssl");
    }
}
