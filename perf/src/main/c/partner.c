/*
 * The other end, as a process of its own, for senders and forwarders that are not in this program: lines on standard
 * input say what to do, one line of JSON answers each.
 *
 *   sink     takes away what comes, from the first; a line with how many there should be by now is answered, once they
 *            are there or nothing moves any more, with how many were received and dropped
 *   bursts   a line "PORT SECONDS" has bursts sent to that port of 127.0.0.1, and what comes back taken away
 */
#include "egress.h"
#include "measure.h"

#include <inttypes.h>
#include <string.h>

/* Packets under way at a time: two groups, so that a forwarder has the next one while it is at work. */
enum { WINDOW = 2 * GROUP, BURST_RUN = 16, LATE = 100000000 };

static void say_port(int fd) {
    printf("{\"port\":%d}\n", ntohs(local_address(fd).sin_port));
    fflush(stdout);
}

int run_sink(const struct options *options) {
    struct sink sink;
    uint64_t expected;
    sink_start(&sink, options);
    say_port(sink.fd);
    while (scanf("%" SCNu64, &expected) == 1) {
        sink_settle(&sink, expected);
        printf("{\"received\":%" PRIu64 ",\"dropped\":%" PRIu64 "}\n", atomic_load(&sink.received),
               socket_drops(sink.fd));
        fflush(stdout);
    }
    sink_stop(&sink);
    return 1;
}

static uint64_t take_back(struct inbox *inbox, int fd) {
    return (uint64_t)inbox_receive(inbox, fd, 0, INBOX, MSG_DONTWAIT);
}

static void send_bursts(struct egress *egress, struct inbox *inbox, const struct options *options, double seconds) {
    static const uint8_t payload[SLOT];
    const int64_t start = now_ns(), end = start + (int64_t)(seconds * 1e9);
    uint64_t sent = 0, received = 0, lost = 0;
    int64_t now = start, moved = start;
    while (now < end || (sent > received + lost && now - moved < LATE)) {
        if (now < end && sent - received - lost <= WINDOW - GROUP) {
            for (int i = 0; i < GROUP; i++) {
                egress_put(egress, 0, 0, payload, (uint32_t)options->size - HEADER);
            }
            sent += (uint64_t)egress_flush(egress);
        }
        const uint64_t came = take_back(inbox, egress->fd);
        received += came;
        now = now_ns();
        if (came > 0) {
            moved = now;
        } else if (now - moved > LATE) {
            lost = sent - received; /* goes on without them */
            moved = now;
        } else {
            relax();
        }
    }
    printf("{\"sent\":%" PRIu64 ",\"received\":%" PRIu64 "}\n", sent, received);
    fflush(stdout);
}

int run_bursts(const struct options *options) {
    struct inbox *inbox = new_memory(sizeof(*inbox));
    const int fd = udp_socket("127.0.0.1");
    int port;
    double seconds;
    inbox_init(inbox, SLOT);
    pin(options->other_core);
    while (scanf("%d %lf", &port, &seconds) == 2) {
        struct egress *egress = new_memory(sizeof(*egress));
        egress_init(egress, MESSAGES, BURST_RUN, 1, PLAIN);
        egress_to(egress, fd, 1, htons((uint16_t)port));
        egress->addresses[0].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        send_bursts(egress, inbox, options, seconds);
    }
    return 1;
}
