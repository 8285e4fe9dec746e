package lianmai.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import lianmai.impair.ImpairProfile;
import lianmai.impair.ImpairRelay;
import lianmai.impair.ImpairSettings;
import lianmai.impair.ProfileText;
import lianmai.load.LoadException;

/**
 * The bad network of {@code --impair}: one relay for each server address, made when the first client asks for the way.
 *
 * <p>Thread: any. Owns: its relays until closed.
 */
final class Impairment implements UnaryOperator<InetSocketAddress>, AutoCloseable {
    private static final long SEED = 1;

    private final ImpairProfile profile;
    private final Map<InetSocketAddress, ImpairRelay> relays = new HashMap<>();

    private Impairment(final ImpairProfile profile) {
        this.profile = profile;
    }

    /** @param text as {@code ./lianmai impair} has it; null for a network that is as it is */
    static Impairment of(final String text) throws BenchException {
        try {
            return new Impairment(text == null ? null : ProfileText.parse(text));
        } catch (final IllegalArgumentException e) {
            throw new BenchException("--impair " + text + ": " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized InetSocketAddress apply(final InetSocketAddress server) {
        if (profile == null) {
            return server;
        }
        return relays.computeIfAbsent(server, this::start).address();
    }

    private ImpairRelay start(final InetSocketAddress server) {
        try {
            return ImpairRelay.start(
                    new InetSocketAddress(server.getAddress(), 0), server, ImpairSettings.of(profile, profile, SEED));
        } catch (final IOException e) {
            throw new LoadException("the impairing relay does not start: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void close() {
        relays.values().forEach(ImpairRelay::close);
        relays.clear();
    }
}
