package lianmai.relay;

/**
 * One seat as one viewer receives it: its audio line and its video line, always of the same occupant.
 *
 * <p>Thread: relay (confined).
 */
final class Downlink {
    private final Subscription audio;
    private final Subscription video;
    private int seat;

    /** @param audio null when not negotiated; likewise {@code video} */
    Downlink(final int seat, final Subscription audio, final Subscription video) {
        this.seat = seat;
        this.audio = audio;
        this.video = video;
    }

    int seat() {
        return seat;
    }

    void bind(final int newSeat) {
        seat = newSeat;
    }

    /** Shows another occupant, or nobody (null). */
    void show(final Publisher source, final long nowNs) {
        if (audio != null) {
            audio.switchTo(source == null ? null : source.audio(), nowNs);
        }
        if (video != null) {
            video.switchTo(source == null ? null : source.video(), nowNs);
        }
    }

    Subscription audio() {
        return audio;
    }

    Subscription video() {
        return video;
    }
}
