package lianmai.io;

import java.util.concurrent.atomic.AtomicBoolean;
import lianmai.dtls.DtlsListener;
import lianmai.relay.RelayCommand;
import lianmai.relay.RelayCore;
import lianmai.srtp.SrtpKeys;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;

/**
 * Hand-over H1 (docs/architecture.md): commands from signaling and the DTLS handshakes to one relay thread.
 *
 * <p>The queue grows in chunks, so what must arrive (removals, keys) always does; only {@link #tryAdd} is refused, at a
 * length that no healthy relay reaches. The relay is woken only when it has announced that it sleeps.
 *
 * <p>Thread: {@link #add} and {@link #tryAdd} any; the rest the relay thread.
 */
public final class RelayCommands implements DtlsListener {
    /** At a microsecond or so for each, a relay that is this far behind is a second late: it takes no new peers. */
    static final int BUSY_AT = 1 << 16;

    private static final int CHUNK = 1024;
    private static final int MOST_A_TURN = 256;

    private final MpscUnboundedVarHandleArrayQueue<RelayCommand> queue = new MpscUnboundedVarHandleArrayQueue<>(CHUNK);
    private final AtomicBoolean sleeping = new AtomicBoolean();
    private final SeatSwitchEvent seatEvent = new SeatSwitchEvent();
    private volatile Runnable wakeup = () -> {};

    /** How a sleeping relay is woken, from any thread. */
    void wakeWith(final Runnable newWakeup) {
        wakeup = newWakeup;
    }

    /** Hands over a command that must arrive. */
    public void add(final RelayCommand command) {
        queue.add(command);
        wake();
    }

    /** There is something to do; the relay is woken if it sleeps. */
    void wake() {
        if (sleeping.get() && sleeping.getAndSet(false)) {
            wakeup.run();
        }
    }

    /** Hands over a command that may be refused; false means the relay is too busy. */
    public boolean tryAdd(final RelayCommand command) {
        if (queue.size() >= BUSY_AT) {
            return false;
        }
        add(command);
        return true;
    }

    @Override
    public void onDtlsDatagram(final long peerId, final byte[] datagram) {
        add(new RelayCommand.SendDtls(peerId, datagram));
    }

    @Override
    public void onDtlsKeys(final long peerId, final SrtpKeys keys) {
        add(new RelayCommand.KeysReady(peerId, keys));
    }

    @Override
    public void onDtlsClosed(final long peerId, final String reason) {
        add(new RelayCommand.DtlsClosed(peerId, reason));
    }

    /** Carries out what has come; answers how many. */
    public int drain(final RelayCore core, final long nowNs) {
        int done = 0;
        RelayCommand command = queue.relaxedPoll();
        while (command != null) {
            if (command instanceof RelayCommand.SetSeat set && seatEvent.isEnabled()) {
                seatEvent.around(set, core, nowNs);
            } else {
                core.onCommand(command, nowNs);
            }
            done++;
            command = done < MOST_A_TURN ? queue.relaxedPoll() : null;
        }
        return done;
    }

    /** The relay is about to sleep; false when it must not, because something has come. */
    boolean announceSleep() {
        sleeping.set(true);
        if (queue.isEmpty()) {
            return true;
        }
        sleeping.set(false);
        return false;
    }

    /** The relay is awake. */
    void announceAwake() {
        sleeping.set(false);
    }
}
