package lianmai.room;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lianmai.message.ServerMessage;
import lianmai.message.ServerMessage.ActiveSpeaker;
import lianmai.message.ServerMessage.Chat;
import lianmai.message.ServerMessage.ChatLine;
import lianmai.message.ServerMessage.Passing;
import lianmai.message.ServerMessage.PkScore;
import lianmai.message.ServerMessage.Reactions;

/**
 * What goes to everybody in a room in batches: chat, reactions, the speaker, the score of a PK, the audience. Forgets
 * the oldest chat lines of a batch beyond {@value #LINES_PER_BATCH}, and says how many.
 *
 * <p>Thread: signaling (confined). Units: ns.
 */
final class Fanout {
    /** At most 20 batches a second: quicker than anyone reads. */
    static final long BEAT_NS = 50_000_000L;
    /** At most one audience a second. */
    static final long AUDIENCE_NS = 1_000_000_000L;
    /** As many as a screen of danmaku holds. */
    static final int LINES_PER_BATCH = 100;
    /** Reactions are free text; bounds a batch of nothing but different ones. */
    static final int KINDS_PER_BATCH = 32;
    /** The audience may take a quarter of the write budget: in a very large room it comes less often. */
    private static final int AUDIENCE_SHARE = 4;

    /** The members of the room, as far as batches need them. */
    interface Hall {
        /** The connections to send to. */
        long[] connections();

        ServerMessage.Audience audience();

        /** Null when no PK runs any more. */
        PkScore pkScore(long nowNs);

        void broadcast(long[] connections, Passing message);
    }

    private final WriteBudget budget;
    private final int writesPerSecond;
    private final ArrayDeque<ChatLine> lines = new ArrayDeque<>();
    private final Map<String, Integer> reactions = new LinkedHashMap<>();
    private ActiveSpeaker speaker;
    private int dropped;
    private boolean audienceChanged;
    private boolean pkScoreChanged;
    private long nextBeatNs;
    private long nextAudienceNs;
    private long heldUntilNs;

    Fanout(final WriteBudget budget, final int writesPerSecond, final long nowNs) {
        this.budget = budget;
        this.writesPerSecond = writesPerSecond;
        nextBeatNs = nowNs;
        nextAudienceNs = nowNs;
        heldUntilNs = nowNs;
    }

    void chat(final ChatLine line) {
        if (lines.size() == LINES_PER_BATCH) {
            lines.removeFirst();
            dropped++;
        }
        lines.addLast(line);
    }

    void reaction(final String kind) {
        if (reactions.size() < KINDS_PER_BATCH || reactions.containsKey(kind)) {
            reactions.merge(kind, 1, Integer::sum);
        }
    }

    void speaker(final ActiveSpeaker now) {
        speaker = now;
    }

    void pkScoreChanged() {
        pkScoreChanged = true;
    }

    void audienceChanged() {
        audienceChanged = true;
    }

    long nextDeadlineNs() {
        final boolean nothing = lines.isEmpty() && reactions.isEmpty() && speaker == null && !pkScoreChanged;
        final long beat = nothing ? Wakeups.NEVER : nextBeatNs;
        final long audience = audienceChanged ? nextAudienceNs : Wakeups.NEVER;
        return Math.max(Math.min(beat, audience), heldUntilNs);
    }

    void onTime(final long nowNs, final Hall hall) {
        if (nextDeadlineNs() > nowNs) {
            return;
        }
        heldUntilNs = budget.readyAtNs(nowNs);
        if (heldUntilNs > nowNs) {
            return;
        }
        final long[] connections = hall.connections();
        int messages = 0;
        if (nextBeatNs <= nowNs) {
            messages += beat(connections, hall, nowNs);
            nextBeatNs = nowNs + BEAT_NS;
        }
        if (audienceChanged && nextAudienceNs <= nowNs) {
            hall.broadcast(connections, hall.audience());
            audienceChanged = false;
            messages++;
            final long fairNs = 1_000_000_000L * connections.length * AUDIENCE_SHARE / writesPerSecond;
            nextAudienceNs = nowNs + Math.max(AUDIENCE_NS, fairNs);
        }
        budget.spend(messages * connections.length, nowNs);
    }

    private int beat(final long[] connections, final Hall hall, final long nowNs) {
        int messages = 0;
        if (!lines.isEmpty()) {
            hall.broadcast(connections, new Chat(List.copyOf(lines), dropped == 0 ? null : dropped));
            lines.clear();
            dropped = 0;
            messages++;
        }
        if (!reactions.isEmpty()) {
            hall.broadcast(connections, new Reactions(Map.copyOf(reactions)));
            reactions.clear();
            messages++;
        }
        if (speaker != null) {
            hall.broadcast(connections, speaker);
            speaker = null;
            messages++;
        }
        final PkScore score = pkScoreChanged ? hall.pkScore(nowNs) : null;
        pkScoreChanged = false;
        if (score != null) {
            hall.broadcast(connections, score);
            messages++;
        }
        return messages;
    }
}
