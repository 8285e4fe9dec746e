package lianmai.room;

import lianmai.message.CloseCode;
import lianmai.message.ServerMessage;
import lianmai.relay.RelayCommand;

/** What the rooms want done; to be carried out in order. */
public sealed interface RoomEffect {
    /** One message to one connection; {@code seq} 0 for a message that has none. */
    record Send(long connection, long seq, ServerMessage message) implements RoomEffect {}

    /** One message to many connections, to be encoded once; {@code seqs} null when it has none. */
    record Broadcast(long[] connections, long[] seqs, ServerMessage message) implements RoomEffect {}

    /** Closes a connection; nothing more comes for it. */
    record Close(long connection, CloseCode code) implements RoomEffect {}

    /** Asks a connection for a sign of life (RFC 6455 §5.5.2). */
    record Ping(long connection) implements RoomEffect {}

    /** A command to a relay shard. */
    record Relay(int shard, RelayCommand command) implements RoomEffect {}
}
