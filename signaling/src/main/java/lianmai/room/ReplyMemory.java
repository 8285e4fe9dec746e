package lianmai.room;

import java.util.LinkedHashMap;
import java.util.Map;
import lianmai.message.ServerMessage.Answer;
import lianmai.message.ServerMessage.Joined;
import lianmai.message.ServerMessage.Participants;
import lianmai.message.ServerMessage.Pong;
import lianmai.message.ServerMessage.Reply;
import lianmai.message.ServerMessage.Resumed;
import lianmai.message.ServerMessage.Snapshot;

/**
 * The replies to a member's last {@value #KEPT} requests, so that a repeated request has no second effect.
 *
 * <p>Replies that carry SDP are tens of kilobytes: only the newest is kept, and only for {@link #LARGE_NS}. Replies to
 * requests that change nothing are not kept.
 */
final class ReplyMemory {
    static final int KEPT = 64;
    /** Longer than any sensible client waits before it asks again. */
    static final long LARGE_NS = 30_000_000_000L;

    private final LinkedHashMap<String, Reply> replies = new LinkedHashMap<>(4);
    private Reply large;
    private long largeUntilNs = Wakeups.NEVER;

    void put(final Reply reply, final long nowNs) {
        switch (reply) {
            case Joined _, Answer _ -> {
                large = reply;
                largeUntilNs = nowNs + LARGE_NS;
            }
            case Participants _, Pong _, Resumed _, Snapshot _ -> {}
            default -> {
                if (replies.size() == KEPT) {
                    final Map.Entry<String, Reply> eldest = replies.firstEntry();
                    replies.remove(eldest.getKey());
                }
                replies.put(reply.id(), reply);
            }
        }
    }

    /** The reply to that request, or null. */
    Reply find(final String id) {
        return large != null && large.id().equals(id) ? large : replies.get(id);
    }

    long nextDeadlineNs() {
        return largeUntilNs;
    }

    void onTime(final long nowNs) {
        if (largeUntilNs <= nowNs) {
            large = null;
            largeUntilNs = Wakeups.NEVER;
        }
    }
}
