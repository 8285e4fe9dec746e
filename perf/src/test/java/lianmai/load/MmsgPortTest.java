package lianmai.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import lianmai.gc.AllocationMeter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs(OS.LINUX)
class MmsgPortTest {
    private static final int FIRST = 0x7F02_0001;
    private static final int SECOND = 0x7F02_0002;
    private static final long PATIENCE_NS = 5_000_000_000L;

    private static void put(final MmsgPort port, final String text, final int local, final int to, final int toPort) {
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        port.sendBuffer().putBytes(port.slot(), bytes);
        port.send(bytes.length, local, to, toPort);
    }

    private static String text(final MmsgPort port, final int at, final int length) {
        return port.buffer().getStringWithoutLengthAscii(at, length);
    }

    /** What arrives, as {@code text local remote}. */
    private static List<String> take(final MmsgPort port, final int count) {
        final List<String> taken = new ArrayList<>();
        while (taken.size() < count) {
            assertThat(port.awaitArrival(PATIENCE_NS)).as("after %s", taken).isTrue();
            final int n = port.receive();
            for (int i = 0; i < n; i++) {
                final int end = port.offset(i) + port.length(i);
                for (int at = port.offset(i); at < end; at += port.segmentLength(i)) {
                    taken.add(text(port, at, Math.min(port.segmentLength(i), end - at)) + " "
                            + (port.localAddress(i) - FIRST) + " " + (port.remoteAddress(i) - FIRST));
                }
            }
        }
        return taken;
    }

    @Test
    void shouldTellItsAddressesApart() {
        try (MmsgPort ours = MmsgPort.open(MmsgPort.Options.DEFAULT, 0);
                MmsgPort theirs = MmsgPort.open(MmsgPort.Options.DEFAULT, 0)) {
            put(ours, "one", FIRST, SECOND, theirs.port());
            put(ours, "two", SECOND, FIRST, theirs.port());
            ours.flush();
            assertThat(take(theirs, 2)).containsExactly("one 1 0", "two 0 1");
            assertThat(theirs.remotePort(0)).isEqualTo(ours.port());
            assertThat(ours.sentDatagrams()).isEqualTo(2);
            assertThat(theirs.receiveDrops()).isZero();
            assertThat(ours.receiveBufferBytes()).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSendRunsThatArriveAsDatagrams(final boolean gro) {
        final MmsgPort.Options options = MmsgPort.Options.DEFAULT.withGso(true);
        try (MmsgPort ours = MmsgPort.open(options, 0);
                MmsgPort theirs = MmsgPort.open(options.withGro(gro), 0)) {
            final List<String> expected = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                put(ours, "packet" + (char) ('a' + i), FIRST, SECOND, theirs.port());
                expected.add("packet" + (char) ('a' + i) + " 1 0");
            }
            put(ours, "end", FIRST, SECOND, theirs.port());
            expected.add("end 1 0");
            put(ours, "other", SECOND, FIRST, theirs.port());
            expected.add("other 0 1");
            put(ours, "longer than before", SECOND, FIRST, theirs.port());
            expected.add("longer than before 0 1");
            ours.flush();
            assertThat(ours.sentDatagrams()).isEqualTo(23);
            assertThat(ours.sendErrors()).as("errno %d", ours.lastErrno()).isZero();
            assertThat(take(theirs, 23)).containsExactlyElementsOf(expected);
        }
    }

    @Test
    void shouldStampArrivalsOnOurClock() {
        try (MmsgPort ours = MmsgPort.open(MmsgPort.Options.DEFAULT, 0);
                MmsgPort theirs = MmsgPort.open(MmsgPort.Options.DEFAULT, 0)) {
            final long before = System.nanoTime();
            put(ours, "now", FIRST, SECOND, theirs.port());
            ours.flush();
            assertThat(theirs.awaitArrival(PATIENCE_NS)).isTrue();
            final long after = System.nanoTime();
            assertThat(theirs.receive()).isOne();
            // The clocks are mapped to within a few microseconds; this allows an interrupted calibration.
            assertThat(theirs.arrivalNs(0, after)).isBetween(before - 1_000_000, after);
        }
    }

    @Test
    void shouldCountWhatTheKernelThrowsAway() {
        final MmsgPort.Options small = new MmsgPort.Options(false, false, false, 4096);
        try (MmsgPort ours = MmsgPort.open(MmsgPort.Options.DEFAULT, 0);
                MmsgPort theirs = MmsgPort.open(small, 0)) {
            final int sent = 1000;
            for (int i = 0; i < sent; i++) {
                if (ours.isFull()) {
                    ours.flush();
                }
                put(ours, "x".repeat(1000), FIRST, SECOND, theirs.port());
            }
            ours.flush();
            int arrived = 0;
            for (int n = theirs.receive(); n > 0; n = theirs.receive()) {
                arrived += n;
            }
            assertThat(arrived).isLessThan(sent);
            assertThat(theirs.receiveDrops()).isEqualTo(sent - arrived);
        }
    }

    @Test
    void shouldAllocateNothing() {
        try (MmsgPort ours = MmsgPort.open(MmsgPort.Options.DEFAULT, 0);
                MmsgPort theirs = MmsgPort.open(MmsgPort.Options.DEFAULT, 0)) {
            final long bytes = AllocationMeter.leastBytesOf(40, () -> echo(ours, theirs));
            assertThat(bytes).isZero();
        }
    }

    private static void echo(final MmsgPort ours, final MmsgPort theirs) {
        for (int round = 0; round < 1000; round++) {
            for (int i = 0; i < 16; i++) {
                final int at = ours.slot();
                ours.sendBuffer().putLong(at, round);
                ours.send(200, FIRST + i, SECOND, theirs.port());
            }
            ours.flush();
            int back = 0;
            while (back < 16) {
                theirs.awaitArrival(PATIENCE_NS);
                final int n = theirs.receive();
                for (int i = 0; i < n; i++) {
                    theirs.sendBuffer().putBytes(theirs.slot(), theirs.buffer(), theirs.offset(i), theirs.length(i));
                    theirs.send(theirs.length(i), SECOND, theirs.remoteAddress(i), theirs.remotePort(i));
                }
                theirs.flush();
                ours.awaitArrival(PATIENCE_NS);
                back += ours.receive();
            }
        }
    }

    @Test
    void shouldSayInOneLineWhereItWorks() {
        assertThatThrownBy(() -> MmsgPort.requireLinux("Mac OS X", "aarch64"))
                .isInstanceOf(LoadException.class)
                .hasMessage("the load generator needs Linux on x86-64 or aarch64, and this is Mac OS X on aarch64:"
                        + " run it there, or in a Linux container");
    }

    @Test
    void shouldSayWhenThePortIsTaken() {
        try (MmsgPort ours = MmsgPort.open(MmsgPort.Options.DEFAULT, 0)) {
            assertThatThrownBy(() -> MmsgPort.open(MmsgPort.Options.DEFAULT, ours.port()))
                    .isInstanceOf(LoadException.class)
                    .hasMessage("cannot bind UDP port " + ours.port() + " (errno 98)");
        }
    }
}
