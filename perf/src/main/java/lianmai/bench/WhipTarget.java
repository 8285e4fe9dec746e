package lianmai.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.OptionalLong;
import lianmai.door.Door;
import lianmai.door.WhipDoor;

/** Any server with WHIP and WHEP; somebody else runs it. */
final class WhipTarget implements Target {
    /** {@link WhipDoor#ROOM}, percent-encoded. */
    static final String ROOM = "%7Broom%7D";

    private static final int PATIENCE_MS = 3_000;

    private final BenchPlan.Rival.Whip rival;
    private final Door door;

    WhipTarget(final BenchPlan.Rival.Whip rival) {
        this.rival = rival;
        door = new WhipDoor(template(rival.whip()), template(rival.whep()), null);
    }

    private static String template(final URI address) {
        return address.toString().replace(ROOM, WhipDoor.ROOM);
    }

    /** Fails before anything is started when nobody is there. */
    static void check(final BenchPlan.Rival.Whip rival) throws BenchException {
        check(rival.whip());
        check(rival.whep());
    }

    private static void check(final URI address) throws BenchException {
        final boolean isTls = "https".equals(address.getScheme());
        final int port = address.getPort() > 0 ? address.getPort() : isTls ? 443 : 80;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.getHost(), port), PATIENCE_MS);
        } catch (final IOException e) {
            throw new BenchException("nobody answers at " + address + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return "whip";
    }

    @Override
    public String about() {
        return rival.whip() + " and " + rival.whep() + ", started by others: its CPU time is not known";
    }

    @Override
    public Door door() {
        return door;
    }

    @Override
    public OptionalLong pid() {
        return OptionalLong.empty();
    }

    @Override
    public OptionalLong forwarded() {
        return OptionalLong.empty();
    }

    @Override
    public void close() {
        door.close();
    }
}
