package lianmai.room;

/** Whether a relay shard can serve another peer without harm to those it serves. Thread: signaling. */
@FunctionalInterface
public interface Headroom {
    /** Every shard always has room: for tests, and where load is not measured. */
    Headroom ENDLESS = shard -> true;

    /** Whether the shard takes another peer now. */
    boolean has(int shard);
}
