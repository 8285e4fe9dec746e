package lianmai.server;

import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import lianmai.message.Role;
import lianmai.room.Claims;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lianmai token}. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Prints a token that lets one person into a room of a server with keys.")
final class TokenCommand implements Callable<Integer> {
    @Option(names = "--config", required = true, paramLabel = "FILE", description = "the server's config file")
    private Path config;

    @Option(names = "--room", required = true, paramLabel = "NAME", description = "the room, or * for any")
    private String room;

    @Option(names = "--identity", required = true, paramLabel = "ID", description = "whom a kick is remembered by")
    private String identity;

    @Option(names = "--name", paramLabel = "NAME", description = "the name to show (the identity)")
    private String name;

    @Option(names = "--role", paramLabel = "ROLE", description = "host, guest, viewer or moderator (viewer)")
    private String role = "viewer";

    @Option(names = "--no-publish", description = "may never send media")
    private boolean watchesOnly;

    @Option(names = "--valid", paramLabel = "TIME", description = "how long, such as 2h or 30m (24h)")
    private String valid = "24h";

    @Override
    public Integer call() {
        final Map<String, String> keys = ConfigFile.read(config).keys();
        if (keys.isEmpty()) {
            throw new ConfigException("--config " + config
                    + " has no key; add a line key.main=<32 or more random characters> and restart the server");
        }
        final Claims claims = new Claims(room, identity, name == null ? identity : name, role(), !watchesOnly);
        final long expires = System.currentTimeMillis() + validity().toMillis();
        System.out.println(LianmaiServer.tokens(keys).mint(claims, expires));
        return 0;
    }

    private Role role() {
        try {
            return Role.valueOf(role.toUpperCase(Locale.ROOT));
        } catch (final IllegalArgumentException e) {
            throw new ConfigException(
                    "--role must be one of " + Arrays.toString(Role.values()).toLowerCase(Locale.ROOT), e);
        }
    }

    private Duration validity() {
        try {
            return Duration.parse("PT" + valid);
        } catch (final DateTimeParseException e) {
            throw new ConfigException("--valid must be a time such as 2h or 30m, not " + valid, e);
        }
    }
}
