package lianmai.relay;

/** What a shard counts besides drops. */
public enum Counter {
    DATAGRAMS_IN("datagrams received"),
    BYTES_IN("bytes received, without IP and UDP headers"),
    DATAGRAMS_OUT("datagrams given to the socket"),
    BYTES_OUT("bytes given to the socket, without IP and UDP headers"),
    RTP_IN("RTP packets accepted from publishers"),
    RTP_FORWARDED("RTP packets forwarded, once for each viewer"),
    RTX_SENT("retransmissions sent to viewers"),
    RTX_RECOVERED("packets of publishers recovered by retransmission"),
    NACKS_SENT("sequence numbers asked for again from publishers"),
    NACKS_RECEIVED("sequence numbers that viewers asked for again"),
    KEY_FRAME_REQUESTS_SENT("PLI sent to publishers"),
    KEY_FRAME_REQUESTS_RECEIVED("PLI and FIR received from viewers"),
    KEY_FRAMES("key frames received"),
    CACHED_STARTS("viewers started from a cached key frame"),
    SEAT_SWITCHES("video lines switched to another publication"),
    REPLICATED_OUT("packets copied to other shards that have viewers of them"),
    REPLICATED_IN("packets copied here by other shards"),
    PROTECTED_IN_BATCHES("packets encrypted a turn at a time by native SRTP; stays 0 without it"),
    STUN_CHECKS("authentic STUN checks answered"),
    DTLS_DATAGRAMS("DTLS datagrams handed to the handshakes"),
    PEERS_ADDED("peers added since the start"),
    PEERS("peers now"),
    PATHS("validated addresses now"),
    SLOTS_IN_USE("packet slots that have an owner now"),
    LOAD_PERMILLE("thousandths of the last 100 ms that the relay was busy"),
    LONGEST_WAIT_NS("longest wait in the kernel: the least of the last five times 100 ms, so that a hiccup is none"),
    SUBSCRIPTIONS_SHED("viewers' video streams that wait for room now"),
    REPLICAS("publishers of other shards that have viewers here now"),
    COMMANDS_REFUSED("commands refused because the queue was full"),
    EVENTS_DROPPED("events to signaling lost because the queue was full"),
    RUNS_OUT("runs of two or more datagrams to one viewer that the kernel took in one piece"),
    RUN_DATAGRAMS_OUT("datagrams that left in such runs"),
    RUNS_REFUSED("runs that the kernel would not cut into datagrams, sent one by one"),
    RUNS_POSSIBLE("1 while datagrams can leave in runs"),
    SEND_ERRORS("datagrams that the kernel refused to send"),
    RECEIVE_ERRORS("receives that failed"),
    OVERSIZED_DROPS("datagrams longer than a packet slot, dropped on arrival"),
    RECEIVE_BUFFER_DROPS("datagrams lost because the kernel's receive buffer was full, as far as io_uring is told"),
    IO_FALLBACK("1 when io_uring was wanted but is not to be had here, so that NIO drives the socket"),
    FAULTS("exceptions on the relay thread: bugs; the peer that was being served is given up");

    private final String sentence;

    Counter(final String sentence) {
        this.sentence = sentence;
    }

    /** Whether it goes up and down, rather than only up. */
    public boolean isLevel() {
        return switch (this) {
            case PEERS,
                    PATHS,
                    SLOTS_IN_USE,
                    LOAD_PERMILLE,
                    LONGEST_WAIT_NS,
                    SUBSCRIPTIONS_SHED,
                    REPLICAS,
                    IO_FALLBACK,
                    RUNS_POSSIBLE -> true;
            default -> false;
        };
    }

    /** One sentence for people who look at the counter. */
    public String sentence() {
        return sentence;
    }
}
