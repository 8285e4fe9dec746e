/*
 * A relay's work and nothing else: what a publisher sends goes to everybody, encrypted for each. The measured thread
 * receives, seals and sends; a second one on the other core publishes on schedule and takes the copies away.
 *
 * Latency runs from the kernel's receive stamp to the send submitted, and to the kernel's stamp in the receiver's
 * socket, which is usually the earlier one: a group is timed when all of it is sent. Flat out the publisher goes as
 * fast as the relay takes its bursts, and the row says what the relay can do at most. The incoming packet is not
 * decrypted: one in so many outgoing ones.
 */
#include "egress.h"
#include "measure.h"

#include <errno.h>
#include <linux/udp.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_STREAMS = 64,
    AUDIO_SIZE = 160,
    AUDIO_RATE = 50,
    STAMPS = 1 << 16, /* inbound packets under way, far more than buffers hold */
    AHEAD = 3,        /* bursts that are published before the relay has taken them, flat out */
    LONGEST_RUN = 32,
};

struct shape {
    const char *name;
    int audio;
    int flat_out;
    int block;  /* sleeps in the kernel between bursts instead of spinning */
    int gather; /* waits a moment for the rest of a burst */
};

static const struct shape SHAPES[] = {
    {"video/spin", 0, 0, 0, 0}, {"video/gather", 0, 0, 0, 1}, {"video/block", 0, 0, 1, 0},
    {"audio/spin", 1, 0, 0, 0}, {"audio/block", 1, 0, 1, 0},  {"video/flat-out", 0, 1, 0, 0},
    {"audio/flat-out", 1, 1, 0, 0},
};
enum { SHAPE_COUNT = sizeof(SHAPES) / sizeof(SHAPES[0]) };

/* What is published at regular times: a frame as a burst, or one packet of audio. */
struct stream {
    int64_t interval;
    int64_t due;
    int packets;
    size_t size;
};

struct fanout {
    const struct options *options;
    const struct shape *shape;
    struct row row;
    struct egress egress;
    int relay; /* the measured socket */
    int receiver;
    int publisher;
    struct sockaddr_in relay_address;
    struct stream streams[MOST_STREAMS];
    int stream_count;
    uint32_t number; /* of the next inbound packet */
    int warming_up;
    struct histogram submit;
    struct histogram receive; /* the partner's */
    _Atomic uint64_t taken;   /* inbound packets, by the relay */
    uint64_t published;       /* the partner's */
    _Atomic uint64_t received;
    uint64_t inbound_drops;
    _Atomic uint64_t expected; /* by the partner, until it may stop: what was received and dropped at most */
    _Atomic int stop;
    _Atomic int64_t stamps[STAMPS];
};

/* --- The partner: publisher and receiver ----------------------------------------------------------------------- */

static void publish(struct fanout *fanout, const struct stream *stream) {
    static uint8_t packet[SLOT];
    struct iovec part = {.iov_base = packet, .iov_len = stream->size};
    struct mmsghdr burst[INBOX] = {0};
    for (int i = 0; i < stream->packets; i++) {
        burst[i].msg_hdr = (struct msghdr){.msg_name = &fanout->relay_address,
                                           .msg_namelen = sizeof(fanout->relay_address),
                                           .msg_iov = &part,
                                           .msg_iovlen = 1};
    }
    if (sendmmsg(fanout->publisher, burst, (unsigned)stream->packets, 0) != stream->packets) {
        fail(1, "the publisher cannot send: %s", strerror(errno));
    }
    fanout->published += (uint64_t)stream->packets;
}

static void publish_due(struct fanout *fanout) {
    if (fanout->shape->flat_out) {
        const uint64_t ahead = fanout->published - atomic_load_explicit(&fanout->taken, memory_order_relaxed);
        if (ahead < (uint64_t)(AHEAD * fanout->streams[0].packets)) {
            publish(fanout, &fanout->streams[0]);
        }
        return;
    }
    const int64_t now = now_ns();
    for (int i = 0; i < fanout->stream_count; i++) {
        struct stream *stream = &fanout->streams[i];
        if (now >= stream->due) {
            publish(fanout, stream);
            stream->due += stream->interval;
        }
    }
}

