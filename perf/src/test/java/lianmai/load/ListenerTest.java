package lianmai.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ListenerTest {
    private static final long MS = 1_000_000;
    private static final long PACKET_NS = 20 * MS;
    private static final int PACKETS = 3000;

    private final Distribution delay = new Distribution();
    private final Distribution mouthToEar = new Distribution();
    private final Listener listener = new Listener(delay, mouthToEar);

    private Heard heard() {
        final Heard heard = new Heard();
        heard.add(listener);
        return heard;
    }

    private void packet(final int i, final long arrivalNs) {
        listener.onPacket(i & 0xFFFF, i * 960, i * PACKET_NS, arrivalNs);
    }

    @Test
    void shouldHearAllOfAnEvenStream() {
        for (int i = 0; i < PACKETS; i++) {
            packet(i, i * PACKET_NS + 5 * MS);
        }
        assertThat(heard().concealedNs).isZero();
        assertThat(heard().playedNs).isCloseTo(PACKETS * PACKET_NS, within(100 * MS));
        // On its way for 5 ms, then in the buffer for as long as it starts with.
        assertThat(mouthToEar.total().getMaxValue()).isBetween(5 * MS, 70 * MS);
    }

    @Test
    void shouldMissWhatIsLost() {
        final SplittableRandom random = new SplittableRandom(3);
        int lost = 0;
        for (int i = 0; i < PACKETS; i++) {
            if (i > 100 && i < PACKETS - 10 && random.nextInt(20) == 0) {
                lost++;
            } else {
                packet(i, i * PACKET_NS);
            }
        }
        assertThat(heard().concealedNs).isBetween(lost * PACKET_NS * 3 / 4, lost * PACKET_NS * 5 / 4);
        assertThat(heard().gaps).isBetween(lost * 3L / 4, (long) lost);
    }

    @Test
    void shouldMissWhatStalls() {
        for (int i = 0; i < 100; i++) {
            packet(i, i * PACKET_NS);
        }
        listener.playUntil(100 * PACKET_NS + 1000 * MS);
        assertThat(heard().concealedNs).isBetween(900 * MS, 1000 * MS);
    }
}
