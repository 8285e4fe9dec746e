package lianmai.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lianmai.message.ClientMessage;
import lianmai.message.Role;
import lianmai.message.ServerMessage;
import org.junit.jupiter.api.Test;

class FanoutTest {
    private final TestHall hall = new TestHall();
    private final TestClient host = hall.join("r", "host", Role.HOST);

    @Test
    void shouldSendTheFirstLineAtOnceAndTheNextInBatches() {
        final TestClient viewer = hall.join("r", "v", null);
        hall.advance(1_000);
        host.chat("one");
        hall.advance(0);
        assertThat(viewer.last(ServerMessage.Chat.class).messages()).hasSize(1);
        host.chat("two");
        viewer.chat("three");
        hall.advance(49);
        assertThat(viewer.all(ServerMessage.Chat.class)).hasSize(1);
        hall.advance(1);
        final ServerMessage.Chat batch = viewer.last(ServerMessage.Chat.class);
        assertThat(batch.messages()).extracting(ServerMessage.ChatLine::text).containsExactly("two", "three");
        assertThat(batch.dropped()).isNull();
        assertThat(batch.messages().getFirst().at()).isGreaterThan(1_700_000_000_000L);
        assertThat(host.last(ServerMessage.Chat.class)).isEqualTo(batch);
    }

    @Test
    void shouldSendAtMost20BatchesASecond() {
        final List<TestClient> chatters = crowd(20);
        host.forgetInbox();
        for (int i = 0; i < 100; i++) {
            chatters.get(i % 20).chat("x" + i);
            hall.advance(10);
        }
        assertThat(host.all(ServerMessage.Chat.class)).hasSizeBetween(19, 21);
        final int lines = host.all(ServerMessage.Chat.class).stream()
                .mapToInt(batch -> batch.messages().size())
                .sum();
        assertThat(lines).isGreaterThan(90);
    }

    @Test
    void shouldKeepTheNewestLinesAndSayHowManyWereDropped() {
        final List<TestClient> chatters = crowd(30);
        hall.advance(1_000);
        host.chat("first");
        hall.advance(0);
        for (int i = 0; i < 150; i++) {
            chatters.get(i % 30).chat("x" + i);
        }
        hall.advance(50);
        final ServerMessage.Chat batch = host.last(ServerMessage.Chat.class);
        assertThat(batch.messages()).hasSize(Fanout.LINES_PER_BATCH);
        assertThat(batch.dropped()).isEqualTo(50);
        assertThat(batch.messages().getLast().text()).isEqualTo("x149");
    }

    @Test
    void shouldStayUnderTheWriteCapInALargeRoom() {
        final TestHall capped = new TestHall(new RoomLimits(4, 10_000, 10, 1_000), Admission.OPEN);
        final List<TestClient> all = new ArrayList<>();
        all.add(capped.join("r", "host", Role.HOST));
        for (int i = 0; i < 199; i++) {
            all.add(capped.join("r", "v" + i, null));
        }
        capped.advance(10_000);
        capped.messages = 0;
        for (int i = 0; i < 500; i++) {
            all.get(i % 200).chat("x");
            capped.advance(20);
        }
        // 500 replies of their own, and ten seconds of 1,000 writes.
        assertThat(capped.messages).isBetween(500 + 8_000, 500 + 11_000);
    }

    @Test
    void shouldCountReactions() {
        final TestClient viewer = hall.join("r", "v", null);
        hall.advance(1_000);
        host.outcome(new ClientMessage.Reaction("a", "❤"));
        hall.advance(0);
        viewer.outcome(new ClientMessage.Reaction("b", "❤"));
        host.outcome(new ClientMessage.Reaction("c", "❤"));
        host.outcome(new ClientMessage.Reaction("d", "👏"));
        hall.advance(50);
        assertThat(viewer.last(ServerMessage.Reactions.class).counts()).isEqualTo(Map.of("❤", 2, "👏", 1));
    }

    @Test
    void shouldLimitEachMembersChat() {
        int sent = 0;
        for (int i = 0; i < 30; i++) {
            sent += host.chat("x").equals("ok") ? 1 : 0;
        }
        assertThat(sent).isEqualTo(10);
        hall.advance(1_000);
        assertThat(host.chat("y")).isEqualTo("ok");
    }

    @Test
    void shouldTellTheAudienceAtMostOnceASecond() {
        hall.advance(5_000);
        host.forgetInbox();
        for (int i = 0; i < 40; i++) {
            hall.join("r", "v" + i, null);
            hall.advance(100);
        }
        assertThat(host.all(ServerMessage.Audience.class)).hasSizeBetween(4, 5);
        hall.advance(10_000);
        assertThat(host.all(ServerMessage.Audience.class)).hasSizeBetween(4, 6);
        assertThat(host.last(ServerMessage.Audience.class).count()).isEqualTo(40);
    }

    private List<TestClient> crowd(final int size) {
        final List<TestClient> crowd = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            crowd.add(hall.join("r", "c" + i, null));
        }
        return crowd;
    }
}
