package lianmai.load;

import java.util.function.Consumer;
import lianmai.dtls.DtlsListener;
import lianmai.srtp.SrtpKeys;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;

/**
 * The way to the load agent from all other threads. The agent never sleeps longer than its nap, so nobody wakes it.
 *
 * <p>Thread: {@link #drain} the agent's, everything else any.
 */
final class LoadCommands implements DtlsListener {
    private static final int CHUNK = 1024;

    private final MpscUnboundedVarHandleArrayQueue<LoadCommand> queue = new MpscUnboundedVarHandleArrayQueue<>(CHUNK);

    void offer(final LoadCommand command) {
        queue.offer(command);
    }

    void drain(final Consumer<LoadCommand> taker) {
        for (LoadCommand command = queue.poll(); command != null; command = queue.poll()) {
            taker.accept(command);
        }
    }

    @Override
    public void onDtlsDatagram(final long peerId, final byte[] datagram) {
        offer(new LoadCommand.DtlsOut(peerId, datagram));
    }

    @Override
    public void onDtlsKeys(final long peerId, final SrtpKeys keys) {
        offer(new LoadCommand.Keys(peerId, keys));
    }

    @Override
    public void onDtlsClosed(final long peerId, final String reason) {
        offer(new LoadCommand.DtlsOver(peerId, reason));
    }
}
