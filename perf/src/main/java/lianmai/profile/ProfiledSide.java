package lianmai.profile;

import java.util.List;
import java.util.Locale;
import lianmai.profile.Targets.Target;

/** Which of the two programs of a benchmark is profiled. */
enum ProfiledSide {
    SERVER("Lianmai server", "servers", "serve"),
    LOAD("load generator", "load generators", "bench");

    private final String description;
    private final String several;
    private final String startedBy;

    ProfiledSide(final String description, final String several, final String startedBy) {
        this.description = description;
        this.several = several;
        this.startedBy = startedBy;
    }

    static ProfiledSide parse(final String text) {
        for (final ProfiledSide side : values()) {
            if (side.name().toLowerCase(Locale.ROOT).equals(text)) {
                return side;
            }
        }
        throw new ProfileException("--of must be server or load, not " + text);
    }

    /** All that run on this machine, oldest first. */
    List<Target> running() {
        return this == SERVER ? Targets.servers() : Targets.generators();
    }

    String description() {
        return description;
    }

    String several() {
        return several;
    }

    /** The command that starts one. */
    String startedBy() {
        return startedBy;
    }
}
