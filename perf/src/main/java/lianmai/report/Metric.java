package lianmai.report;

import java.util.Locale;

/** What a round can tell. The names are those of {@code result.json}; do not rename them. */
public enum Metric {
    SENDER_NS_PER_PACKET("CPU per packet", "ns", Better.LOWER, false),
    SENDER_CLOCK_NS_PER_PACKET("time per packet", "ns", Better.LOWER, false),
    SENDER_BYTES_PER_PACKET("allocated per packet", "B", Better.LOWER, false),
    FLOOR_RATIO("speed; C loop of the same kind = 1", "×", Better.HIGHER, false),
    SERVER_NS_PER_PACKET("server CPU per forwarded packet", "ns", Better.LOWER, true),
    RELAY_NS_PER_PACKET("… of which the relay thread", "ns", Better.LOWER, true),
    GENERATOR_NS_PER_PACKET("generator CPU per packet it received", "ns", Better.NEITHER, false),
    MEMORY_PER_S("packets forwarded in memory", "/s", Better.HIGHER, false),
    MEMORY_GAIN("… one shard's being 1", "×", Better.HIGHER, false),
    FORWARDED_PER_S("packets forwarded", "/s", Better.NEITHER, false),
    C_LOOP_NS("C loop of the same round that does the same work, CPU for each packet", "ns", Better.NEITHER, false),
    C_SPEED("speed of the relay thread, that C loop's being 1", "×", Better.HIGHER, false),
    SERVER_CORE_PERCENT("server's share of its core", "%", Better.NEITHER, false),
    RELAY_CORE_PERCENT("… of which the relay thread", "%", Better.NEITHER, false),
    RELAY_WAITED_PERCENT("… and how long others had the core when it could have run", "%", Better.NEITHER, false),
    GENERATOR_CORE_PERCENT("generator's share of its core", "%", Better.NEITHER, false),
    RESIDENCE_P50_US("residence in the relay, median", "µs", Better.LOWER, false),
    RESIDENCE_P99_US("residence in the relay, 99 %", "µs", Better.LOWER, false),
    RESIDENCE_P999_US("residence in the relay, 99.9 %", "µs", Better.LOWER, false),
    FLOOR_P50_US("… in the C loop with the same bursts, median", "µs", Better.NEITHER, false),
    FLOOR_P99_US("… in that C loop, 99 %", "µs", Better.NEITHER, false),
    FLOOR_P999_US("… in that C loop, 99.9 %", "µs", Better.NEITHER, false),
    RESIDENCE_TO_FLOOR_P50("residence, the C loop's being 1, median", "×", Better.LOWER, false),
    RESIDENCE_TO_FLOOR_P99("residence, the C loop's being 1, 99 %", "×", Better.LOWER, false),
    RESIDENCE_TO_FLOOR_P999("residence, the C loop's being 1, 99.9 %", "×", Better.LOWER, false),
    KEY_FRAMES("key frames in the round", "", Better.NEITHER, false),
    KEY_RESIDENCE_P50_US("residence with frames as large as key frames, median", "µs", Better.LOWER, false),
    KEY_RESIDENCE_P99_US("residence with frames as large as key frames, 99 %", "µs", Better.LOWER, false),
    KEY_FLOOR_P50_US("… in the C loop with these bursts, median", "µs", Better.NEITHER, false),
    KEY_FLOOR_P99_US("… in the C loop with these bursts, 99 %", "µs", Better.NEITHER, false),
    KEY_TO_FLOOR_P99("… the C loop's being 1, 99 %", "×", Better.LOWER, false),
    OFFERED_PERCENT("offered of the peak", "%", Better.NEITHER, false),
    OFFERED_MBIT("video offered", "Mbit/s", Better.NEITHER, false),
    GOODPUT_MBIT("video that decoders can use", "Mbit/s", Better.HIGHER, false),
    GOODPUT_PERCENT("… of the peak", "%", Better.HIGHER, false),
    AUDIO_LOSS_PERCENT("audio packets lost", "%", Better.LOWER, false),
    RTCP_LOSS_PERCENT("RTCP packets lost", "%", Better.LOWER, false),
    SHED("viewers whose video waits for room", "", Better.NEITHER, false),
    JOINS_TRIED("more viewers who wanted to join", "", Better.NEITHER, false),
    JOINS_REFUSED("… refused as busy", "", Better.NEITHER, false),
    RECOVERY_MS("after the load falls, until the last picture is there again", "ms", Better.LOWER, false),
    LOSS_PERCENT("packets lost", "%", Better.LOWER, false),
    UNDELIVERED_PERCENT("of what publishers sent, not delivered", "%", Better.LOWER, false),
    DUPLICATES("packets that came twice", "", Better.LOWER, false),
    INTEGRITY_ERRORS("packets that were not what was sent", "", Better.LOWER, false),
    RECEIVE_DROPS("dropped in the generator's receive buffers", "", Better.NEITHER, false),
    LATENCY_P50_US("latency, median", "µs", Better.LOWER, false),
    LATENCY_P99_US("latency, 99 %", "µs", Better.LOWER, false),
    LATENCY_P999_US("latency, 99.9 %", "µs", Better.LOWER, false),
    LATENCY_MAX_US("latency, longest", "µs", Better.LOWER, false),
    STUTTER_PERCENT("audio stutter: concealed of played", "%", Better.LOWER, false),
    PLAYOUT_DELAY_MS("play-out delay of the jitter buffer, median", "ms", Better.LOWER, false),
    MOUTH_TO_EAR_MS("audio from due at the publisher to heard, 99 %", "ms", Better.LOWER, false),
    JOINS_PER_S("joins until the first packet", "/s", Better.HIGHER, true),
    JOIN_P50_MS("time to first packet, median", "ms", Better.LOWER, false),
    JOIN_P99_MS("time to first packet, 99 %", "ms", Better.LOWER, false),
    SERVER_MS_PER_JOIN("server CPU per join", "ms", Better.LOWER, true),
    FAILED_JOINS("clients that did not get in", "", Better.LOWER, false),
    OTHERS_LOSS_PERCENT("loss of those who were there already", "%", Better.LOWER, false),
    ACCEPT_P50_MS("accept → a viewer's first packet of the guest, median", "ms", Better.LOWER, false),
    ACCEPT_P99_MS("accept → a viewer's first packet of the guest, 99 %", "ms", Better.LOWER, false),
    PICTURE_P50_MS("accept → the first packet of the guest's picture, median", "ms", Better.LOWER, false),
    PICTURE_P99_MS("accept → the first packet of the guest's picture, 99 %", "ms", Better.LOWER, false),
    MISSED_SWITCHES_PERCENT("viewers who saw nothing of a guest", "%", Better.LOWER, false),
    SWITCHES_PER_S("seat switches", "/s", Better.NEITHER, false),
    SOCKETS("idle WebSockets", "", Better.NEITHER, false),
    SOCKET_BYTES("memory of the server for each of them", "B", Better.LOWER, false),
    SOCKETS_PER_GB("idle WebSockets for each GB of memory", "", Better.HIGHER, false),
    SOCKET_JOINS_PER_S("joins by WebSocket", "/s", Better.HIGHER, true),
    SOCKET_JOIN_P99_MS("join by WebSocket, 99 %", "ms", Better.LOWER, false),
    CHAT_PER_S("chat messages delivered", "/s", Better.HIGHER, true),
    CHAT_LOST_PERCENT("chat messages not delivered", "%", Better.LOWER, false),
    CHAT_P50_MS("chat message to a socket, median", "ms", Better.LOWER, false),
    CHAT_P99_MS("chat message to a socket, 99 %", "ms", Better.LOWER, false),
    GC_CYCLES("garbage collections of the server", "", Better.LOWER, false),
    RELAY_GC_CYCLES(
            "… of which caused by the relay thread, by its part of what was allocated", "", Better.LOWER, false),
    SAFEPOINT_MAX_US("longest safepoint of the server", "µs", Better.LOWER, false),
    SAFEPOINT_P99_US("safepoints of the server, 99 %", "µs", Better.LOWER, false),
    SAFEPOINT_REACH_MAX_US("… of which until all threads stood, longest", "µs", Better.LOWER, false),
    GC_PAUSE_P99_US("pauses of the server's collector, 99 %", "µs", Better.LOWER, false),
    GC_PAUSE_MAX_US("pauses of the server's collector, longest", "µs", Better.LOWER, false),
    ALLOCATION_STALLS("times that a thread of the server waited for memory", "", Better.LOWER, false),
    STALL_MAX_MS("… longest", "ms", Better.LOWER, false),
    RESIDENCE_MAX_US("residence in the relay, longest", "µs", Better.LOWER, false),
    BUDGET_VIOLATIONS("latency budget violated", "", Better.LOWER, false),
    RSS_MB("memory of the server", "MB", Better.LOWER, false),
    STARTUP_MS("start of the server until it is ready", "ms", Better.LOWER, false),
    PRESSURE_MB_PER_S("allocated by the control plane", "MB/s", Better.NEITHER, false),
    ALLOCATED_PER_PACKET("heap bytes that the server allocated for each forwarded packet", "B", Better.LOWER, false),
    ALLOCATED_PER_S("heap bytes that the server allocated", "B/s", Better.LOWER, false),
    ALLOCATED("… in the whole round", "B", Better.NEITHER, false),
    RELAY_ALLOCATED("… of which the relay thread, in the whole round", "B", Better.LOWER, false),
    RELAY_ALLOCATED_PER_PACKET("… for each forwarded packet", "B", Better.LOWER, false),
    SLOTS_BEFORE("packet slots in use before anybody came", "", Better.NEITHER, false),
    SLOTS_IN_USE("packet slots in use under load", "", Better.NEITHER, false),
    SLOTS_LEFT("packet slots in use when everybody has left, more than before", "", Better.LOWER, false),
    SUBSCRIBERS("viewers", "", Better.NEITHER, false),
    REFERENCE_NS("C loop of the same round: one sendto", "ns", Better.NEITHER, false),
    CORE_DISTANCE_NS("a cache line to the other core and back", "ns", Better.NEITHER, false);

