package lianmai.io;

import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.net.BindException;
import java.util.Locale;
import lianmai.jitter.PacketPool;

/** Chooses and opens a shard's {@link UdpPort}; the choice and its reason are said, never silent. */
public final class UdpPorts {
    /** Datagrams taken with one system call at most; each needs a slot while it is asked for. */
    private static final int LARGEST_BURST = 256;
    /** A small pool must not sit in receives. */
    private static final int POOL_SHARE = 8;

    private UdpPorts() {}

    /** What {@code --io} says. */
    public enum Mode {
        /** io_uring where the system lets us, else NIO. */
        AUTO,
        IO_URING,
        NIO;

        /**
         * The mode of a command line's word.
         *
         * @throws IllegalArgumentException when it is none of {@code auto}, {@code io_uring}, {@code nio}
         */
        public static Mode parse(final String word) {
            return switch (word.toLowerCase(Locale.ROOT)) {
                case "auto" -> AUTO;
                case "io_uring" -> IO_URING;
                case "nio" -> NIO;
                default -> throw new IllegalArgumentException("--io is auto, io_uring or nio, not " + word);
            };
        }
    }

    /**
     * An open port.
     *
     * @param reason one sentence for the log on why it is this implementation
     * @param fallback whether {@link Mode#AUTO} had to do without io_uring
     */
    public record Opened(UdpPort port, String reason, boolean fallback) {}

    /**
     * Opens a port. Thread: the one that is going to drive it.
     *
     * @param port 1 … 65535, or 0 for any free one
     * @throws IOException with a sentence for the user when the port is taken, or the mode is not to be had here
     */
    public static Opened open(final Mode mode, final int port, final LocalAddresses addresses, final PacketPool pool)
            throws IOException {
        final String obstacle = mode == Mode.NIO ? "--io nio asks for it" : ioUringObstacle();
        if (mode == Mode.IO_URING && obstacle != null) {
            throw new IOException("--io io_uring is not possible here: " + obstacle);
        }
        if (obstacle != null) {
            return new Opened(new NioUdpPort(port, addresses, pool), "nio: " + obstacle, mode == Mode.AUTO);
        }
        try {
            final int burst = Math.clamp(pool.slots() / POOL_SHARE, 1, LARGEST_BURST);
            return new Opened(new IoUringUdpPort(port, addresses, pool, burst), "io_uring: available", false);
        } catch (final RuntimeException e) {
            // The probe's small ring could be made and this one not: limits on locked memory or descriptors.
            if (mode == Mode.IO_URING) {
                throw new IOException("--io io_uring is not possible here: " + e.getMessage(), e);
            }
            return new Opened(new NioUdpPort(port, addresses, pool), "nio: no ring (" + e.getMessage() + ")", true);
        }
    }

    /** Why there is no io_uring here, in one sentence; null when there is. Makes a ring to find out. */
    static String ioUringObstacle() {
        if (IoUring.isAvailable()) {
            return null;
        }
        Throwable cause = IoUring.unavailabilityCause();
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return "no io_uring (" + cause.getMessage() + "; containers and kernel.io_uring_disabled often forbid it)";
    }

    /** What a failed bind tells the user. */
    static BindException cannotBind(final String address, final int port, final IOException cause) {
        final String why = String.valueOf(cause.getMessage()).contains("in use")
                ? "UDP port " + port + " is in use at " + address + "; end the other program or choose another port"
                : "cannot listen at " + address + ", UDP port " + port + ": " + cause.getMessage();
        final BindException told = new BindException(why);
        told.initCause(cause);
        return told;
    }
}
