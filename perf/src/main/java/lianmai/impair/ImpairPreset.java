package lianmai.impair;

import java.util.Locale;
import java.util.Optional;

/** Named profiles for one direction, each with the reason for its figures. They are typical, not worst cases. */
public enum ImpairPreset {
    NONE("", "nothing: the relay's own cost"),
    WIFI(
            "delay=3ms,jitter=6ms,shape=exponential,loss=0.5%,burst=3",
            "a busy home Wi-Fi: retries show as late packets far more than as lost ones, losses come in short bursts"),
    LTE(
            "delay=30ms,jitter=8ms,shape=exponential,loss=0.1%,burst=2,rate=12mbit,queue=500ms",
            "a phone on LTE: the base station repeats and queues instead of losing, so trouble shows as delay"),
    EDGE(
            "delay=75ms,jitter=25ms,shape=exponential,loss=1.5%,burst=5,rate=1mbit,queue=800ms",
            "a phone at the edge of its cell: little rate, deep queue, bursts while it changes cells"),
    LOSSY(
            "loss=5%,burst=3,delay=40ms,jitter=30ms,reorder=1%,duplicate=0.5%",
            "a bad day on the open internet: everything at once, still usable with repair"),
    NARROW(
            "delay=20ms,rate=600kbit,queue=250ms",
            "a full uplink: no loss but what the queue drops; the test of congestion control"),
    ABROAD(
            "delay=90ms,jitter=3ms,loss=0.2%,burst=2",
            "another continent: distance and little else; the test of repair in time"),
    SATELLITE(
            "delay=280ms,jitter=5ms,loss=0.3%,burst=4,rate=8mbit,queue=300ms",
            "a geostationary satellite: 36,000 km up and down is 240 ms before any equipment");

    private final String definition;
    private final String reason;

    ImpairPreset(final String definition, final String reason) {
        this.definition = definition;
        this.reason = reason;
    }

    /** What the name stands for, as {@link ProfileText} reads it. */
    public String definition() {
        return definition;
    }

    /** Why these figures. */
    public String reason() {
        return reason;
    }

    /** The name as it is typed. */
    public String typed() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<ImpairPreset> named(final String text) {
        for (final ImpairPreset preset : values()) {
            if (preset.typed().equals(text)) {
                return Optional.of(preset);
            }
        }
        return Optional.empty();
    }
}
