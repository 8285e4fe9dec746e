package lianmai.impair;

import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** A link in virtual time: sends numbered packets at a steady pace and notes what arrives when. */
final class LinkRun {
    static final long NS_PER_MS = 1_000_000;
    static final int PACKET_BYTES = 100;

    /** @param number the packet's, from 0 */
    record Arrival(int number, long sentNs, long arrivalNs) {
        long travelNs() {
            return arrivalNs - sentNs;
        }
    }

    final LinkCounts counts = new LinkCounts();
    final PacketsUnderWay underWay;
    final List<Arrival> arrivals = new ArrayList<>();
    private final ImpairedLink link;
    private final long gapNs;
    private long nowNs;
    private int sent;

    LinkRun(final ImpairProfile profile, final long seed, final int capacity, final long gapNs) {
        underWay = new PacketsUnderWay(capacity);
        link = new ImpairedLink(profile, seed, underWay, counts, 7);
        this.gapNs = gapNs;
    }

    /** This many packets over a link with this profile, one a millisecond, and what arrives of them. */
    static LinkRun of(final String profile, final long seed, final int packets) {
        return of(ProfileText.parse(profile), seed, packets, NS_PER_MS);
    }

    static LinkRun of(final ImpairProfile profile, final long seed, final int packets, final long gapNs) {
        final LinkRun run = new LinkRun(profile, seed, 4_096, gapNs);
        for (int i = 0; i < packets; i++) {
            run.send();
        }
        run.finish();
        return run;
    }

    void send() {
        final int slot = underWay.pool().acquire();
        final int offset = underWay.pool().offset(slot);
        final UnsafeBuffer bytes = underWay.pool().buffer();
        bytes.putInt(offset, sent++);
        bytes.putLong(offset + 4, nowNs);
        link.send(slot, PACKET_BYTES, nowNs);
        nowNs += gapNs;
        deliver(nowNs);
    }

    void finish() {
        deliver(Long.MAX_VALUE);
    }

    List<Integer> numbers() {
        return arrivals.stream().map(Arrival::number).toList();
    }

    private void deliver(final long untilNs) {
        underWay.deliver(untilNs, (from, slot, length, arrivalNs) -> {
            if (from != link || length != PACKET_BYTES) {
                throw new AssertionError("link " + from.id() + ", length " + length);
            }
            final int offset = underWay.pool().offset(slot);
            arrivals.add(new Arrival(
                    underWay.buffer().getInt(offset), underWay.buffer().getLong(offset + 4), arrivalNs));
        });
    }
}
