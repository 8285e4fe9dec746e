/*
 * Receives and sends back, a batch at a time: what forwarding costs at least. Its partner is another process; it says
 * its port first, and ends at a line on standard input.
 */
#include "egress.h"
#include "measure.h"

#include <errno.h>
#include <string.h>

struct forwarder {
    struct row row;
    int fd;
    int core;
    struct inbox inbox;
    struct sockaddr_in from[INBOX];
    _Atomic int stop;
};

static void forward(struct forwarder *forwarder) {
    struct inbox *inbox = &forwarder->inbox;
    for (int i = 0; i < INBOX; i++) {
        inbox->messages[i].msg_hdr.msg_name = &forwarder->from[i];
        inbox->messages[i].msg_hdr.msg_namelen = sizeof(*forwarder->from);
    }
    const int n = inbox_receive(inbox, forwarder->fd, 0, INBOX, MSG_WAITFORONE);
    for (int i = 0; i < n; i++) {
        inbox->messages[i].msg_hdr.msg_controllen = 0;
        inbox->parts[i].iov_len = inbox->messages[i].msg_len;
    }
    int sent = 0;
    while (sent < n) {
        const int taken = sendmmsg(forwarder->fd, inbox->messages + sent, (unsigned)(n - sent), 0);
        forwarder->row.errors += taken < 1;
        sent += taken < 1 ? 1 : taken;
    }
    for (int i = 0; i < n; i++) {
        inbox->parts[i].iov_len = inbox->slot;
    }
    forwarder->row.received += (uint64_t)n;
}

static void *run(void *argument) {
    struct forwarder *forwarder = argument;
    pin(forwarder->core);
    const uint64_t preempted = preemptions();
    const int64_t cpu = cpu_ns(), start = now_ns();
    while (!atomic_load_explicit(&forwarder->stop, memory_order_relaxed)) {
        forward(forwarder);
    }
    const int64_t took = now_ns() - start;
    forwarder->row.cpu = cpu_ns() - cpu;
    forwarder->row.preemptions = preemptions() - preempted;
    row_round(&forwarder->row, forwarder->row.received, took, took);
    return NULL;
}

int run_forward(const struct options *options) {
    struct forwarder *forwarder = new_memory(sizeof(*forwarder));
    snprintf(forwarder->row.name, sizeof(forwarder->row.name), "forward/mmsg");
    forwarder->core = options->core;
    forwarder->fd = udp_socket("127.0.0.1");
    inbox_init(&forwarder->inbox, SLOT);
    wait_at_most(forwarder->fd, 10000000);
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, forwarder) != 0) {
        fail(1, "no thread for the forwarder");
    }
    printf("{\"port\":%d}\n", ntohs(local_address(forwarder->fd).sin_port));
    fflush(stdout);
    (void)getchar();
    atomic_store(&forwarder->stop, 1);
    pthread_join(thread, NULL);
    forwarder->row.drops = socket_drops(forwarder->fd);
    row_print(&forwarder->row);
    return 1;
}
