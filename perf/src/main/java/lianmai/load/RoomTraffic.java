package lianmai.load;

/**
 * What a room's publishers have sent to whoever watches, so that viewers know what they should have got.
 *
 * <p>Thread: the load agent's (confined). Units: packets.
 */
final class RoomTraffic {
    private final RoomPlan plan;
    private long sent;
    private boolean isSilent;

    RoomTraffic(final RoomPlan plan) {
        this.plan = plan;
    }

    RoomPlan plan() {
        return plan;
    }

    /** Whether each viewer gets all that {@link #sent} counts: not when the server chooses among layers or seats. */
    boolean isCountable() {
        return plan.visible() == plan.publishers().size()
                && plan.publishers().stream().allMatch(publisher -> publisher.layers() <= 1);
    }

    /** Its publishers have fallen silent on purpose. */
    void silence() {
        isSilent = true;
    }

    /** Its publishers send again. */
    void resume() {
        isSilent = false;
    }

    boolean isSilent() {
        return isSilent;
    }

    void onSent() {
        sent++;
    }

    long sent() {
        return sent;
    }
}
