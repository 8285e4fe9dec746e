package lianmai.bench;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is to be done, validated and frozen.
 *
 * @param command what was typed
 * @param impair a text for {@code lianmai.impair}, or null for a clean network
 * @param rivals servers beside ours
 */
record BenchPlan(
        String command,
        Scenario scenario,
        Scenario.Load load,
        Timing timing,
        ServerSetting server,
        String impair,
        List<Rival> rivals,
        Output output) {
    BenchPlan {
        rivals = List.copyOf(rivals);
    }

    /**
     * @param round how long each is measured
     * @param warmUp under load before the first round
     * @param findMax whether the load is raised until it is too much
     * @param p99Limit what is too late for {@code findMax}
     */
    record Timing(Duration round, int rounds, Duration warmUp, boolean findMax, Duration p99Limit) {}

    /**
     * How our server is started.
     *
     * @param port TCP and UDP, or 0 for any free one
     * @param io null for the server's own default, as is {@code srtp}
     * @param options the JVM's options file
     */
    record ServerSetting(int port, String io, String srtp, Path options) {}

    /**
     * @param folder of result.json, report.html and logs
     * @param compare a baseline, or null
     * @param saveBaseline whether the baseline is to become this run
     */
    record Output(Path folder, Path compare, boolean saveBaseline) {}

    /** A server beside ours. */
    sealed interface Rival {
        /** @param libsrtp folder of a libsrtp2.so to use instead of the system's, or null */
        record Janus(Path libsrtp) implements Rival {}

        /** Somebody else started it. */
        record Whip(URI whip, URI whep) implements Rival {}
    }

    /** Whether Janus takes part, which wants an address that is no loopback. */
    boolean needsOwnNetwork() {
        return rivals.stream().anyMatch(Rival.Janus.class::isInstance);
    }

    /** The options as the report shows them. */
    Map<String, String> options() {
        final Map<String, String> options = new LinkedHashMap<>();
        options.put("scenario", scenario.sentence());
        options.put("rooms", Integer.toString(load.rooms()));
        options.put("publishers", Integer.toString(load.publishers()));
        options.put("subscribers", Integer.toString(load.subscribers()));
        options.put("bitrate", Integer.toString(load.bitsPerSecond()));
        options.put("duration", timing.round().toMillis() / 1e3 + "s");
        options.put("rounds", Integer.toString(timing.rounds()));
        options.put("warm-up", timing.warmUp().toMillis() / 1e3 + "s");
        options.put("io", server.io());
        options.put("srtp", server.srtp());
        if (impair != null) {
            options.put("impair", impair);
        }
        return options;
    }
}
