package lianmai.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What can be measured, with the load that is taken when none is given. */
enum Scenario {
    FANOUT("one camera and its audience", 1, 1, 200, 2_500_000, 10, 5),
    CONFERENCE("small rooms in which everybody sees everybody on the stage", 8, 4, 4, 600_000, 10, 5),
    AUDIO("ten voices, twenty listeners each", 10, 1, 20, 0, 10, 5),
    JOINSTORM("an audience that comes all at once, to a room that plays already", 1, 1, 200, 1_000_000, 5, 5),
    STAGE("guests take turns on a seat", 8, 3, 10, 500_000, 10, 3),
    SOAK("a fan-out for minutes, at 70 % load unless told how many viewers: what piles up", 1, 1, 0, 2_500_000, 300, 1),
    RESIDENCE(
            "how long packets stay in the relay at 30, 50 and 70 % load, beside the C loop", 1, 1, 0, 2_500_000, 10, 5),
    OVERLOAD("rooms that send, from half of what the server bears to half as much again", 12, 1, 0, 2_500_000, 5, 3),
    SHARDS("two relay shards that share every room, beside one", 1, 1, 200, 2_500_000, 5, 5),
    SIGNALING("idle WebSockets, joins and chat, without media", 1, 0, 10_000, 0, 10, 3),
    REFERENCE("the C loops alone: what this machine can do", 0, 0, 0, 0, 1, 1);

    /**
     * @param publishers in each room
     * @param subscribers in each room; 0 for as many as make a certain load
     * @param bitsPerSecond of each picture; 0 for sound alone
     * @param framesPerSecond of each picture
     */
    record Load(int rooms, int publishers, int subscribers, int bitsPerSecond, int framesPerSecond) {
        private static final int FRAMES = 30;

        /** What a key frame is as large as. */
        private static final int KEY_FRAME = 5;

        Load(final int rooms, final int publishers, final int subscribers, final int bitsPerSecond) {
            this(rooms, publishers, subscribers, bitsPerSecond, FRAMES);
        }

        /** As many bits in fewer frames: each is as large as a key frame. */
        Load inKeyFrames() {
            return new Load(rooms, publishers, subscribers, bitsPerSecond, framesPerSecond / KEY_FRAME);
        }

        /** How many publishers there are in all rooms. */
        int streams() {
            return rooms * publishers;
        }
    }

    private final String sentence;
    private final int rooms;
    private final int publishers;
    private final int subscribers;
    private final int bitsPerSecond;
    private final int seconds;
    private final int rounds;

    Scenario(
            final String sentence,
            final int rooms,
            final int publishers,
            final int subscribers,
            final int bitsPerSecond,
            final int seconds,
            final int rounds) {
        this.sentence = sentence;
        this.rooms = rooms;
        this.publishers = publishers;
        this.subscribers = subscribers;
        this.bitsPerSecond = bitsPerSecond;
        this.seconds = seconds;
        this.rounds = rounds;
    }

    static Scenario parse(final String text) throws BenchException {
        for (final Scenario scenario : values()) {
            if (scenario.id().equals(text)) {
                return scenario;
            }
        }
        throw new BenchException((text == null ? "say which scenario" : "there is no scenario '" + text + "'")
                + "; there are " + Arrays.stream(values()).map(Scenario::id).collect(Collectors.joining(", ")));
    }

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    String sentence() {
        return sentence;
    }

    Load usual() {
        return new Load(rooms, publishers, subscribers, bitsPerSecond);
    }

    /** How long a round is. */
    int seconds() {
        return seconds;
    }

    int rounds() {
        return rounds;
    }

    /** Whether it is a load that flows evenly, of which more or less can be offered. */
    boolean isSteady() {
        return this == FANOUT || this == CONFERENCE || this == AUDIO || this == SOAK;
    }

    /** Whether another server can be put beside ours. */
    boolean hasRivals() {
        return isSteady() || this == JOINSTORM;
    }
}
