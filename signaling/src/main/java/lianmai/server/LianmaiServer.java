package lianmai.server;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import lianmai.dtls.DtlsCertificate;
import lianmai.dtls.DtlsHandshakes;
import lianmai.http.HttpRouter;
import lianmai.http.HttpShell;
import lianmai.http.RoomDoor;
import lianmai.http.ServerStatus;
import lianmai.io.LocalAddresses;
import lianmai.io.RelayEvents;
import lianmai.io.RelayLatency;
import lianmai.io.RelayShard;
import lianmai.message.ServerMessage;
import lianmai.relay.Counter;
import lianmai.room.Admission;
import lianmai.room.RoomRegistry;
import lianmai.room.ShardPlacement;
import lianmai.sdp.MediaPolicy;
import lianmai.sdp.ServerTransport;
import lianmai.signaling.MessageCodec;
import lianmai.signaling.OriginPolicy;
import lianmai.signaling.SignalingCore;
import lianmai.signaling.WebSocketShell;
import lianmai.srtp.SrtpProviders;
import lianmai.stat.Figures;
import lianmai.stat.StatPublisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole server: relay shards, handshakes, and one signaling thread that runs rooms, WebSockets and HTTP.
 *
 * <p>Thread: any. Owns: all of the server's threads and sockets until {@link #close()}.
 */
