package lianmai.e2e;

import java.io.IOException;
import lianmai.sim.OwnNetwork;
import org.junit.jupiter.api.Test;

/** The main job in a Chromium as people have it: no flag lets it use loopback, it finds the machine's own address. */
@OwnNetwork
class PlainChromiumTest {
    @Test
    void shouldCoStreamOverTheMachinesOwnAddress() throws IOException {
        try (Chromium browser = Chromium.start()) {
            StudioBrowserTest.coStream(browser);
        }
    }
}
