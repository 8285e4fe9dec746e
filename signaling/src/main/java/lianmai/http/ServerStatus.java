package lianmai.http;

/** What the server tells of itself. Thread: signaling. */
public interface ServerStatus {
    /** Whether joins are taken. */
    boolean isHealthy();

    /** Seats of each stage. */
    int seats();

    /**
     * Every counter, as Prometheus reads them.
     *
     * @param accept the request's header of that name, or null
     */
    Exposition metrics(String accept);

    /** In one of the formats that were accepted. */
    record Exposition(String contentType, byte[] body) {}
}