public final class LianmaiServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LianmaiServer.class);

    /** Bounds the memory that peers of one shard take; how many of them it has time for, {@link #headroom} tells. */
    private static final int MOST_PEERS = 16_384;

    /** Small rooms stay whole; a shard has work for many times this before another should help. */
    private static final int IMBALANCE = 32;

    private static final int SECRET_BYTES = 18;
    private static final long CLOSE_TIMEOUT_S = 2;

    private final ServerConfig config;
    private final SrtpProviders.Chosen srtp;
    private final DtlsHandshakes handshakes;
    private final RelayShards shards;
    private final MultiThreadIoEventLoopGroup group;
    private final SignalingCore core;
    private final HttpShell http;
    private final List<Residence> residences;
    private final Figures figures;
    private final ServerMonitor monitor;
    private final LatencyWatch watch;
    private volatile RoomRegistry.Census census;
    private long packetsBefore;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LianmaiServer(final ServerConfig config) throws IOException {
        this.config = config;
        srtp = srtp(config.srtp());
        final DtlsCertificate certificate = DtlsCertificate.ecdsa();
        handshakes = DtlsHandshakes.server(certificate);
        final RelayEvents events = new RelayEvents();
        final LocalAddresses addresses = LocalAddresses.ofMachine(config.announce());
        shards = RelayShards.start(
                config.shards(), config.io(), config.udpPort(), addresses, srtp.provider(), handshakes, events);
        group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("signaling"), NioIoHandler.newFactory());
        final EventLoop loop = group.next();
        final SecureRandom random = new SecureRandom();
        final SdpNegotiator negotiator = new SdpNegotiator(
                shards.all().stream()
                        .map(shard ->
                                new ServerTransport(candidates(addresses, shard.port()), certificate.fingerprint()))
                        .toList(),
                MediaPolicy.withSeats(config.limits().seats()),
                random::nextLong);
        final Admission admission = config.isOpen() ? Admission.OPEN : tokens(config.keys());
        final long epochOffsetNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();
        final RoomRegistry registry = new RoomRegistry(
                config.limits(),
                negotiator,
                admission,
                ShardPlacement.leastLoaded(shards.size(), MOST_PEERS, IMBALANCE, headroom()),
                () -> secret(random),
                epochOffsetNs);
        core = new SignalingCore(
                loop, System::nanoTime, registry, new MessageCodec(), shards::offer, ByteBufAllocator.DEFAULT);
        events.deliverTo(core::onRelayEvent, loop::execute);
        census = core.census();
        residences =
                shards.all().stream().map(each -> new Residence(each.latency())).toList();
        watch = config.latencyBudget() == null ? null : new LatencyWatch(config.latencyBudget(), shards.all());
        figures = figures();
        try {
            final OriginPolicy origins = new OriginPolicy(!config.isOpen());
            final HttpRouter router = new HttpRouter(
                    RoomDoor.of(core), negotiator, admission, origins, new Status(), System::currentTimeMillis);
            http = HttpShell.start(
                    new InetSocketAddress(config.host(), config.port()),
                    tls(config),
                    group,
                    router,
                    new WebSocketShell(core, origins));
            monitor = new ServerMonitor(residences, figures, statFile(), this::onSecond);
            if (watch != null) {
                watch.start();
            }
        } catch (final IOException | RuntimeException e) {
            closeRelay();
            throw e;
        }
    }

    private Figures figures() {
        final ServerFigures all = new ServerFigures();
        for (int i = 0; i < shards.size(); i++) {
            all.shard(i, shards.all().get(i), residences.get(i));
        }
        all.dtls(handshakes.counters()).signaling(core.counters(), () -> census).process();
        return new Figures((watch == null ? all : all.latency(watch)).list());
    }

    /** Null when none is wanted. */
    private StatPublisher statFile() throws IOException {
        if (config.statFile() == null) {
            return null;
        }
        final Map<String, String> about = new LinkedHashMap<>();
        about.put("url", url());
        about.put("io", shards.first().io());
        about.put("srtp", srtp.provider().name());
        about.put(
                "budget_ns",
                Long.toString(
                        config.latencyBudget() == null
                                ? RelayLatency.SLOW_NS
                                : config.latencyBudget().residenceNs()));
        return StatPublisher.create(config.statFile(), about, figures);
    }

    /**
     * Starts it; ready when this returns.
     *
     * @throws IOException with a sentence for the user when a socket cannot be had
     */
    public static LianmaiServer start(final ServerConfig config) throws IOException {
        return new LianmaiServer(config);
    }

    private static SrtpProviders.Chosen srtp(final SrtpProviders.Mode mode) {
        try {
            final SrtpProviders.Chosen chosen = SrtpProviders.choose(mode);
            LOG.info("SRTP: {} ({})", chosen.provider().name(), chosen.reason());
            return chosen;
        } catch (final IllegalArgumentException e) {
            throw new ConfigException(e.getMessage(), e);
        }
    }

    private static SslContext tls(final ServerConfig config) {
        if (!config.usesTls()) {
            return null;
        }
        try {
            return SslContextBuilder.forServer(
                            config.tlsCertificate().toFile(), config.tlsKey().toFile())
                    .build();
        } catch (final SSLException | IllegalArgumentException e) {
            throw new ConfigException(
                    "--tls-cert " + config.tlsCertificate() + " and --tls-key " + config.tlsKey()
                            + " are no PEM certificate and PKCS 8 key that fit: " + e.getMessage(),
                    e);
        }
    }

    private static List<ServerTransport.Address> candidates(final LocalAddresses addresses, final int port) {
        final List<ServerTransport.Address> candidates = new ArrayList<>();
        for (final InetAddress address : addresses.announced()) {
            candidates.add(new ServerTransport.Address(address.getHostAddress(), port));
        }
        return candidates;
    }

    /** The check of tokens under these keys. */
    static Tokens tokens(final Map<String, String> keys) {
        final Map<String, byte[]> secrets = new HashMap<>();
        keys.forEach((id, secret) -> secrets.put(id, secret.getBytes(StandardCharsets.UTF_8)));
        return new Tokens(secrets);
    }

    private static String secret(final SecureRandom random) {
        final byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private MeasuredHeadroom headroom() {
        return new MeasuredHeadroom(shard -> shards.all().get(shard).counters());
    }

    private void onSecond(final List<Residence.Latest> latest) {
        if (watch != null) {
            watch.onSecond(System.nanoTime());
        }
        // What people ask is how bad it is: of several shards they are told of the slowest.
        final RelayLatency.Snapshot slowest = latest.stream()
                .map(Residence.Latest::second)
                .max(Comparator.comparingLong(RelayLatency.Snapshot::p99Ns))
                .orElseThrow();
        core.loop().execute(() -> tellStages(slowest));
    }

    private void tellStages(final RelayLatency.Snapshot second) {
        census = core.census();
        final long packets = shards.sum(Counter.DATAGRAMS_IN);
        final Map<String, Integer> causes = new LinkedHashMap<>();
        if (second.packets() > 0) {
            for (final RelayLatency.Cause cause : RelayLatency.Cause.values()) {
                causes.put(LatencyWatch.camelCase(cause), (int)
                        Math.round(100 * second.times().share(cause)));
            }
        }
        core.onStats(new ServerMessage.Stats(
                TimeUnit.NANOSECONDS.toMicros(second.p50Ns()),
                TimeUnit.NANOSECONDS.toMicros(second.p99Ns()),
                TimeUnit.NANOSECONDS.toMicros(second.p999Ns()),
                TimeUnit.NANOSECONDS.toMicros(second.maxNs()),
                causes,
                (int) shards.sum(Counter.PEERS),
                packets - packetsBefore,
                watch == null ? null : watch.told(System.nanoTime())));
        packetsBefore = packets;
    }

    /** The one line that {@code serve} prints. */
    public String welcome() {
        // Not the process's start: that is the shell script's, builds included.
        final long sinceStartMs = ManagementFactory.getRuntimeMXBean().getUptime();
        return "Lianmai is ready: " + url() + "  (" + sinceStartMs + " ms after the start; media UDP "
                + shards.ports() + " over " + shards.first().io() + "; SRTP "
                + srtp.provider().name()
                + (srtp.advice().isEmpty() ? "" : ", " + srtp.advice())
                + (config.isOpen()
                        ? "; no keys configured: guests come in without a token, from this machine only"
                        : "")
                + ")";
    }

    /** Where the studio is. */
    public String url() {
        final boolean isAny = ServerConfig.resolve("host", config.host()).isAnyLocalAddress();
        final String host =
                isAny ? "localhost" : config.host().contains(":") ? "[" + config.host() + "]" : config.host();
        return (config.usesTls() ? "https://" : "http://") + host + ":" + http.port() + "/";
    }

    /** The TCP port of signaling and pages. */
    public int port() {
        return http.port();
    }

    /** The relay's first shard, for its counters. */
    public RelayShard shard() {
        return shards.first();
    }

    /** All of the relay. */
    public List<RelayShard> shards() {
        return shards.all();
    }

    /**
     * Waits until a relay thread has died, for as long as none does; answers what it died of, in a sentence. Its peers
     * are lost, and the server is only good for being closed.
     */
    public String awaitFailure() throws InterruptedException {
        final RelayShard dead = shards.awaitFailure();
        return dead.name() + " has died of " + dead.failure()
                + (dead.failure() instanceof OutOfMemoryError
                        ? ": the load needs more memory than the JVM may have (-Xmx in gc-tuning/jvm/relay.args)"
                        : ": a bug, please report it");
    }

    /** Tells participants, ends every peer and thread. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            core.loop().submit(core::close).get(CLOSE_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (final ExecutionException | TimeoutException e) {
            // Whoever was not told will notice; there is nothing left to save.
            System.err.println("lianmai: participants could not be told: " + e.getMessage());
        }
        monitor.close();
        if (watch != null) {
            watch.close();
        }
        http.close();
        closeRelay();
    }

    private void closeRelay() {
        shards.close();
        handshakes.close();
        group.shutdownGracefully(0, CLOSE_TIMEOUT_S, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private final class Status implements ServerStatus {
        @Override
        public boolean isHealthy() {
            return shards.areAlive() && core.isOpen();
        }

        @Override
        public String shortcoming() {
            return watch == null ? null : watch.shortcoming(System.nanoTime());
        }

        @Override
        public int seats() {
            return config.limits().seats();
        }

        @Override
        public Exposition metrics(final String accept) {
            census = core.census();
            return new PrometheusMetrics(figures, residences).exposition(accept);
        }
    }
}