    private enum Better {
        LOWER,
        HIGHER,
        NEITHER
    }

    private final String label;
    private final String unit;
    private final Better better;
    private final boolean isBaseline;

    Metric(final String label, final String unit, final Better better, final boolean isBaseline) {
        this.label = label;
        this.unit = unit;
        this.better = better;
        this.isBaseline = isBaseline;
    }

    public String label() {
        return label;
    }

    public String unit() {
        return unit;
    }

    /** Whether it is one of the few that baselines keep: those that the host's speed can be divided out of. */
    public boolean isBaseline() {
        return isBaseline;
    }

    public boolean isBetterHigher() {
        return better == Better.HIGHER;
    }

    /** Whether a ratio to another server says who is better. */
    public boolean isComparable() {
        return better != Better.NEITHER;
    }

    /** A value with its unit. */
    public String text(final double value) {
        return unit.isEmpty() ? number(value) : number(value) + " " + unit;
    }

    /** Median with quartiles and unit; the quartiles are left out where they add nothing. */
    public String text(final Spread spread) {
        final String median = text(spread.median());
        final String lower = number(spread.lower());
        final String upper = number(spread.upper());
        return lower.equals(upper) ? median : median + " (" + lower + "–" + upper + ")";
    }

    /** Three digits that mean something, thousands separated. */
    public static String number(final double value) {
        final double size = Math.abs(value);
        if (size >= 100 || value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.4f", value);
    }
}
