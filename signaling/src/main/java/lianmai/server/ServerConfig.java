package lianmai.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
 * @param statFile what {@code lianmai stat} reads, or null for none
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
        Path statFile) {
    public static final String DEFAULT_HOST = "127.0.0.1";
    public static final int DEFAULT_PORT = RelayConfig.DEFAULT_PORT;

    public ServerConfig {
        announce = List.copyOf(announce);
        keys = Map.copyOf(keys);
        checkPort("port", port);
        checkPort("udp-port", udpPort);
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

    /** Without a stat file: for a server inside another program. */
    public ServerConfig(
            final String host,
            final int port,
            final int udpPort,
            final List<InetAddress> announce,
            final UdpPorts.Mode io,
            final SrtpProviders.Mode srtp,
            final Path tlsCertificate,
            final Path tlsKey,
            final Map<String, String> keys,
            final RoomLimits limits) {
        this(host, port, udpPort, announce, io, srtp, tlsCertificate, tlsKey, keys, limits, null);
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
                + " srtp=" + srtp + " tls=" + usesTls() + " keys=" + keys.keySet() + " seats=" + limits.seats();
    }
}
