package lianmai.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One headless Firefox with fake camera and microphone, driven over WebDriver BiDi, which it speaks by itself: Debian
 * has no driver for it.
 *
 * <p>Thread: one. Owns: its process and its profile, until {@link #close()}.
 */
final class Firefox implements AutoCloseable {
    private static final Path BROWSER = Path.of("/usr/bin/firefox-esr");
    private static final long PATIENCE_S = 40;
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern LISTENING = Pattern.compile("WebDriver BiDi listening on (ws://\\S+)");

    private static final List<String> PREFERENCES = List.of(
            "'media.navigator.streams.fake', true",
            "'media.navigator.permission.disabled', true",
            "'media.autoplay.default', 0",
            "'media.autoplay.blocking_policy', 0",
            "'media.gmp-manager.updateEnabled', false",
            "'media.gmp-gmpopenh264.enabled', false",
            "'app.update.disabledForTesting', true",
            "'browser.shell.checkDefaultBrowser', false",
            "'browser.startup.page', 0",
            "'browser.startup.homepage_override.mstone', 'ignore'",
            "'browser.aboutwelcome.enabled', false",
            "'browser.safebrowsing.update.enabled', false",
            "'datareporting.policy.dataSubmissionEnabled', false",
            "'toolkit.telemetry.server', ''",
            "'network.captive-portal-service.enabled', false",
            "'network.connectivity-service.enabled', false",
            "'services.settings.server', 'data:,'",
            "'extensions.update.enabled', false",
            // Windows that nobody looks at must not run slower than those somebody does.
            "'dom.min_background_timeout_value', 4",
            "'dom.timeout.enable_budget_timer_throttling', false",
            "'widget.windows.window_occlusion_tracking.enabled', false");

    private final Process process;
    private final Path profile;
    private final HttpClient http = HttpClient.newHttpClient();
    private final BlockingQueue<JsonNode> replies = new LinkedBlockingQueue<>();
    private final WebSocket socket;
    private int nextId = 1;

    private Firefox(final Process process, final Path profile, final String address) {
        this.process = process;
        this.profile = profile;
        socket = http.newWebSocketBuilder()
                .buildAsync(URI.create(address + "/session"), new Replies())
                .join();
        command("session.new", Map.of("capabilities", Map.of()));
    }

    /** Starts one, or skips the test with a sentence that names the missing package. */
    static Firefox start() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(BROWSER), "no Firefox: install the package firefox-esr");
        final Path profile = Files.createTempDirectory("lianmai-firefox");
        Files.write(
                profile.resolve("user.js"),
                PREFERENCES.stream()
                        .map(line -> "user_pref(" + line.replace('\'', '"') + ");")
                        .toList());
        final ProcessBuilder builder = new ProcessBuilder(
                        BROWSER.toString(),
                        "--headless",
                        "--no-remote",
                        "--profile",
                        profile.toString(),
                        "--remote-debugging-port",
                        "0")
                .redirectErrorStream(true);
        builder.environment().put("HOME", profile.toString());
        builder.environment().put("MOZ_CRASHREPORTER_DISABLE", "1");
        final Process process = builder.start();
        final CompletableFuture<String> address = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> listen(process, address));
        try {
            return new Firefox(
                    process,
                    profile,
                    address.orTimeout(PATIENCE_S, TimeUnit.SECONDS).join());
        } catch (final RuntimeException e) {
            process.destroyForcibly();
            throw new AssertionError("Firefox does not start", e);
        }
    }

    private static void listen(final Process process, final CompletableFuture<String> address) {
        final StringBuilder said = new StringBuilder();
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                said.append(line).append('\n');
                final Matcher matcher = LISTENING.matcher(line);
                if (matcher.find()) {
                    address.complete(matcher.group(1));
                }
            }
        } catch (final IOException e) {
            said.append(e);
        }
        address.completeExceptionally(new AssertionError(said.toString()));
    }

    /** A new window at this address. */
    BrowserPage open(final String url) {
        final String context = command("browsingContext.create", Map.of("type", "window"))
                .get("context")
                .asString();
        command("browsingContext.navigate", Map.of("context", context, "url", url, "wait", "complete"));
        return body -> evaluate(context, body);
    }

    private Object evaluate(final String context, final String body) {
        final JsonNode reply = command(
                "script.evaluate",
                Map.of(
                        "expression",
                        "(async () => {" + body + "})()",
                        "target",
                        Map.of("context", context),
                        "awaitPromise",
                        true));
        if (!"success".equals(reply.get("type").asString())) {
            throw new AssertionError(
                    "in the page: " + reply.path("exceptionDetails").path("text"));
        }
        final JsonNode result = reply.get("result");
        return switch (result.get("type").asString()) {
            // Infinite and the like come as text.
            case "number" -> result.get("value").asDouble(Double.NaN);
            case "string" -> result.get("value").asString();
            case "boolean" -> result.get("value").asBoolean();
            default -> null;
        };
    }

    private JsonNode command(final String method, final Map<String, ?> parameters) {
        final int id = nextId++;
        socket.sendText(JSON.writeValueAsString(Map.of("id", id, "method", method, "params", parameters)), true)
                .join();
        try {
            for (JsonNode reply = next(); reply != null; reply = next()) {
                if (reply.path("id").asInt(0) == id) {
                    return resultOf(method, reply);
                }
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new AssertionError("Firefox does not answer " + method);
    }

    private JsonNode next() throws InterruptedException {
        return replies.poll(PATIENCE_S, TimeUnit.SECONDS);
    }

    private static JsonNode resultOf(final String method, final JsonNode reply) {
        if (!"success".equals(reply.get("type").asString())) {
            throw new AssertionError("Firefox refuses " + method + ": " + reply);
        }
        return reply.get("result");
    }

    @Override
    public void close() throws IOException {
        socket.abort();
        http.close();
        final List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly().onExit().join();
        children.forEach(ProcessHandle::destroyForcibly);
        children.forEach(
                child -> child.onExit().orTimeout(PATIENCE_S, TimeUnit.SECONDS).join());
        try (Stream<Path> files = Files.walk(profile)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Collects whole messages. */
    private final class Replies implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(final WebSocket from, final CharSequence part, final boolean last) {
            text.append(part);
            if (last) {
                replies.add(JSON.readTree(text.toString()));
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }
}
