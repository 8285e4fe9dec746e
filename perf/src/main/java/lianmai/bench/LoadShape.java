package lianmai.bench;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import lianmai.load.FrameSplit;
import lianmai.load.LoadPlan;
import lianmai.load.PublisherSpec;
import lianmai.load.RoomPlan;
import lianmai.relay.Codec;

/** Turns a scenario's load into one for the generator. */
final class LoadShape {
    /** Setting up is not what a steady load measures, but it should not take longer than the measurement. */
    private static final int JOINS_PER_SECOND = 400;

    private static final int JOINS_AT_A_TIME = 64;

    /** What a frame's packet has besides its part of the frame: VP8 descriptor and RTP header. */
    private static final int DESCRIPTOR = 6;

    private static final int RTP_HEADER = 12;

    private LoadShape() {}

    /**
     * A camera's frame on the wire.
     *
     * @param packetBytes of each RTP packet, before encryption
     */
    record Burst(int packets, int packetBytes, int perSecond) {
        /** Of all RTP packets together. */
        int bitsPerSecond() {
            return packets * packetBytes * 8 * perSecond;
        }
    }

    /** A frame of this load's cameras, other than a key frame. */
    static Burst burst(final Scenario.Load load) {
        final PublisherSpec camera = publisher(load);
        final int frame = load.bitsPerSecond() / 8 / camera.framesPerSecond();
        final int packets = FrameSplit.packets(frame, camera.payloadBytes() - DESCRIPTOR);
        return new Burst(packets, frame / packets + DESCRIPTOR + RTP_HEADER, camera.framesPerSecond());
    }

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
        return new Scenario.Load(
                load.rooms(), load.publishers(), subscribers, load.bitsPerSecond(), load.framesPerSecond());
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
                : PublisherSpec.camera(Codec.VP8, load.bitsPerSecond()).withFramesPerSecond(load.framesPerSecond());
    }

    /** Its clients have addresses of the network that this process is in. */
    static LoadPlan local(final LoadPlan plan) {
        return OwnNetwork.isInside() ? plan.withFirstAddress(InetAddress.ofLiteral(OwnNetwork.CLIENTS)) : plan;
    }
}
