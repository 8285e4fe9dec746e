/*
 * How far the two cores are from each other: a cache line's way to the other one and back, both spinning. A virtual
 * machine's cores are wherever its host has put them, and it may move them at any moment. Where they share a cache of
 * the third level that is 60 ns, elsewhere 220 to 310 ns, and a datagram sent there and taken away costs 0.3 to 1 µs more:
 * its memory was last used by the other core.
 */
#include "measure.h"
#include "options.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Trips between two readings of the clock, and readings of a round, whose lower quartile counts: rest is disturbance. */
enum { TRIPS = 100, READINGS = 41 };

struct court {
    _Alignas(64) _Atomic uint32_t ball;
    _Alignas(64) int core;
};

static void *give_back(void *argument) {
    struct court *court = argument;
    pin(court->core);
    for (uint32_t trip = 0; trip < TRIPS * READINGS; trip++) {
        while (atomic_load_explicit(&court->ball, memory_order_acquire) != 2 * trip + 1) {
            relax();
        }
        atomic_store_explicit(&court->ball, 2 * trip + 2, memory_order_release);
    }
    return NULL;
}

static int compare(const void *a, const void *b) {
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t round_trip(int other_core) {
    struct court court = {.core = other_core};
    int64_t took[READINGS];
    pthread_t partner;
    if (pthread_create(&partner, NULL, give_back, &court) != 0) {
        fail(1, "no thread on the other core");
    }
    uint32_t trip = 0;
    for (int i = 0; i < READINGS; i++) {
        const int64_t start = now_ns();
        for (int j = 0; j < TRIPS; j++, trip++) {
            atomic_store_explicit(&court.ball, 2 * trip + 1, memory_order_release);
            while (atomic_load_explicit(&court.ball, memory_order_acquire) != 2 * trip + 2) {
                relax();
            }
        }
        took[i] = now_ns() - start;
    }
    pthread_join(partner, NULL);
    qsort(took, READINGS, sizeof(*took), compare);
    return took[READINGS / 4];
}

int run_cores(const struct options *options) {
    struct row *row = new_memory(sizeof(*row));
    snprintf(row->name, sizeof(row->name), "cores/line");
    pin(options->core);
    for (int round = 0; round < options->rounds; round++) {
        const int64_t took = round_trip(options->other_core);
        row_round(row, TRIPS, took, took);
    }
    row_print(row);
    return 1;
}
