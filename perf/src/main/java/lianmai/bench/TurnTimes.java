package lianmai.bench;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import lianmai.load.RoomPlan;
import lianmai.load.Takeover;
import lianmai.report.Metric;
import org.HdrHistogram.Histogram;

/**
 * Puts each accept together with the first packets that viewers got of that guest.
 *
 * <p>Thread: one. Units: ns of {@link System#nanoTime}.
 */
final class TurnTimes {
    private static final String NAME = "publisher-";
    private static final long LONGEST_NS = 60_000_000_000L;

    private final Map<Metric, Double> figures = new EnumMap<>(Metric.class);
    private final Histogram first = new Histogram(1_000, LONGEST_NS, 3);
    private final Histogram picture = new Histogram(1_000, LONGEST_NS, 3);

    /** @param guest its name at the door, which is the generator's: {@code publisher-} and the client's number */
    record Accept(String room, String guest, long sentNs) {}

    private record Key(String room, int publisher) {}

    private record Seen(long acceptNs, int viewer) {}

    /**
     * @param rooms in the generator's order, which numbers clients and publishers
     * @param turnNs after it the next guest's turn begins: what comes later is another turn's
     */
    TurnTimes(
            final List<RoomPlan> rooms, final List<Accept> accepts, final List<Takeover> takeovers, final long turnNs) {
        final Map<Integer, Integer> publishers = publishers(rooms);
        final Map<Key, TreeMap<Long, Accept>> byGuest = new HashMap<>();
        long expected = 0;
        final Map<String, Integer> viewers = new HashMap<>();
        rooms.forEach(room -> viewers.put(room.room(), room.viewers()));
        for (final Accept accept : accepts) {
            final int client = Integer.parseInt(accept.guest().substring(NAME.length()));
            byGuest.computeIfAbsent(new Key(accept.room(), publishers.get(client)), key -> new TreeMap<>())
                    .put(accept.sentNs(), accept);
            expected += viewers.get(accept.room());
        }
        final Map<Seen, Long> anything = new HashMap<>();
        for (final Takeover takeover : takeovers) {
            final TreeMap<Long, Accept> turns = byGuest.get(new Key(takeover.room(), takeover.publisher()));
            final Map.Entry<Long, Accept> turn = turns == null ? null : turns.floorEntry(takeover.arrivalNs());
            if (turn != null && takeover.arrivalNs() - turn.getKey() <= 2 * turnNs) {
                final long tookNs = takeover.arrivalNs() - turn.getKey();
                anything.merge(new Seen(turn.getKey(), takeover.viewer()), tookNs, Math::min);
                if (!takeover.isAudio()) {
                    picture.recordValue(Math.min(tookNs, LONGEST_NS));
                }
            }
        }
        anything.values().forEach(tookNs -> first.recordValue(Math.min(tookNs, LONGEST_NS)));
        addFigures(expected);
    }

    private void addFigures(final long expected) {
        if (first.getTotalCount() > 0) {
            figures.put(Metric.ACCEPT_P50_MS, first.getValueAtPercentile(50) / 1e6);
            figures.put(Metric.ACCEPT_P99_MS, first.getValueAtPercentile(99) / 1e6);
        }
        if (picture.getTotalCount() > 0) {
            figures.put(Metric.PICTURE_P50_MS, picture.getValueAtPercentile(50) / 1e6);
            figures.put(Metric.PICTURE_P99_MS, picture.getValueAtPercentile(99) / 1e6);
        }
        if (expected > 0) {
            figures.put(
                    Metric.MISSED_SWITCHES_PERCENT, 100.0 * Math.max(0, expected - first.getTotalCount()) / expected);
        }
    }

    /** Client number → publisher number: each room's publishers come before its viewers. */
    private static Map<Integer, Integer> publishers(final List<RoomPlan> rooms) {
        final Map<Integer, Integer> publishers = new HashMap<>();
        int client = 0;
        for (final RoomPlan room : rooms) {
            for (int i = 0; i < room.publishers().size(); i++) {
                publishers.put(client++, publishers.size());
            }
            client += room.viewers();
        }
        return publishers;
    }

    Map<Metric, Double> figures() {
        return figures;
    }

    Histogram firstPackets() {
        return first;
    }
}
