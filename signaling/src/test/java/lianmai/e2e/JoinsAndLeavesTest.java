package lianmai.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lianmai.relay.Counter;
import org.junit.jupiter.api.Test;

/** What a hundred people leave behind when they have gone: nothing. */
class JoinsAndLeavesTest {
    private static final int GROUPS = 10;
    private static final int WATCHERS_A_GROUP = 8;

    @Test
    void shouldLeaveNothingBehindAfterAHundredJoinsAndLeaves() throws Exception {
        // The first round loads what stays for the life of the JVM: classes, providers, the clients' selectors.
        try (RunningServer server = RunningServer.start()) {
            comeAndGo(server);
            untilEmpty(server);
        }
        final Residue before = Residue.now();

        final RunningServer server = RunningServer.start();
        Patience.until("the receive slots are posted", () -> value(server, Counter.SLOTS_IN_USE) > 0);
        final long slots = value(server, Counter.SLOTS_IN_USE);
        // The client keeps one connection open between requests.
        assertThat(rooms(server)).contains("[]");
        final Residue started = Residue.now();
        for (int group = 0; group < GROUPS; group++) {
            comeAndGo(server);
        }
        untilEmpty(server);
        assertThat(value(server, Counter.PEERS_ADDED)).isEqualTo(GROUPS * (WATCHERS_A_GROUP + 2L));
        Patience.until("the packet slots are back", () -> value(server, Counter.SLOTS_IN_USE) <= slots);
        Patience.until("threads and files are back", () -> Residue.now().isWithin(started));
        server.close();

        assertThat(server.server().shard().slotsInUseAtEnd()).isZero();
        assertThat(value(server, Counter.PEERS)).isZero();
        assertThat(value(server, Counter.PATHS)).isZero();
        Patience.until(
                "threads and files of the server are gone", () -> Residue.now().isWithin(before));
    }

    /** A host by WebSocket, a guest by WHIP and an audience by WHEP come, are served, and go, each in its own way. */
    private static void comeAndGo(final RunningServer server) throws Exception {
        final List<MediaClient> clients = new ArrayList<>();
        final List<HttpSession> sessions = new ArrayList<>();
        try (SignalingClient host = new SignalingClient(server.url())) {
            final MediaClient hostMedia = MediaClient.publisher(1);
            clients.add(hostMedia);
            hostMedia.connect(host.join("hundred", "Mei", "host", hostMedia.offer()));
            sessions.add(enter(server, "whip/hundred", MediaClient.publisher(2), clients));
            for (int i = 0; i < WATCHERS_A_GROUP; i++) {
                sessions.add(enter(server, "whep/hundred?seat=" + i % 2, MediaClient.viewer(), clients));
            }
            for (final MediaClient client : clients) {
                assertThat(client.awaitConnected()).as(client.closedBecause()).isTrue();
            }
            for (int i = 2; i < clients.size(); i++) {
                final MediaClient watcher = clients.get(i);
                Patience.until("a watcher sees and hears", () -> watcher.keyFrames() > 0 && watcher.audioMark() > 0);
            }
            // Half of them say goodbye to signaling first, the others just close their media.
            for (int i = 0; i < sessions.size(); i += 2) {
                assertThat(sessions.get(i).delete()).isEqualTo(200);
            }
            host.request("leave", Map.of());
        } finally {
            clients.forEach(MediaClient::close);
        }
    }

    private static HttpSession enter(
            final RunningServer server, final String path, final MediaClient client, final List<MediaClient> clients)
            throws IOException {
        clients.add(client);
        final HttpSession session = HttpSession.post(server.url(), path, client.offer());
        client.connect(session.answer());
        return session;
    }

    private static void untilEmpty(final RunningServer server) {
        Patience.until("no peer is left", () -> value(server, Counter.PEERS) == 0);
        Patience.until("no path is left", () -> value(server, Counter.PATHS) == 0);
        Patience.until("no room is left", () -> rooms(server).contains("\"rooms\":[]"));
    }

    private static String rooms(final RunningServer server) {
        try {
            return HttpSession.get(server.url() + "api/rooms");
        } catch (final IOException e) {
            return e.toString();
        }
    }

    private static long value(final RunningServer server, final Counter counter) {
        return server.server().shard().counters().value(counter);
    }

    /** Threads by their name without its number, virtual ones too, and open files and sockets of this JVM. */
    private record Residue(Map<String, Long> threads, int files) {
        private static final Set<String> NOT_OURS =
                Set.of("ForkJoinPool", "HttpClient", "Keep-Alive", "process reaper");

        static Residue now() {
            try {
                final Path dump = Files.createTempDirectory("lianmai-threads").resolve("dump.txt");
                ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                        .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
                final Map<String, Long> threads = Files.readAllLines(dump).stream()
                        .filter(line -> line.startsWith("#") && line.contains("\""))
                        .map(line -> line.substring(line.indexOf('"') + 1, line.lastIndexOf('"'))
                                .replaceAll("[0-9-]+$", ""))
                        .filter(name -> NOT_OURS.stream().noneMatch(name::startsWith))
                        .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()));
                Files.delete(dump);
                Files.delete(dump.getParent());
                return new Residue(threads, openFiles());
            } catch (final IOException e) {
                throw new AssertionError(e);
            }
        }

        private static int openFiles() throws IOException {
            try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
                return (int) files.count();
            }
        }

        /** Whether nothing is here that was not there. */
        boolean isWithin(final Residue other) {
            return files <= other.files
                    && threads.entrySet().stream()
                            .allMatch(entry -> entry.getValue() <= other.threads.getOrDefault(entry.getKey(), 0L));
        }
    }
}
