package lianmai.room;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import lianmai.message.CloseCode;
import lianmai.message.ServerMessage;
import lianmai.relay.RelayCommand;

/** The effects of the current input, in order. */
final class Effects {
    private final List<RoomEffect> pending = new ArrayList<>();

    void send(final Connection connection, final long seq, final ServerMessage message) {
        if (connection != null && !connection.closed) {
            pending.add(new RoomEffect.Send(connection.id, seq, message));
        }
    }

    void broadcast(final long[] connections, final long[] seqs, final ServerMessage message) {
        if (connections.length != 0) {
            pending.add(new RoomEffect.Broadcast(connections, seqs, message));
        }
    }

    void close(final Connection connection, final CloseCode code) {
        pending.add(new RoomEffect.Close(connection.id, code));
    }

    void ping(final Connection connection) {
        pending.add(new RoomEffect.Ping(connection.id));
    }

    void relay(final int shard, final RelayCommand command) {
        pending.add(new RoomEffect.Relay(shard, command));
    }

    void drain(final Consumer<RoomEffect> sink) {
        // Taken out first: an effect that throws must not come again with every later turn.
        final List<RoomEffect> now = List.copyOf(pending);
        pending.clear();
        now.forEach(sink);
    }
}
