package lianmai.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestDeadlineTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void connect() {
        channel.freezeTime();
        channel.pipeline().addLast(new RequestDeadline());
    }

    @Test
    void shouldHangUpOnAConnectionThatNeverAsks() {
        pass(RequestDeadline.IDLE_S - 1);
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void shouldHangUpOnABodyThatTrickles() {
        pass(RequestDeadline.IDLE_S - 1);
        channel.writeInbound(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/whip/r"));
        for (int second = 0; second < RequestDeadline.BODY_S; second++) {
            assertThat(channel.isOpen()).isTrue();
            channel.writeInbound(new DefaultHttpContent(Unpooled.EMPTY_BUFFER));
            pass(1);
        }
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void shouldGiveEachRequestItsOwnTime() {
        for (int request = 0; request < 10; request++) {
            pass(RequestDeadline.IDLE_S - 1);
            channel.writeInbound(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"));
            pass(RequestDeadline.BODY_S - 1);
            channel.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);
        }
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void shouldLeaveAWebSocketAlone() {
        channel.writeOutbound(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS));
        pass(3600);
        assertThat(channel.isOpen()).isTrue();
        assertThat(channel.pipeline().get(RequestDeadline.class)).isNull();
    }

    private void pass(final int seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
    }
}
