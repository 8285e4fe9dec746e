/*
 * The host's own hiccups: a loop that does nothing but read the clock. Time between two readings that is far longer
 * than a reading was taken by somebody else: an interrupt, another thread, the hypervisor. Whoever measures on such a
 * core measures these as well. "wait" is what that does to packets: if one came each 10 µs, how long it would lie there
 * until the loop looks again.
 */
#include "measure.h"
#include "options.h"

#include <string.h>

enum { HICCUP = 1000, DUE_EVERY = 10000 };

struct spin {
    struct row row;
    struct histogram gaps;    /* every one */
    struct histogram hiccups; /* those of at least a microsecond */
    struct histogram waits;   /* of what is due each DUE_EVERY */
    uint64_t at_least[4];     /* 1, 10, 100, 1000 µs */
    int64_t stolen;
    int64_t watched;
};

static void note_hiccup(struct spin *spin, int64_t gap) {
    histogram_add(&spin->hiccups, gap, 1);
    spin->stolen += gap;
    int64_t bound = HICCUP;
    for (int i = 0; i < 4 && gap >= bound; i++, bound *= 10) {
        spin->at_least[i]++;
    }
}

static void spin_round(struct spin *spin, double seconds) {
    const uint64_t preempted = preemptions();
    const int64_t start = now_ns(), end = start + (int64_t)(seconds * 1e9);
    int64_t before = start, due = start + DUE_EVERY;
    uint64_t readings = 0;
    while (before < end) {
        const int64_t now = now_ns();
        const int64_t gap = now - before;
        histogram_add(&spin->gaps, gap, 1);
        if (gap >= HICCUP) {
            note_hiccup(spin, gap);
        }
        for (; due <= now; due += DUE_EVERY) {
            histogram_add(&spin->waits, now - due, 1);
        }
        readings++;
        before = now;
    }
    spin->watched += before - start;
    row_round(&spin->row, readings, before - start, before - start);
    spin->row.preemptions += preemptions() - preempted;
}

int run_spin(const struct options *options) {
    struct spin *spin = new_memory(sizeof(*spin));
    strcpy(spin->row.name, "spin");
    if (!is_wanted(options, spin->row.name)) {
        return 0;
    }
    pin(options->core);
    for (int round = 0; round < options->rounds; round++) {
        spin_round(spin, options->seconds);
    }
    row_open(&spin->row);
    row_latency("gap", &spin->gaps);
    row_latency("hiccup", &spin->hiccups);
    row_latency("wait", &spin->waits);
    row_numbers();
    row_number("stolenShare", (double)spin->stolen / (double)spin->watched);
    row_number("gapsOver1us", (double)spin->at_least[0]);
    row_number("gapsOver10us", (double)spin->at_least[1]);
    row_number("gapsOver100us", (double)spin->at_least[2]);
    row_number("gapsOver1ms", (double)spin->at_least[3]);
    row_close();
    return 1;
}
