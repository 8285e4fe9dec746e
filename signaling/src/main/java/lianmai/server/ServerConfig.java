package lianmai.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lianmai.gc.LatencyBudget;
import lianmai.io.RelayConfig;
import lianmai.io.UdpPorts;
import lianmai.room.RoomLimits;
import lianmai.srtp.SrtpProviders;

/**
 * How the server is set up: from the command line over the config file over the defaults, validated together once,
 * then frozen.
 *
 * @param host where signaling and pages listen; default {@code 127.0.0.1}
 * @param port TCP, 0 … 65535 (0: any free one); default 8090
 * @param udpPort of the first shard; default the same number as {@code port}
 * @param announce further addresses that clients are told, such as the public one of a NAT
 * @param io how the UDP socket is driven
 * @param srtp who encrypts media
 * @param tlsCertificate PEM chain, or null for plain HTTP
 * @param tlsKey PEM (PKCS 8), or null
 * @param keys id → secret of the HS256 keys that sign tokens; empty: guests without a token, on loopback only
 * @param limits of rooms
 * @param shards relay threads, each with a UDP port of its own, 1 … 64; default one less than there are cores
 * @param statFile what {@code lianmai stat} reads, or null for none
 * @param latencyBudget what packets and pauses may take, or null for a server that does not watch its JVM
 */
public record ServerConfig(
        String host,
        int port,
        int udpPort,
        List<InetAddress> announce,
        UdpPorts.Mode io,
        SrtpProviders.Mode srtp,
        Path tlsCertificate,
        Path tlsKey,
        Map<String, String> keys,
        RoomLimits limits,
        int shards,
        Path statFile,
        LatencyBudget.Limits latencyBudget) {
    private static final int MOST_SHARDS = 64;

    /** One core is for signaling, handshakes and the garbage collector; more runnable threads than cores only wait. */
    public static final int DEFAULT_SHARDS =
            Math.clamp(Runtime.getRuntime().availableProcessors() - 1, 1, ServerConfig.MOST_SHARDS);

    public static final String DEFAULT_HOST = "127.0.0.1";
    public static final int DEFAULT_PORT = RelayConfig.DEFAULT_PORT;

    public ServerConfig {
        announce = List.copyOf(announce);
        keys = Map.copyOf(keys);
        checkPort("port", port);
        checkPort("udp-port", udpPort);
        if (shards < 1 || shards > MOST_SHARDS) {
            throw new ConfigException("--shards must be 1 to " + MOST_SHARDS + ", not " + shards);
        }
        if (udpPort != 0 && udpPort + shards - 1 > 65_535) {
            throw new ConfigException("--udp-port " + udpPort + " leaves no ports for " + shards + " shards");
        }
        final InetAddress address = resolve("host", host);
        if ((tlsCertificate == null) != (tlsKey == null)) {
            throw new ConfigException("--tls-cert and --tls-key go together; give both or neither");
        }
        checkReadable("--tls-cert", tlsCertificate);
        checkReadable("--tls-key", tlsKey);
        if (!address.isLoopbackAddress() && (keys.isEmpty() || tlsCertificate == null)) {
            throw new ConfigException("--host " + host
                    + " lets others in, so it needs keys and TLS: ./lianmai serve --host " + host
                    + " --config lianmai.conf --tls-cert cert.pem --tls-key key.pem"
                    + " (with a line key.main=<32 or more random characters> in lianmai.conf)");
        }
    }

    /** All as by default, but on free ports, without a stat file and a latency budget: for tests and tools. */
    public static ServerConfig onFreePorts() {
        return new ServerConfig(
                DEFAULT_HOST,
                0,
                0,
                List.of(),
                UdpPorts.Mode.AUTO,
                SrtpProviders.Mode.AUTO,
                null,
                null,
                Map.of(),
                RoomLimits.DEFAULT,
                DEFAULT_SHARDS,
                null,
                null);
    }

    /** The same with another way to drive the UDP sockets. */
    public ServerConfig with(final UdpPorts.Mode newIo) {
        return new ServerConfig(
                host,
                port,
                udpPort,
                announce,
                newIo,
                srtp,
                tlsCertificate,
                tlsKey,
                keys,
                limits,
                shards,
                statFile,
                latencyBudget);
    }

    /** The same with other keys. */
    public ServerConfig with(final Map<String, String> newKeys) {
        return new ServerConfig(
                host,
                port,
                udpPort,
                announce,
                io,
                srtp,
                tlsCertificate,
                tlsKey,
                newKeys,
                limits,
                shards,
                statFile,
                latencyBudget);
    }

    /** The same with other limits. */
    public ServerConfig with(final RoomLimits newLimits) {
        return new ServerConfig(
                host,
                port,
                udpPort,
                announce,
                io,
                srtp,
                tlsCertificate,
                tlsKey,
                keys,
                newLimits,
                shards,
                statFile,
                latencyBudget);
    }

    /** The same with so many shards. */
    public ServerConfig withShards(final int newShards) {
        return new ServerConfig(
                host,
                port,
                udpPort,
                announce,
                io,
                srtp,
                tlsCertificate,
                tlsKey,
                keys,
                limits,
                newShards,
                statFile,
                latencyBudget);
    }

    /** The same, watching its JVM. */
    public ServerConfig with(final LatencyBudget.Limits newBudget) {
        return new ServerConfig(
                host,
                port,
                udpPort,
                announce,
                io,
                srtp,
                tlsCertificate,
                tlsKey,
                keys,
                limits,
                shards,
                statFile,
                newBudget);
    }

    /** Whether clients reach it by HTTPS and WSS. */
    public boolean usesTls() {
        return tlsCertificate != null;
    }

    /** Whether guests are let in without a token. */
    public boolean isOpen() {
        return keys.isEmpty();
    }

    /** A numeric address or a name. */
    static InetAddress resolve(final String option, final String name) {
        try {
            return InetAddress.getByName(name);
        } catch (final UnknownHostException e) {
            throw new ConfigException("--" + option + " " + name + " is no address of a machine", e);
        }
    }

    static List<InetAddress> resolveAll(final String option, final List<String> names) {
        final List<InetAddress> addresses = new ArrayList<>();
        for (final String name : names) {
            addresses.add(resolve(option, name));
        }
        return addresses;
    }

    private static void checkPort(final String option, final int port) {
        if (port < 0 || port > 65_535) {
            throw new ConfigException("--" + option + " must be 0 to 65535, not " + port);
        }
    }

    private static void checkReadable(final String option, final Path file) {
        if (file != null && !Files.isReadable(file)) {
            throw new ConfigException(option + " " + file + " cannot be read");
        }
    }

    /** Never prints a secret. */
    @Override
    public String toString() {
        return "host=" + host + " port=" + port + " udp-port=" + udpPort + " announce=" + announce + " io=" + io
                + " srtp=" + srtp + " tls=" + usesTls() + " keys=" + keys.keySet() + " seats=" + limits.seats()
                + " shards=" + shards;
    }
}
