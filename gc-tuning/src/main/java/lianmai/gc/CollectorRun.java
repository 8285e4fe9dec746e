package lianmai.gc;

/**
 * A collection, of which most may have run beside the program: that holds nobody, but takes cores.
 *
 * @param isAsked whether somebody asked for it
 * @param why as the JVM names it
 */
public record CollectorRun(boolean isAsked, String why, long startNs, long endNs) {
    PauseCause cause() {
        return isAsked ? PauseCause.ASKED_COLLECTION : PauseCause.COLLECTOR;
    }
}
