package lianmai.e2e;

/** One participant's window, whichever browser it is in. */
interface BrowserPage {
    /** The value of an async function's body: a number, text, a truth value or null. */
    Object await(String body);

    /** Waits until an expression (which may await) is true; answers after how many ms, by the page's own clock. */
    default double until(final String what, final String expression) {
        final double ms = number("const start = performance.now();"
                + "while (performance.now() - start < 20000) {"
                + "  if (await (async () => (" + expression
                + "))().catch(() => false)) return performance.now() - start;"
                + "  await new Promise(r => setTimeout(r, 10));"
                + "} return -1;");
        if (ms < 0) {
            throw new AssertionError("20 s went by without: " + what + "; page says "
                    + await("return JSON.stringify(window.lianmai?.state ?? document.body.innerText.slice(0, 500));"));
        }
        return ms;
    }

    /** The number that an async function's body returns. */
    default double number(final String body) {
        return ((Number) await(body)).doubleValue();
    }
}
