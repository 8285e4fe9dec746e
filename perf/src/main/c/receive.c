/*
 * What it costs to receive: the other core fills the socket, then the measured one empties it against the clock. So it
 * is never asleep and never waits, and the packets come from another core's cache as they do in life.
 */
#include "egress.h"
#include "measure.h"

#include <errno.h>
#include <linux/udp.h>
#include <string.h>

/* Packets in the socket at a time: well below what its buffer holds. */
enum { FILL = 512, FILL_RUN = 16 };

struct way {
    const char *name;
    int many; /* recvmmsg, else recvmsg */
    int gro;
};

static const struct way WAYS[] = {{"receive/recvmsg", 0, 0}, {"receive/recvmmsg-64", 1, 0}, {"receive/gro", 1, 1}};
enum { WAY_COUNT = sizeof(WAYS) / sizeof(WAYS[0]) };

struct receiver {
    struct row row;
    const struct way *way;
    int fd;
    struct inbox inbox;
    struct egress egress; /* the partner's */
    uint32_t length;
    int core;
    _Atomic int is_full; /* whose turn it is */
    _Atomic int stop;
};

static void *fill(void *argument) {
    struct receiver *receiver = argument;
    static const uint8_t payload[SLOT];
    pin(receiver->core);
    while (!atomic_load(&receiver->stop)) {
        if (atomic_load(&receiver->is_full)) {
            relax();
            continue;
        }
        for (int n = 0; n < FILL; n += GROUP) {
            for (int i = 0; i < GROUP; i++) {
                egress_put(&receiver->egress, 0, 0, payload, receiver->length);
            }
            (void)egress_flush(&receiver->egress);
        }
        atomic_store(&receiver->is_full, 1);
    }
    return NULL;
}

static int receive_one(const struct receiver *receiver) {
    struct msghdr *message = (struct msghdr *)&receiver->inbox.messages[0].msg_hdr;
    message->msg_control = receiver->inbox.control[0];
    message->msg_controllen = CONTROL;
    if (recvmsg(receiver->fd, message, MSG_DONTWAIT) >= 0) {
        return 1;
    }
    if (errno != EAGAIN && errno != EINTR) {
        fail(1, "recvmsg: %s", strerror(errno));
    }
    return 0;
}

/* Receives until there is nothing more; the call that finds nothing is part of the price. */
static uint64_t empty(struct receiver *receiver) {
    uint64_t packets = 0;
    if (!receiver->way->many) {
        while (receive_one(receiver)) {
            packets++;
        }
        return packets;
    }
    int n;
    while ((n = inbox_receive(&receiver->inbox, receiver->fd, 0, INBOX, MSG_DONTWAIT)) > 0) {
        for (int i = 0; i < n; i++) {
            const int stride = inbox_stride(&receiver->inbox, i);
            packets += (uint64_t)((inbox_length(&receiver->inbox, i) + stride - 1) / stride);
        }
    }
    return packets;
}

static void receive_round(struct receiver *receiver, double seconds, int counts) {
    pthread_t filler;
    atomic_store(&receiver->stop, 0);
    atomic_store(&receiver->is_full, 0);
    if (pthread_create(&filler, NULL, fill, receiver) != 0) {
        fail(1, "no thread for the sender");
    }
    const uint64_t preempted = preemptions();
    const int64_t end = now_ns() + (int64_t)(seconds * 1e9);
    int64_t busy = 0, cpu = 0;
    uint64_t packets = 0;
    while (now_ns() < end) {
        if (!atomic_load(&receiver->is_full)) {
            relax();
            continue;
        }
        const int64_t before_cpu = cpu_ns(), before = now_ns();
        packets += empty(receiver);
        busy += now_ns() - before;
        cpu += cpu_ns() - before_cpu;
        atomic_store(&receiver->is_full, 0);
    }
    const uint64_t preempted_now = preemptions();
    atomic_store(&receiver->stop, 1);
    pthread_join(filler, NULL);
    (void)empty(receiver);
    if (counts) {
        row_round(&receiver->row, packets, busy, busy);
        receiver->row.received += packets;
        receiver->row.cpu += cpu;
        receiver->row.preemptions += preempted_now - preempted;
    }
}

static struct receiver *new_receiver(const struct way *way, const struct options *options) {
    struct receiver *receiver = new_memory(sizeof(*receiver));
    strcpy(receiver->row.name, way->name);
    receiver->way = way;
    receiver->core = options->other_core;
    receiver->length = (uint32_t)options->size - HEADER;
    receiver->fd = udp_socket("0.0.0.0");
    inbox_init(&receiver->inbox, way->gro ? GRO_SLOT : SLOT);
    if (way->gro) {
        turn_on(receiver->fd, IPPROTO_UDP, UDP_GRO, "UDP_GRO");
    }
    egress_init(&receiver->egress, MESSAGES, FILL_RUN, 1, PLAIN);
    egress_to(&receiver->egress, udp_socket("127.0.0.1"), 1, local_address(receiver->fd).sin_port);
    return receiver;
}

int run_receive(const struct options *options) {
    struct receiver *receivers[WAY_COUNT];
    int count = 0;
    pin(options->core);
    for (int i = 0; i < WAY_COUNT; i++) {
        if (is_wanted(options, WAYS[i].name)) {
            receivers[count] = new_receiver(&WAYS[i], options);
            receive_round(receivers[count++], options->seconds / 10, 0);
        }
    }
    for (int round = 0; round < options->rounds; round++) {
        for (int i = 0; i < count; i++) {
            receive_round(receivers[i], options->seconds, 1);
        }
    }
    for (int i = 0; i < count; i++) {
        receivers[i]->row.errors = receivers[i]->egress.errors;
        receivers[i]->row.drops = socket_drops(receivers[i]->fd);
        row_print(&receivers[i]->row);
    }
    return count;
}
