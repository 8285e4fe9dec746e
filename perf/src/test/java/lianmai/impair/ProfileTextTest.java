package lianmai.impair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileTextTest {
    private static final long NS_PER_MS = 1_000_000;

    @Test
    void shouldReadEverySetting() {
        final ImpairProfile p = ProfileText.parse("loss=5%, burst=3,delay=40ms,jitter=1.5ms,shape=exponential,"
                + "overtake=yes,reorder=1%,reorder-by=15ms,duplicate=0.5%,rate=2mbit,queue=200ms,overhead=48b");
        assertThat(p.meanLoss()).isCloseTo(0.05, within(1e-12));
        assertThat(p.leaveBad()).isCloseTo(1.0 / 3, within(1e-12));
        assertThat(p.delayNs()).isEqualTo(40 * NS_PER_MS);
        assertThat(p.jitterNs()).isEqualTo(1_500_000);
        assertThat(p.shape()).isEqualTo(ImpairProfile.Shape.EXPONENTIAL);
        assertThat(p.overtakes()).isTrue();
        assertThat(p.reorder()).isEqualTo(0.01);
        assertThat(p.reorderNs()).isEqualTo(15 * NS_PER_MS);
        assertThat(p.duplicate()).isEqualTo(0.005);
        assertThat(p.bitsPerSecond()).isEqualTo(2_000_000);
        assertThat(p.queueBytes()).isEqualTo(50_000);
        assertThat(p.overheadBytes()).isEqualTo(48);
    }

    @Test
    void shouldFillInWhatIsNotSaid() {
        final ImpairProfile p = ProfileText.parse("rate=1mbit,reorder=2%,jitter=5ms");
        assertThat(p.queueBytes()).isEqualTo(25_000);
        assertThat(p.overheadBytes()).isEqualTo(ImpairProfile.IPV4_UDP_BYTES);
        assertThat(p.reorderNs()).isEqualTo(20 * NS_PER_MS);
        assertThat(p.shape()).isEqualTo(ImpairProfile.Shape.UNIFORM);
        assertThat(p.overtakes()).isFalse();
        assertThat(ProfileText.parse("none")).isEqualTo(ImpairProfile.NONE);
    }

    @Test
    void shouldLetSettingsReplaceThoseOfANamedProfile() {
        final ImpairProfile p = ProfileText.parse("LTE,loss=2%,rate=500kbit,queue=64kb");
        assertThat(p.meanLoss()).isCloseTo(0.02, within(1e-12));
        assertThat(p.delayNs()).isEqualTo(30 * NS_PER_MS);
        assertThat(p.bitsPerSecond()).isEqualTo(500_000);
        assertThat(p.queueBytes()).isEqualTo(64_000);
        assertThat(ProfileText.parse("wifi,loss=0%").meanLoss()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadEveryNamedProfile(final ImpairPreset preset) {
        final ImpairProfile profile = ProfileText.parse(preset.typed());
        assertThat(ProfileText.parse(ProfileText.write(profile))).isEqualTo(profile);
        assertThat(preset.reason()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "none",
                "loss=5%",
                "loss=5%,burst=4",
                "loss=10%,burst=8,inside=50%",
                "loss=10%,burst=8,inside=50%,between=2%",
                "delay=40ms,jitter=0.25ms,shape=exponential,overtake=yes",
                "reorder=1%,reorder-by=20ms,duplicate=0.5%",
                "rate=2000000bit,queue=50000b,overhead=0b",
            })
    void shouldWriteWhatItReads(final String text) {
        assertThat(ProfileText.write(ProfileText.parse(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "wlan                    | there is no profile 'wlan'",
                "wifi,lte                | 'lte' is no setting",
                "loss=5%,,delay=1ms      | '' is no setting",
                "loss=                   | 'loss=' is no setting",
                "lost=5%                 | there is no setting 'lost'; there are loss, burst,",
                "loss=5                  | loss must be a share such as 5%, not 5",
                "loss=-5%                | loss must be a share such as 5%, not -5%",
                "loss=101%               | loss must be 0% to 100%, not 101%",
                "loss=5%,loss=6%         | loss is given twice",
                "delay=40                | delay must be a time such as 40ms, not 40",
                "delay=11s               | delay must be 0 to 10s",
                "delay=1e3ms             | delay must be a time such as 40ms, not 1e3ms",
                "delay=99999999999999999999999999999s | delay must be 0 to 10s",
                "burst=3                 | burst needs loss beside it",
                "loss=5%,burst=0.5       | burst must be at least 1 packet",
                "loss=60%,burst=1        | needs longer bursts than burst=1; at least 2",
                "loss=60%,burst=9,inside=50% | must lie between between=0% and inside=50%",
                "loss=5%,inside=50%      | inside needs burst beside it",
                "shape=uniform           | shape needs jitter beside it",
                "jitter=1ms,shape=normal | shape is uniform or exponential, not normal",
                "jitter=1ms,overtake=1   | overtake is yes or no, not 1",
                "queue=200ms             | queue needs rate beside it",
                "rate=2mb                | rate must be 2mbit or 500kbit, not 2mb",
                "rate=0bit               | rate must be at least 1bit",
                "rate=99gbit             | rate must be between 1bit and 10gbit",
                "rate=10kbit             | the queue would hold 250 bytes",
                "rate=1gbit,queue=9s     | the queue would hold 1125000000 bytes",
                "rate=2mbit,queue=11s    | queue must be at most 10s",
                "rate=2mbit,queue=20     | queue must be 200ms or 64kb, not 20",
            })
    void shouldSayInOneLineWhatIsWrong(final String text, final String part) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProfileText.parse(text))
                .withMessageContaining(part)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }
}
