package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyframeRequesterTest {
    private final KeyframeRequester requester = new KeyframeRequester();
    private long nowNs = 1_000_000_000L;

    @Test
    void shouldAskAtOnceAndOnlyWhenSomebodyWaits() {
        assertThat(requester.poll(nowNs)).isFalse();
        assertThat(requester.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        requester.want();
        assertThat(requester.nextDeadlineNs()).isLessThanOrEqualTo(nowNs);
        assertThat(requester.poll(nowNs)).isTrue();
        assertThat(requester.poll(nowNs)).isFalse();
    }

    @Test
    void shouldNotAskAgainBeforeThePublisherCouldAnswer() {
        requester.want();
        requester.poll(nowNs);
        requester.want();
        nowNs += KeyframeRequester.LEAST_INTERVAL_NS - 1;
        assertThat(requester.poll(nowNs)).isFalse();
        assertThat(requester.nextDeadlineNs()).isEqualTo(nowNs + 1);
        assertThat(requester.poll(nowNs + 1)).isTrue();
        assertThat(requester.nextDeadlineNs()).isEqualTo(nowNs + 1 + KeyframeRequester.RETRY_NS);
    }

    @Test
    void shouldStopWhenTheKeyFrameComes() {
        requester.want();
        requester.poll(nowNs);
        requester.onKeyFrame();
        nowNs += 10_000_000_000L;
        assertThat(requester.poll(nowNs)).isFalse();
        assertThat(requester.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldKeepTheLeastIntervalThoughKeyFramesCome() {
        int sent = 0;
        for (int i = 0; i < 300; i++) {
            requester.want();
            if (requester.poll(nowNs)) {
                sent++;
                requester.onKeyFrame();
            }
            nowNs += 10_000_000L;
        }
        assertThat(sent).isEqualTo(10);
    }

    @Test
    void shouldAskEverMoreSlowlyAPublisherThatDoesNotAnswer() {
        requester.want();
        int sent = 0;
        for (int i = 0; i < 6000; i++) {
            sent += requester.poll(nowNs) ? 1 : 0;
            nowNs += 10_000_000L;
        }
        // Ten within five seconds, then one each three.
        assertThat(sent).isBetween(27, 30);
    }
}
