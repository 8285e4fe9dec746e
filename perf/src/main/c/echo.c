/*
 * A request and its answer over UDP: the floor of a server's latency, with both ends asleep between requests or both
 * spinning. The measured core answers, the other asks at a steady rate. A request that is late because the one before
 * took long counts from when it was due.
 */
#include "measure.h"
#include "net.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Longer than any other process keeps a core to itself; packets are not lost here. */
enum { ANSWER_WAIT = 1000000000, TICK = 10000000 };

struct echo {
    struct row row;
    struct histogram round_trip;
    int spinning;
    int fd; /* the server's */
    int core;
    _Atomic int stop;
};

/* One datagram's length, or −1 when there is none yet. */
static ssize_t receive(int fd, uint8_t *to, size_t room, int spinning, struct sockaddr_in *from) {
    socklen_t length = sizeof(*from);
    const ssize_t n = recvfrom(fd, to, room, spinning ? MSG_DONTWAIT : 0, (struct sockaddr *)from, &length);
    if (n < 0 && errno != EAGAIN && errno != EINTR) {
        fail(1, "recvfrom: %s", strerror(errno));
    }
    return n;
}

static void *answer(void *argument) {
    struct echo *echo = argument;
    uint8_t packet[SLOT];
    struct sockaddr_in from;
    pin(echo->core);
    const uint64_t preempted = preemptions();
    while (!atomic_load_explicit(&echo->stop, memory_order_relaxed)) {
        const ssize_t n = receive(echo->fd, packet, sizeof(packet), echo->spinning, &from);
        if (n < 0) {
            relax();
        } else if (sendto(echo->fd, packet, (size_t)n, 0, (struct sockaddr *)&from, sizeof(from)) != n) {
            echo->row.errors++;
        }
    }
    echo->row.preemptions += preemptions() - preempted;
    return NULL;
}

/* Whether the answer to this request came; older ones are passed over. */
static int ask(int fd, const struct sockaddr_in *server, int spinning, size_t size, uint32_t number) {
    uint8_t packet[SLOT] = {0};
    struct sockaddr_in from;
    memcpy(packet, &number, sizeof(number));
    if (sendto(fd, packet, size, 0, (const struct sockaddr *)server, sizeof(*server)) != (ssize_t)size) {
        return 0;
    }
    const int64_t until = now_ns() + ANSWER_WAIT;
    while (now_ns() < until) {
        const ssize_t n = receive(fd, packet, sizeof(packet), spinning, &from);
        if (n == (ssize_t)size && memcmp(packet, &number, sizeof(number)) == 0) {
            return 1;
        }
        relax();
    }
    return 0;
}

static void echo_round(struct echo *echo, const struct options *options, double seconds, int counts) {
    atomic_store(&echo->stop, 0);
    pthread_t server;
    if (pthread_create(&server, NULL, answer, echo) != 0) {
        fail(1, "no thread for the echo");
    }
    const struct sockaddr_in address = local_address(echo->fd);
    const int fd = udp_socket("127.0.0.1");
    wait_at_most(fd, TICK);
    const int64_t interval = (int64_t)(1e9 / options->rate);
    const int64_t start = now_ns(), end = start + (int64_t)(seconds * 1e9);
    int64_t now = start, together = 0;
    uint32_t answered = 0, asked = 0;
    for (int64_t due = start; due < end && now < end; due += interval) {
        while ((now = now_ns()) < due) {
            relax();
        }
        asked++;
        if (ask(fd, &address, echo->spinning, (size_t)options->size, asked)) {
            now = now_ns();
            answered++;
            together += now - due;
            if (counts) {
                histogram_add(&echo->round_trip, now - due, 1);
            }
        }
    }
    now = now_ns();
    atomic_store(&echo->stop, 1);
    pthread_join(server, NULL);
    close(fd);
    if (counts) {
        row_round(&echo->row, answered, together, now - start);
        echo->row.received += answered;
        echo->row.errors += asked - answered;
    }
}

int run_echo(const struct options *options) {
    static const char *names[] = {"echo/block", "echo/spin"};
    struct echo *echoes[2];
    int count = 0;
    pin(options->other_core);
    for (int spinning = 0; spinning < 2; spinning++) {
        if (!is_wanted(options, names[spinning])) {
            continue;
        }
        struct echo *echo = echoes[count++] = new_memory(sizeof(*echo));
        snprintf(echo->row.name, sizeof(echo->row.name), "%s", names[spinning]);
        echo->spinning = spinning;
        echo->core = options->core;
        echo->fd = udp_socket("127.0.0.1");
        wait_at_most(echo->fd, TICK);
        echo_round(echo, options, options->seconds / 10, 0);
        echo->row.errors = echo->row.preemptions = 0;
    }
    for (int round = 0; round < options->rounds; round++) {
        for (int i = 0; i < count; i++) {
            echo_round(echoes[i], options, options->seconds, 1);
        }
    }
    for (int i = 0; i < count; i++) {
        echoes[i]->row.drops = socket_drops(echoes[i]->fd);
        row_open(&echoes[i]->row);
        row_latency("roundTrip", &echoes[i]->round_trip);
        row_numbers();
        row_number("requestsPerSecond", options->rate);
        row_close();
    }
    return count;
}
