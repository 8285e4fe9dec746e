package lianmai.lab;

import java.nio.file.Path;
import java.util.Arrays;

/**
 * The ordinary server with a {@link Pressure} beside it in the same JVM: {@code PressedServer MB/s FILE serve …}. The
 * server itself knows nothing of it.
 */
final class PressedServer {
    private static final int OWN_ARGUMENTS = 2;

    private PressedServer() {}

    public static void main(final String[] arguments) {
        final Pressure pressure = new Pressure(Integer.parseInt(arguments[0]), Path.of(arguments[1]));
        Thread.ofPlatform().name("control-plane").daemon(true).start(pressure);
        lianmai.server.Main.main(Arrays.copyOfRange(arguments, OWN_ARGUMENTS, arguments.length));
    }
}
