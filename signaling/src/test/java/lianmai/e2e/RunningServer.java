package lianmai.e2e;

import java.io.IOException;
import java.util.Map;
import lianmai.io.UdpPorts;
import lianmai.server.LianmaiServer;
import lianmai.server.ServerConfig;

/** A whole server of the test's own, on free ports of 127.0.0.1. */
final class RunningServer implements AutoCloseable {
    private final LianmaiServer server;

    private RunningServer(final LianmaiServer server) {
        this.server = server;
    }

    static RunningServer start() throws IOException {
        return start(UdpPorts.Mode.AUTO, Map.of());
    }

    static RunningServer start(final UdpPorts.Mode io, final Map<String, String> keys) throws IOException {
        return new RunningServer(
                LianmaiServer.start(ServerConfig.onFreePorts().with(io).with(keys)));
    }

    static RunningServer start(final int shards) throws IOException {
        return new RunningServer(LianmaiServer.start(ServerConfig.onFreePorts().withShards(shards)));
    }

    LianmaiServer server() {
        return server;
    }

    String url() {
        return server.url();
    }

    @Override
    public void close() {
        server.close();
    }
}
