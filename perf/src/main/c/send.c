/* What it costs to send: every way that the kernel offers, plain and with each packet protected. */
#include "egress.h"
#include "measure.h"

#include <string.h>

enum { MOST_VARIANTS = 64, PAYLOADS = 64 };

struct way {
    const char *name;
    enum how how;
    int run;
    int batch;
};

static const struct way WAYS[] = {
    {"sendto", SENDTO, 1, 1},       {"connected", CONNECTED, 1, 1}, {"sendmmsg-64", MESSAGES, 1, 64},
    {"gso-2", MESSAGES, 2, 1},      {"gso-4", MESSAGES, 4, 1},      {"gso-8", MESSAGES, 8, 1},
    {"gso-16", MESSAGES, 16, 1},    {"gso-8-sendmmsg", MESSAGES, 8, 64}, {"io_uring", RING, 1, 64},
    {"io_uring-gso-2", RING, 2, 64}, {"io_uring-gso-4", RING, 4, 64},    {"io_uring-gso-8", RING, 8, 64},
    {"io_uring-gso-16", RING, 16, 64}, {"io_uring-source", RING_SOURCE, 1, 64},
    {"io_uring-gso-8-source", RING_SOURCE, 8, 64},
};
enum { WAY_COUNT = sizeof(WAYS) / sizeof(WAYS[0]) };

struct variant {
    struct row row;
    struct egress egress;
    int next; /* destination */
};

/* What a relay would have received: sources for the encryption, never written while it runs. */
static uint8_t payloads[PAYLOADS][SLOT];

/* As many packets for each of as many destinations as make a group; then the next destinations. */
static int send_group(struct variant *variant, uint32_t length) {
    struct egress *egress = &variant->egress;
    for (int n = 0; n + egress->run <= GROUP; n += egress->run) {
        for (int i = 0; i < egress->run; i++) {
            egress_put(egress, variant->next, 0, payloads[i], length);
        }
        variant->next = variant->next + 1 < egress->destinations ? variant->next + 1 : 0;
    }
    return egress_flush(egress);
}

static void send_round(struct variant *variant, struct sink *sink, const struct options *options, double seconds,
                       int counts) {
    const uint32_t length = (uint32_t)options->size - HEADER;
    const uint64_t received = atomic_load(&sink->received), drops = socket_drops(sink->fd);
    const uint64_t preempted = preemptions(), errors = variant->egress.errors;
    const int64_t cpu = cpu_ns(), start = now_ns(), end = start + (int64_t)(seconds * 1e9);
    int64_t now;
    uint64_t packets = 0;
    do {
        packets += (uint64_t)send_group(variant, length);
    } while ((now = now_ns()) < end);
    const int64_t cpu_now = cpu_ns();
    const uint64_t preempted_now = preemptions();
    if (options->to_port == 0) {
        sink_settle(sink, received + drops + packets);
    }
    if (counts) {
        struct row *row = &variant->row;
        row_round(row, packets, now - start, now - start);
        row->errors += variant->egress.errors - errors;
        const uint64_t received_now = atomic_load(&sink->received) - received;
        row->received += received_now;
        row->drops += packets_dropped(options, socket_drops(sink->fd) - drops, packets, received_now);
        row->cpu += cpu_now - cpu;
        row->preemptions += preempted_now - preempted;
    }
}

static int choose(struct variant *variants, const struct options *options) {
    int n = 0;
    for (enum profile profile = PLAIN; profile < PROFILES; profile++) {
        for (int i = 0; i < WAY_COUNT; i++) {
            const struct way *way = &WAYS[i];
            struct row *row = &variants[n].row;
            memset(row, 0, sizeof(*row));
            snprintf(row->name, sizeof(row->name), profile == PLAIN ? "send/%s" : "send/%s/%s", way->name,
                     profile_name(profile));
            if (is_wanted(options, row->name) && profile_is_built(profile)) {
                egress_init(&variants[n].egress, way->how, way->run, way->batch, profile);
                n += way->how < RING || variants[n].egress.ring != NULL;
            }
        }
    }
    return n;
}

int run_send(const struct options *options) {
    struct variant *variants = new_memory(MOST_VARIANTS * sizeof(*variants));
    const int n = choose(variants, options);
    struct sink sink;
    sink_start(&sink, options);
    pin(options->core);
    const int fd = udp_socket("127.0.0.1");
    for (int i = 0; i < n; i++) {
        egress_to(&variants[i].egress, fd, options->destinations, sink.port);
        send_round(&variants[i], &sink, options, options->seconds / 10, 0);
    }
    for (int round = 0; round < options->rounds; round++) {
        for (int i = 0; i < n; i++) {
            send_round(&variants[i], &sink, options, options->seconds, 1);
        }
    }
    sink_stop(&sink);
    for (int i = 0; i < n; i++) {
        row_print(&variants[i].row);
    }
    return n;
}