/* The number in a copy's header leads to the time at which the original arrived. */
static int take_copies(struct fanout *fanout, struct inbox *inbox) {
    const int n = inbox_receive(inbox, fanout->receiver, 0, INBOX, MSG_DONTWAIT);
    uint64_t packets = 0;
    for (int i = 0; i < n; i++) {
        const int stride = inbox_stride(inbox, i);
        const int64_t arrival = inbox_stamp(inbox, i);
        for (int at = 0; at + HEADER <= inbox_length(inbox, i); at += stride) {
            const uint32_t number = packet_number(inbox_bytes(inbox, i) + at);
            const int64_t stamp = atomic_load_explicit(&fanout->stamps[number % STAMPS], memory_order_relaxed);
            if (!fanout->warming_up) {
                histogram_add(&fanout->receive, arrival - stamp, 1);
            }
            packets++;
        }
    }
    atomic_fetch_add_explicit(&fanout->received, packets, memory_order_relaxed);
    return n;
}

static void *partner_run(void *argument) {
    struct fanout *fanout = argument;
    pin(fanout->options->other_core);
    struct inbox inbox;
    inbox_init(&inbox, fanout->options->gro ? GRO_SLOT : SLOT);
    const int64_t start = now_ns();
    for (int i = 0; i < fanout->stream_count; i++) {
        /* Spread over an interval: real publishers do not speak at the same instant. */
        fanout->streams[i].due = start + fanout->streams[i].interval * i / fanout->stream_count;
    }
    int64_t look = 0;
    while (!atomic_load_explicit(&fanout->stop, memory_order_relaxed)) {
        publish_due(fanout);
        if (now_ns() >= look) {
            look = take_copies(fanout, &inbox) < INBOX ? now_ns() + POLL_PAUSE : 0;
        } else {
            relax();
        }
    }
    /* A core's soft interrupts may be behind; but nothing more comes when nothing has come for that long. */
    int64_t quiet = now_ns();
    while (atomic_load(&fanout->received) + socket_drops(fanout->receiver) < atomic_load(&fanout->expected) &&
           now_ns() - quiet < patience(fanout->options)) {
        if (take_copies(fanout, &inbox) > 0) {
            quiet = now_ns();
        }
    }
    inbox_free(&inbox);
    return NULL;
}

/* --- The relay ------------------------------------------------------------------------------------------------- */

/* What has arrived; gathering, what arrives in the next moment as well, so that a burst's first packet is not sent by
 * itself while the others are still coming in. */
static int receive_burst(struct fanout *fanout, struct inbox *inbox) {
    const struct shape *shape = fanout->shape;
    const int most = shape->flat_out ? fanout->streams[0].packets : INBOX;
    int n = inbox_receive(inbox, fanout->relay, 0, most, shape->block ? MSG_WAITFORONE : MSG_DONTWAIT);
    if (n > 0 && shape->gather) {
        const int64_t until = now_ns() + fanout->options->gather_us * INT64_C(1000);
        while (n < INBOX && now_ns() < until) {
            n += inbox_receive(inbox, fanout->relay, n, INBOX, MSG_DONTWAIT);
        }
    }
    return n;
}

