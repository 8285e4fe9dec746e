package lianmai.gc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafepointAssemblerTest {
    private final List<Pause> pauses = new ArrayList<>();
    private final SafepointAssembler assembler = new SafepointAssembler(pauses::add);

    @Test
    void shouldNameTheOperation() {
        assembler.onBegin(4, 1000, 1100);
        assembler.onOperation(4, "Cleanup");
        assembler.onOperation(4, "ThreadDump");
        assembler.onEnd(4, 3000);
        assertThat(pauses).containsExactly(new Pause(PauseCause.VM_OPERATION, "Cleanup, ThreadDump", 3000, 2000, 100));
    }

    @Test
    void shouldBlameTheThreadThatCameLate() {
        assembler.onBegin(4, 1000, 5000);
        assembler.onOperation(4, "Cleanup");
        assembler.onEnd(4, 6000);
        assertThat(pauses).containsExactly(new Pause(PauseCause.TIME_TO_SAFEPOINT, "Cleanup", 6000, 5000, 4000));
    }

    /** A healthy server collects too: who came late is to blame, and what all waited for is said. */
    @Test
    void shouldSayWhatAllWaitedFor() {
        lateCollectorPause(4, 1000);
        assembler.onCollection(7, "Allocation Rate");
        assertThat(pauses)
                .containsExactly(
                        new Pause(PauseCause.TIME_TO_SAFEPOINT, "Allocation Rate: Pause Mark Start", 6000, 5000, 4000));
    }

    /** Without who asked, nobody would have come late. */
    @Test
    void shouldBlameWhoAskedForTheWayToItsSafepointToo() {
        lateCollectorPause(4, 1000);
        assembler.onCollection(7, "Diagnostic Command");
        assertThat(pauses)
                .containsExactly(new Pause(
                        PauseCause.ASKED_COLLECTION,
                        "Diagnostic Command: Pause Mark Start, 0.004 ms of it until all threads stood",
                        6000,
                        5000,
                        4000));
    }

    @Test
    void shouldBlameTheHeapForCollectionsWhileThreadsWaitForMemory() {
        lateCollectorPause(4, 1000);
        assembler.onStall(9000);
        assembler.onCollection(7, "Allocation Rate");
        assertThat(pauses)
                .containsExactly(new Pause(
                        PauseCause.ALLOCATION_STALL,
                        "Allocation Rate: Pause Mark Start, threads wait for memory, 0.004 ms of it until all threads"
                                + " stood",
                        6000,
                        5000,
                        4000));
    }

    /** Clocks may begin anywhere. */
    @ParameterizedTest
    @ValueSource(longs = {0, -5_000_000_000L, 1L << 40})
    void shouldForgetAStallASecondAgo(final long stallNs) {
        assembler.onStall(stallNs);
        lateCollectorPause(4, stallNs + SafepointAssembler.STALLED_NS - 1);
        assembler.onCollection(7, "Allocation Rate");
        lateCollectorPause(5, stallNs + SafepointAssembler.STALLED_NS);
        assembler.onCollection(7, "Allocation Rate");
        assertThat(pauses)
                .extracting(Pause::cause)
                .containsExactly(PauseCause.ALLOCATION_STALL, PauseCause.TIME_TO_SAFEPOINT);
    }

    /** What is no collection's does not become the heap's because there are stalls. */
    @Test
    void shouldNotBlameTheHeapForOtherOperations() {
        assembler.onStall(500);
        assembler.onBegin(4, 1000, 1100);
        assembler.onOperation(4, "ThreadDump");
        assembler.onEnd(4, 3000);
        assembler.onBegin(5, 4000, 9000);
        assembler.onEnd(5, 9100);
        assertThat(pauses)
                .extracting(Pause::cause)
                .containsExactly(PauseCause.VM_OPERATION, PauseCause.TIME_TO_SAFEPOINT);
    }

    /** G1, Parallel and Serial tell of the collection within its pause. */
    @Test
    void shouldSayThatACollectionWasAskedFor() {
        assembler.onBegin(4, 1000, 1100);
        assembler.onCollectorPause(1, "GC Pause", 1200);
        assembler.onCollection(1, "System.gc()");
        assembler.onOperation(4, "G1CollectFull");
        assembler.onEnd(4, 9000);
        assertThat(pauses)
                .containsExactly(new Pause(PauseCause.ASKED_COLLECTION, "System.gc(): GC Pause", 9000, 8000, 100));
    }

    /** ZGC tells of it after its last pause. */
    @Test
    void shouldWaitForTheCauseOfACollection() {
        assembler.onBegin(4, 1000, 1010);
        assembler.onCollectorPause(2, "Pause Mark Start", 1020);
        assembler.onOperation(4, "ZMarkStartYoung");
        assembler.onEnd(4, 1100);
        assembler.onBegin(5, 2000, 2010);
        assembler.onCollectorPause(2, "Pause Mark End", 2020);
        assembler.onEnd(5, 2100);
        assertThat(pauses).isEmpty();
        assembler.onCollection(2, "Proactive");
        assertThat(pauses)
                .containsExactly(
                        new Pause(PauseCause.COLLECTOR, "Proactive: Pause Mark Start", 1100, 100, 10),
                        new Pause(PauseCause.COLLECTOR, "Proactive: Pause Mark End", 2100, 100, 10));
    }

    @Test
    void shouldNotTakeALaterPauseForAnEarlierSafepoint() {
        assembler.onBegin(4, 1000, 1010);
        assembler.onOperation(4, "Cleanup");
        assembler.onEnd(4, 1100);
        assembler.onBegin(5, 2000, 2010);
        assembler.onCollectorPause(2, "Pause Mark End", 2020);
        assembler.onEnd(5, 2100);
        assertThat(pauses).extracting(Pause::cause).containsExactly(PauseCause.VM_OPERATION);
    }

    @Test
    void shouldReportAPauseWhoseCollectionNeverEnds() {
        collectorPause(4, 0);
        assertThat(pauses).isEmpty();
        assembler.onBegin(5, SafepointAssembler.MOST_WAIT_NS, SafepointAssembler.MOST_WAIT_NS);
        assembler.onEnd(5, SafepointAssembler.MOST_WAIT_NS + 500);
        assertThat(pauses).extracting(Pause::cause).containsExactly(PauseCause.VM_OPERATION, PauseCause.COLLECTOR);
    }

    @Test
    void shouldNotKeepPausesWithoutEnd() {
        for (int i = 0; i < SafepointAssembler.MOST + 3; i++) {
            collectorPause(i, i * 1000L);
        }
        assertThat(pauses).hasSize(3);
    }

    @Test
    void shouldIgnoreWhatBeganBeforeItListened() {
        assembler.onOperation(3, "Cleanup");
        assembler.onEnd(3, 1000);
        assembler.onCollection(1, "Warmup");
        assertThat(pauses).isEmpty();
    }

    private void lateCollectorPause(final long safepoint, final long fromNs) {
        assembler.onBegin(safepoint, fromNs, fromNs + 4000);
        assembler.onCollectorPause(7, "Pause Mark Start", fromNs + 4100);
        assembler.onEnd(safepoint, fromNs + 5000);
    }

    private void collectorPause(final long safepoint, final long fromNs) {
        assembler.onBegin(safepoint, fromNs, fromNs + 1);
        assembler.onCollectorPause(safepoint, "Pause Mark Start", fromNs + 2);
        assembler.onEnd(safepoint, fromNs + 100);
    }
}
