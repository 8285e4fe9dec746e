package lianmai.gc;

/** Why threads were held, or why packets were late. */
public enum PauseCause {
    COLLECTOR("the collector held all threads for a step of its own accord"),
    ASKED_COLLECTION("the collector held all threads because somebody asked for a collection, as System.gc() does"),
    VM_OPERATION("the JVM held all threads for an operation that is no collection"),
    TIME_TO_SAFEPOINT("one thread came late to a safepoint that had to be, and all others waited for it"),
    ALLOCATION_STALL(
            "a thread waited for memory, or all for a collection that fetches it: the heap is too small for what"
                    + " is allocated"),
    NOT_RUN("the process did not run, though nothing in it held it: it was stopped, or the cores were taken"),
    RESIDENCE("more packets than allowed stayed longer than the budget");

    private final String sentence;

    PauseCause(final String sentence) {
        this.sentence = sentence;
    }

    /** What happened, for people who look at it. */
    public String sentence() {
        return sentence;
    }
}
