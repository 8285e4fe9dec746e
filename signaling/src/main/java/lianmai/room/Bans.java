package lianmai.room;

import java.util.LinkedHashMap;

/** Who was kicked from where in the last ten minutes; beyond {@value #KEPT} the oldest is forgotten. */
final class Bans {
    static final long BAN_NS = 600_000_000_000L;
    private static final int KEPT = 100_000;

    private record Key(String room, String identity) {}

    /** In the order of their end, since all last equally long. */
    private final LinkedHashMap<Key, Long> untilNs = new LinkedHashMap<>();

    void add(final String room, final String identity, final long nowNs) {
        forgetOver(nowNs);
        if (untilNs.size() == KEPT) {
            untilNs.pollFirstEntry();
        }
        untilNs.putLast(new Key(room, identity), nowNs + BAN_NS);
    }

    boolean holds(final String room, final String identity, final long nowNs) {
        forgetOver(nowNs);
        return untilNs.containsKey(new Key(room, identity));
    }

    private void forgetOver(final long nowNs) {
        while (!untilNs.isEmpty() && untilNs.firstEntry().getValue() <= nowNs) {
            untilNs.pollFirstEntry();
        }
    }
}
