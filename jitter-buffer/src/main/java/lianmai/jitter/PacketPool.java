package lianmai.jitter;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A slab of equal packet slots with reference counts: the only memory that packets live in. It never grows; when it is
 * empty {@link #acquire()} answers {@link #NONE} and the caller drops and counts.
 *
 * <p>Thread: relay (confined). Owns: the slab, off heap, until it is collected. Units: bytes.
 */
public final class PacketPool {
    /** No slot. */
    public static final int NONE = -1;
    /** Room for an Ethernet-sized datagram, an SRTP tag and a few header extensions of our own. */
    public static final int SLOT_BYTES = 2048;

    private final UnsafeBuffer buffer;
    private final int[] references;
    private final int[] free;
    private int freeCount;

    /** @param slots how many, 1 … 2^20 − 1 (the slab must stay below 2 GiB) */
    public PacketPool(final int slots) {
        if (slots < 1 || slots >= 1 << 20) {
            throw new IllegalArgumentException("slots out of 1..2^20-1: " + slots);
        }
        final ByteBuffer slab = BufferUtil.allocateDirectAligned(slots * SLOT_BYTES, 64);
        buffer = new UnsafeBuffer(slab);
        references = new int[slots];
        free = new int[slots];
        Arrays.setAll(free, i -> slots - 1 - i);
        freeCount = slots;
    }

    /** Takes a slot, with one reference; {@link #NONE} when there is none left. */
    public int acquire() {
        if (freeCount == 0) {
            return NONE;
        }
        final int slot = free[--freeCount];
        references[slot] = 1;
        return slot;
    }

    /** One more owner of the slot. */
    public void retain(final int slot) {
        if (references[slot] <= 0) {
            throw new IllegalStateException("slot " + slot + " is free");
        }
        references[slot]++;
    }

    /** One owner less; the last one returns the slot. */
    public void release(final int slot) {
        if (references[slot] <= 0) {
            throw new IllegalStateException("slot " + slot + " released twice");
        }
        if (--references[slot] == 0) {
            free[freeCount++] = slot;
        }
    }

    /** Where the slot's bytes begin in {@link #buffer()}. */
    public int offset(final int slot) {
        return slot * SLOT_BYTES;
    }

    /** The whole slab. */
    public UnsafeBuffer buffer() {
        return buffer;
    }

    /** How many slots there are. */
    public int slots() {
        return references.length;
    }

    /** How many slots have an owner. */
    public int inUse() {
        return references.length - freeCount;
    }
}
