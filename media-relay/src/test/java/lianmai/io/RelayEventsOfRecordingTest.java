package lianmai.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import lianmai.gc.AllocationMeter;
import lianmai.jitter.PacketPool;
import lianmai.relay.DropReason;
import lianmai.relay.Neighbours;
import lianmai.relay.RelayCommand;
import lianmai.relay.RelayCore;
import lianmai.relay.RelayCounters;
import lianmai.srtp.JitsiSrtpProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a shard writes into flight recordings, and that it is nothing without one. */
class RelayEventsOfRecordingTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    private Path folder;

    private long nowNs = 5;

    @Test
    void shouldRecordTurnsThatHadSomethingToDo() throws IOException {
        final ShardTurnEvent turn = new ShardTurnEvent();
        final List<RecordedEvent> events = recorded("lianmai.ShardTurn", () -> {
            turn.begin();
            turn.sent = 7;
            turn.over(3, 2, 1);
            turn.begin();
            turn.sent = 0;
            turn.over(0, 0, 0);
            turn.begin();
            turn.sent = 9;
            turn.over(4, 0, 0);
        });
        assertThat(events).hasSize(2);
        assertThat(events.getFirst().getInt("received")).isEqualTo(3);
        assertThat(events.getFirst().getInt("copied")).isEqualTo(2);
        assertThat(events.getFirst().getInt("commands")).isEqualTo(1);
        assertThat(events.getFirst().getInt("sent")).isEqualTo(7);
        assertThat(events.getLast().getInt("sent")).isEqualTo(9);
        assertThat(events.getLast().getStartTime()).isAfter(events.getFirst().getStartTime());
    }

    @Test
    void shouldRecordOneOfManyBatches() throws IOException {
        final BatchEvent batch = new BatchEvent();
        final List<RecordedEvent> events = recorded("lianmai.Batch", () -> {
            for (int i = 0; i < 2 * BatchEvent.ONE_OF; i++) {
                if (batch.isChosen()) {
                    batch.begin();
                    batch.sent(i);
                }
            }
        });
        assertThat(events).extracting(event -> event.getInt("packets")).containsExactly(0, BatchEvent.ONE_OF);
    }

    @Test
    void shouldRecordDropsOfEachSecondByReason() throws IOException {
        final RelayCounters counters = new RelayCounters();
        final DropReason reason = DropReason.values()[0];
        final DropRecorder recorder = new DropRecorder(2, counters, () -> nowNs);
        final List<RecordedEvent> events = recorded("lianmai.Drops", () -> {
            counters.drop(reason);
            recorder.run(); // dropped at some time before the recording
            counters.drop(reason);
            counters.drop(reason);
            nowNs += SECOND;
            recorder.run();
            nowNs += SECOND;
            recorder.run();
            counters.drop(reason);
            nowNs += 10 * SECOND;
            recorder.run(); // nobody recorded for ten seconds
        });
        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.getInt("shard")).isEqualTo(2);
            assertThat(event.getString("reason")).isEqualToIgnoringCase(reason.name());
            assertThat(event.getLong("packets")).isEqualTo(2);
        });
    }

    @Test
    void shouldRecordWhoTakesAndLeavesASeat() throws IOException {
        final RelayCore core = new RelayCore(
                new PacketPool(16),
                new RelayCounters(),
                16,
                new JitsiSrtpProvider(),
                (peerId, remote, listener) -> {
                    throw new AssertionError("no handshake here");
                },
                new RelayCommands(),
                Neighbours.NONE,
                () -> 42,
                0);
        final RelayCommands commands = new RelayCommands();
        commands.add(new RelayCommand.SetSeat(12, 1, 9));
        commands.drain(core, nowNs); // before the recording
        final List<RecordedEvent> events = recorded("lianmai.SeatSwitch", () -> {
            commands.add(new RelayCommand.SetSeat(12, 3, 9));
            commands.add(new RelayCommand.RemovePeer(9));
            commands.add(new RelayCommand.SetSeat(12, 3, 0));
            assertThat(commands.drain(core, nowNs)).isEqualTo(3);
        });
        assertThat(events).hasSize(2);
        assertThat(events).allSatisfy(event -> {
            assertThat(event.getLong("stage")).isEqualTo(12);
            assertThat(event.getInt("seat")).isEqualTo(3);
        });
        assertThat(events).extracting(event -> event.getLong("occupant")).containsExactly(9L, 0L);
    }

    @Test
    void shouldAllocateNothingWithoutARecording() {
        final ShardTurnEvent turn = new ShardTurnEvent();
        final BatchEvent batch = new BatchEvent();
        final SeatSwitchEvent seat = new SeatSwitchEvent();
        final int[] enabled = new int[1];
        final long bytes = AllocationMeter.leastBytesOf(20, () -> {
            for (int i = 0; i < 10_000; i++) {
                enabled[0] += turn.isEnabled() || batch.isChosen() || seat.isEnabled() ? 1 : 0;
            }
        });
        assertThat(bytes).isZero();
        assertThat(enabled[0]).isZero();
    }

    private List<RecordedEvent> recorded(final String event, final Runnable work) throws IOException {
        final Path file = folder.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            recording.enable(event).withThreshold(Duration.ZERO);
            recording.start();
            work.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(each -> each.getEventType().getName().equals(event))
                .toList();
    }
}