/* One turn: each packet gets its number, then one group of destinations after the other is sealed, sent and timed. */
static uint64_t fan_out(struct fanout *fanout, const struct inbox *inbox, int n) {
    struct egress *egress = &fanout->egress;
    int64_t stamps[INBOX];
    const uint32_t first = fanout->number;
    fanout->number += (uint32_t)n;
    for (int i = 0; i < n; i++) {
        stamps[i] = inbox_stamp(inbox, i);
        atomic_store_explicit(&fanout->stamps[(first + (uint32_t)i) % STAMPS], stamps[i], memory_order_relaxed);
    }
    const int in_group = GROUP / n;
    uint64_t sent = 0;
    for (int to = 0; to < egress->destinations; to += in_group) {
        const int end = to + in_group < egress->destinations ? to + in_group : egress->destinations;
        for (int d = to; d < end; d++) {
            for (int i = 0; i < n; i++) {
                const uint32_t length = (uint32_t)inbox_length(inbox, i) - HEADER;
                egress_put(egress, d, first + (uint32_t)i, inbox_bytes(inbox, i) + HEADER, length);
            }
        }
        sent += (uint64_t)egress_flush(egress);
        const int64_t submitted = wall_ns();
        for (int i = 0; i < n && !fanout->warming_up; i++) {
            histogram_add(&fanout->submit, submitted - stamps[i], (uint64_t)(end - to));
        }
    }
    atomic_fetch_add_explicit(&fanout->taken, (uint64_t)n, memory_order_relaxed);
    return sent;
}

/* Time at work is time from a receive that found something to the last packet sent; flat out it is all of it. */
static uint64_t relay(struct fanout *fanout, struct inbox *inbox, double seconds, int64_t *busy, int64_t *lasted) {
    const int64_t start = now_ns(), end = start + (int64_t)(seconds * 1e9);
    uint64_t packets = 0;
    int64_t now = start;
    *busy = 0;
    while (now < end) {
        const int64_t before = now;
        const int n = receive_burst(fanout, inbox);
        if (n == 0) {
            relax();
            now = now_ns();
            continue;
        }
        const int64_t woken = fanout->shape->block ? now_ns() : before;
        packets += fan_out(fanout, inbox, n);
        now = now_ns();
        *busy += now - woken;
    }
    *lasted = now - start;
    if (fanout->shape->flat_out) {
        *busy = *lasted;
    }
    return packets;
}

static void fanout_round(struct fanout *fanout, struct inbox *inbox, double seconds) {
    struct row *row = &fanout->row;
    const uint64_t received = atomic_load(&fanout->received);
    const uint64_t drops = socket_drops(fanout->receiver), inbound_drops = socket_drops(fanout->relay);
    const uint64_t errors = fanout->egress.errors;
    atomic_store(&fanout->stop, 0);
    atomic_store(&fanout->taken, fanout->published);
    pthread_t partner;
    if (pthread_create(&partner, NULL, partner_run, fanout) != 0) {
        fail(1, "no thread for the publisher");
    }
    const uint64_t preempted = preemptions();
    const int64_t cpu = cpu_ns();
    int64_t busy, lasted;
    const uint64_t packets = relay(fanout, inbox, seconds, &busy, &lasted);
    const int64_t cpu_now = cpu_ns();
    const uint64_t preempted_now = preemptions();
    atomic_store(&fanout->expected, received + drops + packets);
    atomic_store(&fanout->stop, 1);
    pthread_join(partner, NULL);
    while (inbox_receive(inbox, fanout->relay, 0, INBOX, MSG_DONTWAIT) > 0) {
        /* what was published after the end */
    }
    if (!fanout->warming_up) {
        row_round(row, packets, busy, lasted);
        row->errors += fanout->egress.errors - errors;
        const uint64_t received_now = atomic_load(&fanout->received) - received;
        row->received += received_now;
        const uint64_t counted = socket_drops(fanout->receiver) - drops;
        row->drops += packets_dropped(fanout->options, counted, packets, received_now);
        fanout->inbound_drops += socket_drops(fanout->relay) - inbound_drops;
        row->cpu += fanout->shape->block || fanout->shape->flat_out ? cpu_now - cpu : 0;
        row->preemptions += preempted_now - preempted;
    }
}

