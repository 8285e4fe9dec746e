package lianmai.http;

/** What the server tells of itself. Thread: signaling. */
public interface ServerStatus {
    /** Whether joins are taken. */
    boolean isHealthy();

    /** In a sentence what is worse than it should be, though joins are taken; or null. */
    String shortcoming();

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
