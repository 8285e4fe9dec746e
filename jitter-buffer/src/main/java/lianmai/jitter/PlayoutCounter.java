package lianmai.jitter;

/** What a {@link JitterBuffer} counts. Ticks are of its RTP clock. */
public enum PlayoutCounter {
    PACKETS_INSERTED("packets given to the buffer"),
    PACKETS_PLAYED("packets played"),
    PACKETS_LOST("packets that had not come when their time was over"),
    LATE("packets that came after their time and were dropped; each is among the lost too"),
    DUPLICATE("packets dropped because another copy was there or had been played"),
    STRANGE("packets dropped because their number or timestamp cannot be of this stream"),
    FLUSHED("packets dropped unplayed, by an overflow, a restart or the end"),
    OVERFLOWS("times that a packet was too far ahead, so that all before it was dropped"),
    RESTARTS("times that the source began anew"),
    PLAYED_TICKS("time played from packets"),
    CONCEALED_TICKS("time for which there was no packet: what a listener hears as stutter"),
    CONCEALMENT_EVENTS("gaps concealed, whatever their length"),
    SILENT_TICKS("time in which there was nothing to play: before the start, and silence that was not sent"),
    ACCELERATED_TICKS("time cut out of packets to get nearer to now"),
    DECELERATED_TICKS("time put into packets to gain delay"),
    STRETCHES("packets played faster or slower"),
    WAITED_TICKS("time that played packets spent in the buffer, in sum");

    private final String description;

    PlayoutCounter(final String description) {
        this.description = description;
    }

    /** One sentence's worth, for people. */
    public String description() {
        return description;
    }
}
