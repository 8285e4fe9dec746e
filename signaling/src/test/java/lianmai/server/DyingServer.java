package lianmai.server;

import java.io.IOException;

/** A server process whose relay thread dies as soon as it has said that it is ready, for {@code ServeProcessTest}. */
public final class DyingServer {
    private DyingServer() {}

    public static void main(final String[] arguments) throws IOException, InterruptedException {
        final LianmaiServer server = LianmaiServer.start(ServerConfig.onFreePorts());
        final String of = arguments[0];
        // The relay asks for the JVM's pauses in each turn, and has one within half a second.
        server.shard().latency().pausedBy(() -> {
            if (of.equals("memory")) {
                throw new OutOfMemoryError("Java heap space");
            }
            throw new IllegalStateException(of);
        });
        System.exit(ServeCommand.serve(server));
    }
}
