/* Clocks, cores, histograms and the rows that are printed. Units: ns unless named. */
#ifndef LIANMAI_REFERENCE_MEASURE_H
#define LIANMAI_REFERENCE_MEASURE_H

#include <stdint.h>
#include <stdio.h>

/* Bits of a recorded value that count: 64 buckets for each doubling, an error of at most 1.6 %. */
enum { BUCKET_BITS = 6, BUCKETS = 1 << BUCKET_BITS, DOUBLINGS = 36, MOST_ROUNDS = 101 };

/* Bucketed like HdrHistogram, up to 2^41 ns (37 minutes); longer ones count as that. */
struct histogram {
    uint64_t count[DOUBLINGS * BUCKETS];
    uint64_t total;
    uint64_t impossible; /* negative: the wall clock was set in between */
    int64_t max;
};

/* One line of output. */
struct row {
    char name[64];
    int rounds;
    double ns_per_packet[MOST_ROUNDS];
    double packets_per_second[MOST_ROUNDS];
    uint64_t packets;
    uint64_t errors;
    uint64_t received;
    uint64_t drops;       /* at the receiver's socket, for want of buffer */
    uint64_t preemptions; /* of the measured thread, by others on its core */
    int64_t cpu;          /* of the measured thread over all rounds, where it does not spin waiting; else 0 */
};

/* Ends the program with one line. Exit code 2 is the user's to mend, 1 is not. */
_Noreturn void fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Memory at a multiple of 64, zeroed and touched. */
void *new_memory(size_t bytes);

int64_t now_ns(void);  /* CLOCK_MONOTONIC */
int64_t wall_ns(void); /* CLOCK_REALTIME, which the kernel stamps packets with */
int64_t cpu_ns(void);  /* what this thread has had of its core */
void relax(void);      /* in a spinning loop */
extern int one_core;   /* both threads share one: who waits gives way */

/* The n-th core this process may run on, or −1. */
int allowed_core(int n);
void pin(int core);
uint64_t preemptions(void);

void histogram_add(struct histogram *histogram, int64_t value, uint64_t times);
int64_t histogram_percentile(const struct histogram *histogram, double percent);

/* Adds a round: how long the packets kept the loop busy, and how long it lasted. One without packets is left out. */
void row_round(struct row *row, uint64_t packets, int64_t busy, int64_t lasted);

/* Prints a row in pieces: latencies first, then numbers, each any number of times. */
void row_open(const struct row *row);
void row_latency(const char *name, const struct histogram *histogram);
void row_numbers(void);
void row_number(const char *name, double value);
void row_close(void);
/* A row with neither. */
void row_print(const struct row *row);

#endif
