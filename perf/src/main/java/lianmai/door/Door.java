package lianmai.door;

/**
 * How a simulated client gets into a media server: carries its transport and lines there, brings back the server's.
 * One door a kind of server: our WebSocket protocol, WHIP and WHEP, Janus's JSON API.
 *
 * <p>Thread: any; {@link #open} blocks, so it is called on virtual threads. Owns: its connections until closed.
 */
public interface Door extends AutoCloseable {
    /**
     * Negotiates one client.
     *
     * @param room the server makes it when it is not there
     * @throws DoorException with a sentence for the user
     */
    Session open(String room, String name, MediaRole role, LocalTransport local) throws DoorException;

    /** What is loaded, for reports: {@code lianmai}, {@code whip}, {@code janus}. */
    String name();

    @Override
    void close();
}
