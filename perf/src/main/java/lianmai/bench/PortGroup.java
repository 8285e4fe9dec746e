package lianmai.bench;

import java.util.ArrayList;
import java.util.List;
import lianmai.port.PortKind;

/**
 * What is compared with each other, one after the other in each round.
 *
 * @param title what they do
 * @param run packets in one piece; 0 for forwarding
 */
record PortGroup(String title, int run, List<Contender> contenders) {
    /** What the C loops have the price of a named source address (IP_PKTINFO) for. */
    private static final int RUN_WITH_SOURCE = 8;

    /**
     * @param kind null for a C loop
     * @param loop the C loop, or that which the kind is compared with
     */
    record Contender(String name, PortKind kind, String loop) {
        boolean isLoop() {
            return kind == null;
        }
    }

    static List<PortGroup> all() {
        final List<PortGroup> groups = new ArrayList<>();
        groups.add(singles());
        for (final int run : new int[] {2, 4, 8, 16}) {
            groups.add(runs(run));
        }
        groups.add(forwarding());
        return groups;
    }

    private static PortGroup singles() {
        final List<Contender> contenders = new ArrayList<>();
        for (final PortKind kind : PortKind.values()) {
            contenders.add(new Contender(kind.title(), kind, "send/" + kind.floor()));
        }
        for (final String loop : List.of("sendto", "sendmmsg-64", "io_uring", "io_uring-source", "connected")) {
            contenders.add(loop(loop));
        }
        return new PortGroup("single packets", 1, contenders);
    }

    private static PortGroup runs(final int run) {
        final List<Contender> contenders = new ArrayList<>();
        for (final PortKind kind : PortKind.values()) {
            if (kind.takesRunsOf(run)) {
                final String loop = kind.floor().equals("io_uring") ? "send/io_uring-gso-" : "send/gso-";
                contenders.add(new Contender(kind.title(), kind, loop + run));
            }
        }
        contenders.add(loop("gso-" + run));
        contenders.add(loop("io_uring-gso-" + run));
        if (run == RUN_WITH_SOURCE) {
            contenders.add(loop("io_uring-gso-" + run + "-source"));
        }
        return new PortGroup("runs of " + run, run, contenders);
    }

    private static Contender loop(final String name) {
        return new Contender("C " + name, null, "send/" + name);
    }

    private static PortGroup forwarding() {
        final List<Contender> contenders = new ArrayList<>();
        for (final PortKind kind : PortKind.values()) {
            if (kind.forwards()) {
                contenders.add(new Contender(kind.title(), kind, "forward/mmsg"));
            }
        }
        contenders.add(new Contender("C recvmmsg, sendmmsg", null, "forward/mmsg"));
        return new PortGroup("forwarding", 0, contenders);
    }
}
