package lianmai.port;

import lianmai.load.MmsgPort;

/** {@code sendmmsg} by the foreign function interface, runs by UDP_SEGMENT. Thread: one. Owns: the socket. */
final class MmsgSender implements Sender, Forwarder {
    /** Packets are to leave from 127.0.0.1, and say so, as in a relay that answers from where it was asked. */
    private static final int LOCAL = 0x7F00_0001;

    private final MmsgPort port;
    private final Destinations destinations;
    private final int run;
    private long number;
    private long forwarded;

    /** @param destinations null for a forwarder */
    MmsgSender(final Destinations destinations, final int run) {
        this.destinations = destinations;
        this.run = run;
        port = MmsgPort.open(MmsgPort.Options.DEFAULT.withGso(run > 1), LOCAL, 0);
    }

    @Override
    public int sendGroup() {
        for (int sent = 0; sent < GROUP; sent += run) {
            final int to = Destinations.ipv4(destinations.next());
            for (int i = 0; i < run; i++) {
                final int at = port.slot();
                port.sendBuffer().putLong(at, number++);
                port.sendBuffer().putInt(at + Long.BYTES, i);
                port.send(PACKET_BYTES, LOCAL, to, destinations.port());
            }
        }
        port.flush();
        return GROUP;
    }

    @Override
    public void finish() {
        port.flush();
    }

    @Override
    public long errors() {
        return port.sendErrors();
    }

    @Override
    public int port() {
        return port.port();
    }

    /** Copies: this port has received and sent datagrams in different places. */
    @Override
    public void turn() {
        int n = port.receive();
        if (n == 0) {
            port.awaitArrival(WAIT_NS);
            n = port.receive();
        }
        for (int i = 0; i < n; i++) {
            port.sendBuffer().putBytes(port.slot(), port.buffer(), port.offset(i), port.length(i));
            port.send(port.length(i), port.localAddress(i), port.remoteAddress(i), port.remotePort(i));
        }
        port.flush();
        forwarded += n;
    }

    @Override
    public long forwarded() {
        return forwarded;
    }

    @Override
    public void close() {
        port.close();
    }
}
