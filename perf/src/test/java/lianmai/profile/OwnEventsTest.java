package lianmai.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import lianmai.door.Door;
import lianmai.door.LianmaiDoor;
import lianmai.gc.PauseCause;
import lianmai.load.LoadPlan;
import lianmai.load.LoadRun;
import lianmai.load.PublisherSpec;
import lianmai.load.RoomPlan;
import lianmai.relay.Codec;
import lianmai.relay.DropReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A server under load that is profiled: what it says of itself lies beside the samples, each kind of event. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class OwnEventsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Pattern VIOLATED =
            Pattern.compile("lianmai_budget_violations_total\\{cause=\"asked_collection\"} [1-9]");
    /** Drops are told of once a second, as a difference. */
    private static final int STRANGE_PACKETS = 80;

    private static final long BETWEEN_MS = 50;
    /** The header of an RTP packet, from an address that no ICE check has come from. */
    private static final byte[] STRANGE = {(byte) 0x80, 96, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1};

    @TempDir
    private Path folder;

    @Test
    void shouldLieBesideTheSamples() throws IOException, InterruptedException {
        final int port = freePort();
        final Process server = server(port);
        final Path recording = folder.resolve("cpu.jfr").toAbsolutePath();
        try (BufferedReader said = server.inputReader(StandardCharsets.UTF_8)) {
            assertThat(said.readLine()).startsWith("Lianmai is ready: http://127.0.0.1:" + port);
            try (AttachedAgent agent = AttachedAgent.to(server.pid(), ProfilerLibrary.file())) {
                final Profiling profiling = started(agent, recording);
                load(server, port);
                assertThat(profiling.stop()).isNull();
            }
        } finally {
            server.destroy();
            assertThat(server.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }

        final Map<String, List<RecordedEvent>> events = RecordingFile.readAllEvents(recording).stream()
                .collect(Collectors.groupingBy(event -> event.getEventType().getName()));
        assertThat(events).containsKeys("jdk.ExecutionSample");
        assertThat(Pictures.ownEvents(recording))
                .containsOnlyKeys(
                        "lianmai.ShardTurn",
                        "lianmai.Batch",
                        "lianmai.Drops",
                        "lianmai.SeatSwitch",
                        "lianmai.BudgetViolation");
        assertThat(events.get("lianmai.ShardTurn"))
                .allMatch(turn -> turn.getDuration().toNanos() >= 100_000)
                .anyMatch(turn -> turn.getInt("received") > 0 && turn.getInt("sent") > 0);
        assertThat(events.get("lianmai.Batch")).allMatch(batch -> batch.getInt("packets") > 0);
        assertThat(events.get("lianmai.Drops"))
                .anyMatch(drops -> drops.getString("reason").equalsIgnoreCase(DropReason.UNVALIDATED_ADDRESS.name())
                        && drops.getLong("packets") > 0);
        assertThat(events.get("lianmai.SeatSwitch")).anyMatch(seat -> seat.getLong("occupant") != 0);
        assertThat(events.get("lianmai.BudgetViolation"))
                .anyMatch(violation -> violation.getString("cause").equals(PauseCause.ASKED_COLLECTION.name()));
    }

    private static Profiling started(final Agent agent, final Path recording) {
        try {
            return Profiling.start(agent, ProfiledEvent.CPU, recording, Duration.ofMinutes(2));
        } catch (final ProfileException e) {
            assumeTrue(
                    !e.getMessage().contains("cannot be loaded"),
                    "async-profiler's library does not load here: " + e.getMessage());
            throw e;
        }
    }

    /** Somebody takes a seat and is seen by many, a collection is asked for, a stranger knocks. */
    private static void load(final Process server, final int port) throws IOException, InterruptedException {
        final URI url = URI.create("http://127.0.0.1:" + port + "/");
        final LoadPlan plan =
                LoadPlan.of(List.of(RoomPlan.fanout("tea", PublisherSpec.camera(Codec.VP8, 3_000_000), 20)));
        try (Door door = new LianmaiDoor(url);
                LoadRun run = LoadRun.start(plan, door);
                DatagramSocket stranger = new DatagramSocket();
                HttpClient client = HttpClient.newHttpClient()) {
            run.awaitReady(PATIENCE);
            final long endNs = System.nanoTime() + PATIENCE.toNanos();
            String metrics = "";
            while (!VIOLATED.matcher(metrics).find()) {
                assertThat(System.nanoTime()).as(metrics).isLessThan(endNs);
                askForACollection(server);
                metrics = client.send(
                                HttpRequest.newBuilder(url.resolve("metrics")).build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body();
            }
            for (int i = 0; i < STRANGE_PACKETS; i++) {
                stranger.send(new DatagramPacket(STRANGE, STRANGE.length, InetAddress.getLoopbackAddress(), port));
                Thread.sleep(BETWEEN_MS); // over some of the server's seconds
            }
        }
    }

    private static void askForACollection(final Process server) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(tool("jcmd"), Long.toString(server.pid()), "GC.run")
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start()
                        .waitFor())
                .isZero();
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String tool(final String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    private static Process server(final int port) throws IOException {
        return new ProcessBuilder(
                        tool("java"),
                        "@" + Path.of("..", "gc-tuning", "jvm", "test.args"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "lianmai.server.Main",
                        "serve",
                        "--port",
                        Integer.toString(port),
                        "--stat-file",
                        "none",
                        "--latency-budget",
                        "10s,10us")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
