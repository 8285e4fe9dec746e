package lianmai.load;

/** What a publisher's streams share of their transport. Thread: the load agent's (confined). */
interface UplinkContext {
    /** Takes the datagram that stands in the outbox. */
    void send(int length);

    /** The next transport-wide sequence number. */
    int nextTransportSequence();

    /** A media packet was sent. */
    void onMedia(int length, long latenessNs);

    Tally tally();
}
