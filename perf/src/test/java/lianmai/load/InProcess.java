package lianmai.load;

import java.io.IOException;
import lianmai.io.UdpPorts;
import lianmai.server.LianmaiServer;
import lianmai.server.ServerConfig;

/** A whole server of the test's own, on free ports of 127.0.0.1. */
final class InProcess {
    private InProcess() {}

    static LianmaiServer server() throws IOException {
        return server(UdpPorts.Mode.AUTO);
    }

    static LianmaiServer server(final UdpPorts.Mode io) throws IOException {
        return LianmaiServer.start(ServerConfig.onFreePorts().with(io));
    }
}
