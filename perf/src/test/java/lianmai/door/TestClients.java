package lianmai.door;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.SplittableRandom;
import lianmai.dtls.Fingerprint;
import lianmai.ice.IceCredentials;
import lianmai.io.UdpPorts;
import lianmai.relay.Codec;
import lianmai.room.RoomLimits;
import lianmai.server.LianmaiServer;
import lianmai.server.ServerConfig;

/** A server in this JVM, and clients that negotiate but send nothing. */
final class TestClients {
    static final MediaRole VIEWER = new MediaRole.Viewer(true, Codec.VP8, 4);

    private static final SplittableRandom RANDOM = new SplittableRandom(20_260_101);

    private TestClients() {}

    static LianmaiServer server() throws IOException {
        return server(RoomLimits.DEFAULT);
    }

    static LianmaiServer server(final RoomLimits limits) throws IOException {
        return LianmaiServer.start(
                ServerConfig.onFreePorts().with(UdpPorts.Mode.NIO).with(limits));
    }

    static synchronized LocalTransport transport(final String address) {
        return new LocalTransport(
                IceCredentials.random(RANDOM::nextLong),
                new Fingerprint("sha-256", "0123456789abcdef".repeat(4)),
                new InetSocketAddress(address, 40_000));
    }

    static LocalTransport local() {
        return transport("127.0.0.1");
    }

    static MediaRole publisher(final Codec video) {
        return new MediaRole.Publisher(true, video, List.of(), new MediaRole.Ssrcs(101, List.of(102), List.of(103)));
    }
}
