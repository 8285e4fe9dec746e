package lianmai.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import lianmai.jitter.PacketPool;
import lianmai.relay.PathTable;
import lianmai.relay.SendBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of send operations, with the kernel's answers made up. */
class SendOperationsTest {
    private static final int EIO = -5;
    private static final int EINVAL = -22;
    private static final int EMSGSIZE = -90;
    private static final int ENOBUFS = -105;

    private final PacketPool pool = new PacketPool(64);
    private final PathTable paths = new PathTable(4, 1);
    private final int path = paths.add(0, LocalAddresses.mapped(0x7F000001), 9, 1);
    private final SendOperations sends =
            new SendOperations(pool, LocalAddresses.of(InetAddress.ofLiteral("127.0.0.1")), 4, false);

    @AfterEach
    void shouldHaveEverySlotBack() {
        assertThat(pool.inUse()).isZero();
    }

    private int run(final int count) {
        final int[] slots = new int[SendBatch.LONGEST_RUN];
        for (int i = 0; i < count; i++) {
            slots[i] = pool.acquire();
        }
        final int op = sends.take(paths, path);
        sends.run(op, slots, count, 100, 50);
        return op;
    }

    private int single() {
        final int op = sends.take(paths, path);
        sends.single(op, pool.acquire(), 0, 100);
        return op;
    }

    private int retryAll() {
        int retried = 0;
        while (sends.hasRefused()) {
            sends.onCompleted(sends.retryFirst(), 100);
            for (int i = 1; i < sends.retryCount(); i++) {
                sends.onCompleted(sends.retry(i), 100);
            }
            retried += sends.retryCount();
        }
        return retried;
    }

    @Test
    void shouldCountRunsAndErrorsByDatagrams() {
        sends.onCompleted(run(3), 250);
        sends.onCompleted(run(5), ENOBUFS);
        sends.onCompleted(single(), EINVAL);
        assertThat(sends.runs()).isEqualTo(1);
        assertThat(sends.runDatagrams()).isEqualTo(3);
        assertThat(sends.errors()).isEqualTo(6);
        assertThat(sends.hasRefused()).isFalse();
    }

    @Test
    void shouldKeepTheSlotsOfARefusedRunUntilItsDatagramsAreSent() {
        final int op = run(4);
        sends.onCompleted(op, EIO);
        assertThat(pool.inUse()).isEqualTo(4);
        assertThat(sends.hasRefused()).isTrue();
        assertThat(retryAll()).isEqualTo(4);
        assertThat(sends.errors()).isZero();
    }

    /** The card cannot do it: refused at the very first, or again and again, runs never come back. */
    @ParameterizedTest
    @ValueSource(ints = {EINVAL, EIO})
    void shouldGiveRunsUpForGoodWhenTheVeryFirstIsRefused(final int refusal) {
        sends.onCompleted(run(2), refusal);
        assertThat(sends.takesRuns()).isFalse();
        assertThat(retryAll()).isEqualTo(2);
        assertThat(sends.takesRuns()).isFalse();
        sends.onCompleted(run(2), 150); // one that was on its way already
        assertThat(sends.takesRuns()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {EINVAL, EIO})
    void shouldGiveRunsUpForGoodWhenManyInARowAreRefused(final int refusal) {
        sends.onCompleted(run(2), 150);
        refuseRuns(63, refusal);
        assertThat(sends.takesRuns()).isTrue();
        sends.onCompleted(run(2), 150); // the count begins anew
        refuseRuns(63, refusal);
        assertThat(sends.takesRuns()).isTrue();
        refuseRuns(1, refusal);
        assertThat(sends.takesRuns()).isFalse();
        sends.onCompleted(run(2), 150);
        assertThat(sends.takesRuns()).isFalse();
        assertThat(sends.refusedRuns()).isEqualTo(127);
    }

    private void refuseRuns(final int count, final int refusal) {
        for (int i = 0; i < count; i++) {
            sends.onCompleted(run(2), refusal);
            assertThat(retryAll()).isEqualTo(2);
        }
    }

    @Test
    void shouldNotGiveRunsUpBecauseOneWayIsNarrow() {
        for (int i = 0; i < 1000; i++) {
            sends.onCompleted(run(2), EMSGSIZE);
            assertThat(retryAll()).isEqualTo(2);
        }
        assertThat(sends.takesRuns()).isTrue();
        assertThat(sends.refusedRuns()).isEqualTo(1000);
    }

    @Test
    void shouldDropAndCountWhatItHasNoOperationFor() {
        sends.onCompleted(run(3), EIO);
        final int first = sends.retryFirst();
        sends.giveUp(1);
        sends.giveUp(2);
        sends.onCompleted(first, 100);
        assertThat(sends.errors()).isEqualTo(2);
    }

    @Test
    void shouldDropAndCountRefusedRunsAtTheEnd() throws IOException {
        sends.onCompleted(run(3), EIO);
        sends.onCompleted(run(2), EIO);
        sends.giveUpRefused();
        assertThat(sends.errors()).isEqualTo(5);
        for (int i = 0; i < 4; i++) {
            assertThat(sends.areAllInFlight()).isFalse();
            sends.take(paths, path);
        }
        assertThat(sends.areAllInFlight()).isTrue();
    }
}
