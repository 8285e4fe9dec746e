package lianmai.bench;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import lianmai.load.LoadPlan;
import lianmai.load.PublisherSpec;
import lianmai.load.RoomPlan;
import lianmai.relay.Codec;

/** Turns a scenario's load into one for the generator. */
final class LoadShape {
    /** Setting up is not what a steady load measures, but it should not take longer than the measurement. */
    private static final int JOINS_PER_SECOND = 400;

    private static final int JOINS_AT_A_TIME = 64;

    private LoadShape() {}

    /** The whole load. */
    static LoadPlan plan(final Scenario.Load load) {
        final List<RoomPlan> rooms = new ArrayList<>();
        for (int i = 0; i < load.rooms(); i++) {
            rooms.add(room("bench-" + i, load));
        }
        return local(LoadPlan.of(rooms).withJoins(JOINS_PER_SECOND, JOINS_AT_A_TIME));
    }

    /** The same with so many viewers in each room. */
    static Scenario.Load withSubscribers(final Scenario.Load load, final int subscribers) {
        return new Scenario.Load(load.rooms(), load.publishers(), subscribers, load.bitsPerSecond());
    }

    private static RoomPlan room(final String name, final Scenario.Load load) {
        final List<PublisherSpec> publishers = new ArrayList<>();
        for (int i = 0; i < load.publishers(); i++) {
            publishers.add(publisher(load));
        }
        return new RoomPlan(name, publishers, load.subscribers(), Math.max(1, load.publishers()));
    }

    static PublisherSpec publisher(final Scenario.Load load) {
        return load.bitsPerSecond() == 0
                ? PublisherSpec.voice()
                : PublisherSpec.camera(Codec.VP8, load.bitsPerSecond());
    }

    /** Its clients have addresses of the network that this process is in. */
    static LoadPlan local(final LoadPlan plan) {
        return OwnNetwork.isInside() ? plan.withFirstAddress(InetAddress.ofLiteral(OwnNetwork.CLIENTS)) : plan;
    }
}
