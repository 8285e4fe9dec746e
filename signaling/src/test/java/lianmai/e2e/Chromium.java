package lianmai.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/**
 * One headless Chromium with fake camera and microphone, and a window for each participant.
 *
 * <p>Before anything of a page runs, {@link #SPY} notes its WebSockets and counts its negotiations, so that a test can
 * cut the one and prove that there was no other.
 */
final class Chromium implements AutoCloseable {
    private static final Path BROWSER = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

    private static final String SPY = """
            window.spy = { sockets: [], negotiations: 0 };
            const Native = window.WebSocket;
            window.WebSocket = class extends Native {
              constructor(...args) { super(...args); window.spy.sockets.push(this); }
            };
            const set = RTCPeerConnection.prototype.setRemoteDescription;
            RTCPeerConnection.prototype.setRemoteDescription = function (...args) {
              window.spy.negotiations++;
              return set.apply(this, args);
            };
            """;

    /** Selenium warns that it has no classes for this version's DevTools; we use none of them. */
    private static final Logger QUIET = Logger.getLogger("org.openqa.selenium");

    private final ChromeDriver driver;

    private Chromium(final ChromeDriver driver) {
        this.driver = driver;
    }

    /** Starts one, or skips the test with a sentence that names the missing package. */
    static Chromium start(final String... furtherFlags) {
        Assumptions.assumeTrue(Files.isExecutable(BROWSER), "no Chromium: install the package chromium");
        Assumptions.assumeTrue(Files.isExecutable(DRIVER), "no ChromeDriver: install the package chromium-driver");
        QUIET.setLevel(Level.SEVERE);
        final ChromeOptions options = new ChromeOptions();
        options.setBinary(BROWSER.toString());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-background-networking",
                "--disable-dev-shm-usage",
                "--disable-background-timer-throttling",
                "--disable-renderer-backgrounding",
                "--disable-backgrounding-occluded-windows",
                "--autoplay-policy=no-user-gesture-required",
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                "--window-size=1280,800");
        options.addArguments(List.of(furtherFlags));
        final ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .usingAnyFreePort()
                .build();
        final ChromeDriver driver = new ChromeDriver(service, options);
        driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(30));
        return new Chromium(driver);
    }

    /** A new window at this address. */
    Page open(final String url) {
        driver.switchTo().newWindow(WindowType.WINDOW);
        driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", SPY));
        driver.get(url);
        return new Page(driver.getWindowHandle());
    }

    @Override
    public void close() {
        driver.quit();
    }

    /** One participant's window. */
    final class Page implements BrowserPage {
        private final String handle;

        private Page(final String handle) {
            this.handle = handle;
        }

        /** The value of a script's {@code return}. */
        Object run(final String script) {
            driver.switchTo().window(handle);
            return driver.executeScript(script);
        }

        @Override
        public Object await(final String body) {
            driver.switchTo().window(handle);
            final Object result =
                    driver.executeAsyncScript("const done = arguments[arguments.length - 1];" + "(async () => {" + body
                            + "})().then(v => done({ value: v ?? null }), e => done({ error: String(e) }));");
            if (result instanceof Map<?, ?> map && map.get("error") != null) {
                throw new AssertionError("in the page: " + map.get("error"));
            }
            return result instanceof Map<?, ?> map ? map.get("value") : null;
        }

        /** Writes what the window shows. */
        Path screenshot(final String name) throws IOException {
            driver.switchTo().window(handle);
            final Path file = Path.of("target", "screenshots", name + ".png");
            Files.createDirectories(file.getParent());
            return Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
        }
    }
}
