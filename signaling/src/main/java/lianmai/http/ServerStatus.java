package lianmai.http;

/** What the server tells of itself. Thread: signaling. */
public interface ServerStatus {
    /** Whether joins are taken. */
    boolean isHealthy();

    /** Seats of each stage. */
    int seats();

    /** Every counter in Prometheus' text format. */
    String metrics();
}
