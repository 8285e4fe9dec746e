package lianmai.server;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * The file of {@code --config}: a line {@code option=value} for each long option without its dashes, and
 * {@code key.<id>=<secret>} for each key that signs tokens. {@code #} begins a comment.
 */
final class ConfigFile {
    static final ConfigFile EMPTY = new ConfigFile(new Properties());

    private static final String KEY_PREFIX = "key.";
    private static final Set<String> OPTIONS = Set.of(
            "host",
            "port",
            "udp-port",
            "announce",
            "io",
            "srtp",
            "tls-cert",
            "tls-key",
            "seats",
            "shards",
            "max-rooms",
            "max-members",
            "stat-file",
            "latency-budget");
    /** An HS256 key shorter than its hash is weaker than the signature (RFC 7518 §3.2). */
    private static final int LEAST_SECRET = 32;

    private final Properties entries;

    private ConfigFile(final Properties entries) {
        this.entries = entries;
    }

    static ConfigFile read(final Path file) {
        final Properties entries = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            entries.load(reader);
        } catch (final NoSuchFileException e) {
            throw new ConfigException("--config " + file + " does not exist", e);
        } catch (final IOException | IllegalArgumentException e) {
            throw new ConfigException("--config " + file + " cannot be read: " + e.getMessage(), e);
        }
        for (final String name : entries.stringPropertyNames()) {
            if (!name.startsWith(KEY_PREFIX) && !OPTIONS.contains(name)) {
                throw new ConfigException("--config " + file + ": unknown setting '" + name + "'; known are "
                        + String.join(", ", OPTIONS.stream().sorted().toList()) + " and key.<id>");
            }
        }
        return new ConfigFile(entries);
    }

    /** The value of an option, or null. */
    String value(final String option) {
        final String value = entries.getProperty(option);
        return value == null ? null : value.strip();
    }

    /** Key id → secret. */
    Map<String, String> keys() {
        final Map<String, String> keys = new TreeMap<>();
        for (final String name : entries.stringPropertyNames()) {
            if (name.startsWith(KEY_PREFIX)) {
                final String secret = entries.getProperty(name).strip();
                if (secret.length() < LEAST_SECRET) {
                    throw new ConfigException(name + " has " + secret.length() + " characters; it needs " + LEAST_SECRET
                            + " or more, for instance from: openssl rand -base64 32");
                }
                keys.put(name.substring(KEY_PREFIX.length()), secret);
            }
        }
        return keys;
    }
}