/* One picture's packets are of one size, as libwebrtc cuts them; Opus goes beside it. */
static void plan_streams(struct fanout *fanout) {
    const struct options *options = fanout->options;
    const int64_t audio_interval = INT64_C(1000000000) / AUDIO_RATE;
    if (fanout->shape->audio) {
        for (int i = 0; i < options->streams; i++) {
            fanout->streams[i] = (struct stream){.interval = audio_interval, .packets = 1, .size = AUDIO_SIZE};
        }
        fanout->stream_count = options->streams;
        if (fanout->shape->flat_out) {
            fanout->streams[0].packets = options->streams;
        }
        return;
    }
    const double frame = options->bitrate / 8 / options->frames;
    const int packets = (int)((frame + options->size - 1) / options->size);
    if (packets > INBOX) {
        fail(2, "a frame is %d packets; --bitrate and --fps may make at most %d", packets, INBOX);
    }
    fanout->streams[0] = (struct stream){.interval = INT64_C(1000000000) / options->frames,
                                         .packets = packets > 0 ? packets : 1,
                                         .size = (size_t)(frame / packets > 64 ? frame / packets : 64)};
    fanout->streams[1] = (struct stream){.interval = audio_interval, .packets = 1, .size = AUDIO_SIZE};
    fanout->stream_count = 2;
}

static void open_sockets(struct fanout *fanout) {
    fanout->relay = udp_socket("127.0.0.1");
    fanout->relay_address = local_address(fanout->relay);
    wait_at_most(fanout->relay, 10000000);
    turn_on(fanout->relay, SOL_SOCKET, SO_TIMESTAMPNS, "SO_TIMESTAMPNS");
    fanout->publisher = udp_socket("127.0.0.1");
    fanout->receiver = udp_socket("0.0.0.0");
    turn_on(fanout->receiver, SOL_SOCKET, SO_TIMESTAMPNS, "SO_TIMESTAMPNS");
    if (fanout->options->gro) {
        turn_on(fanout->receiver, IPPROTO_UDP, UDP_GRO, "UDP_GRO");
    }
}

static struct fanout *new_fanout(const struct shape *shape, const struct options *options) {
    struct fanout *fanout = new_memory(sizeof(*fanout));
    fanout->options = options;
    fanout->shape = shape;
    snprintf(fanout->row.name, sizeof(fanout->row.name), "fanout/%s/%s", shape->name, profile_name(options->profile));
    if (!is_wanted(options, fanout->row.name) || (options->flat_out && !shape->flat_out)) {
        free(fanout);
        return NULL;
    }
    plan_streams(fanout);
    open_sockets(fanout);
    egress_init(&fanout->egress, MESSAGES, LONGEST_RUN, GROUP, options->profile);
    egress_to(&fanout->egress, fanout->relay, options->destinations, local_address(fanout->receiver).sin_port);
    return fanout;
}

int run_fanout(const struct options *options) {
    struct fanout *fanouts[SHAPE_COUNT];
    struct inbox inbox;
    int count = 0;
    pin(options->core);
    inbox_init(&inbox, SLOT);
    for (int i = 0; i < SHAPE_COUNT; i++) {
        struct fanout *fanout = new_fanout(&SHAPES[i], options);
        if (fanout != NULL) {
            fanouts[count++] = fanout;
            fanout->warming_up = 1;
            fanout_round(fanout, &inbox, options->seconds / 10);
            fanout->warming_up = 0;
        }
    }
    for (int round = 0; round < options->rounds; round++) {
        for (int i = 0; i < count; i++) {
            fanout_round(fanouts[i], &inbox, options->seconds);
        }
    }
    for (int i = 0; i < count; i++) {
        row_open(&fanouts[i]->row);
        row_latency("submit", &fanouts[i]->submit);
        row_latency("receive", &fanouts[i]->receive);
        row_numbers();
        row_number("inboundDrops", (double)fanouts[i]->inbound_drops);
        row_close();
    }
    return count;
}
