package lianmai.relay;

import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * The stages that one shard routes for, by the ids that signaling gave them.
 *
 * <p>Thread: relay (confined). Units: ns.
 */
final class RelayStages {
    private final Long2ObjectHashMap<RelayStage> stages = new Long2ObjectHashMap<>();

    /** The stage of an id, made when it is not there. */
    RelayStage of(final long stageId) {
        return stages.computeIfAbsent(stageId, RelayStage::new);
    }

    boolean isEmpty() {
        return stages.isEmpty();
    }

    void remove(final long stageId) {
        stages.remove(stageId);
    }

    /** A stage without watchers and occupants is as good as none, and commands may come after its removal. */
    void dropIfEmpty(final long stageId) {
        final RelayStage stage = stages.get(stageId);
        if (stage != null && stage.isEmpty()) {
            stages.remove(stageId);
        }
    }

    /** Seats one that has come after its seats were given to its id: in any stage. */
    void admit(final Replica replica, final long nowNs) {
        // Rare, and no more than some ns a stage: no index is kept for it.
        for (final RelayStage stage : stages.values()) {
            stage.admit(replica, nowNs);
        }
    }

    /** Asks every stage that hears all of its seats who speaks there; changes are events. */
    void decideSpeakers(final long nowNs, final List<RelayEvent> events) {
        for (final RelayStage stage : stages.values()) {
            if (stage.hearsAll() && stage.speakers().decide(nowNs)) {
                final int seat = stage.speakers().speaker();
                events.add(new RelayEvent.ActiveSpeaker(stage.id(), seat, seat < 0 ? 0 : stage.occupant(seat)));
            }
        }
    }
}
