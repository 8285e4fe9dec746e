package lianmai.load;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import lianmai.io.UdpPorts;
import lianmai.room.RoomLimits;
import lianmai.server.LianmaiServer;
import lianmai.server.ServerConfig;
import lianmai.srtp.SrtpProviders;

/** A whole server of the test's own, on free ports of 127.0.0.1. */
final class InProcess {
    private InProcess() {}

    static LianmaiServer server() throws IOException {
        return server(UdpPorts.Mode.AUTO);
    }

    static LianmaiServer server(final UdpPorts.Mode io) throws IOException {
        return LianmaiServer.start(new ServerConfig(
                ServerConfig.DEFAULT_HOST,
                0,
                0,
                List.of(),
                io,
                SrtpProviders.Mode.AUTO,
                null,
                null,
                Map.of(),
                RoomLimits.DEFAULT));
    }
}
