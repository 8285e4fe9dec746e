#include "measure.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

void fail(int code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fflush(stdout);
    fputs("lianmai-reference: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    /* Not exit(): other threads may still be in a loop over memory that its handlers take down. */
    _Exit(code);
}

void *new_memory(size_t bytes) {
    void *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
    if (memory == NULL) {
        fail(1, "no memory for %zu bytes", bytes);
    }
    return memset(memory, 0, (bytes + 63) / 64 * 64);
}

static int64_t read_clock(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

int64_t now_ns(void) { return read_clock(CLOCK_MONOTONIC); }

int64_t wall_ns(void) { return read_clock(CLOCK_REALTIME); }

int64_t cpu_ns(void) { return read_clock(CLOCK_THREAD_CPUTIME_ID); }

int one_core;

void relax(void) {
    if (one_core) {
        sched_yield();
        return;
    }
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

int allowed_core(int n) {
    cpu_set_t cores;
    if (sched_getaffinity(0, sizeof(cores), &cores) != 0) {
        return -1;
    }
    for (int core = 0; core < CPU_SETSIZE; core++) {
        if (CPU_ISSET(core, &cores) && n-- == 0) {
            return core;
        }
    }
    return -1;
}

void pin(int core) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    const int error = pthread_setaffinity_np(pthread_self(), sizeof(one), &one);
    if (error != 0) {
        fail(2, "cannot run on core %d: %s", core, strerror(error));
    }
}

uint64_t preemptions(void) {
    struct rusage usage;
    return getrusage(RUSAGE_THREAD, &usage) == 0 ? (uint64_t)usage.ru_nivcsw : 0;
}

void histogram_add(struct histogram *histogram, int64_t value, uint64_t times) {
    if (value < 0) {
        histogram->impossible += times;
        return;
    }
    const int64_t most = (INT64_C(1) << (DOUBLINGS + BUCKET_BITS - 1)) - 1;
    const uint64_t kept = (uint64_t)(value < most ? value : most);
    const int shift = kept < BUCKETS ? 0 : 63 - __builtin_clzll(kept) - BUCKET_BITS;
    /* Below 64 a bucket for each value; then 64 for each doubling, whose top bit is worth the row. */
    const uint64_t bucket = kept < BUCKETS ? kept : (uint64_t)shift * BUCKETS + (kept >> shift);
    histogram->count[bucket] += times;
    histogram->total += times;
    if (value > histogram->max) {
        histogram->max = value;
    }
}

int64_t histogram_percentile(const struct histogram *histogram, double percent) {
    const double rank = percent / 100 * (double)histogram->total;
    uint64_t seen = 0;
    for (int bucket = 0; bucket < DOUBLINGS * BUCKETS; bucket++) {
        seen += histogram->count[bucket];
        if (histogram->count[bucket] > 0 && (double)seen >= rank) {
            const int shift = bucket < 2 * BUCKETS ? 0 : bucket / BUCKETS - 1;
            const int64_t highest = ((INT64_C(1) + bucket - (int64_t)shift * BUCKETS) << shift) - 1;
            return highest < histogram->max ? highest : histogram->max;
        }
    }
    return histogram->max;
}

void row_round(struct row *row, uint64_t packets, int64_t busy, int64_t lasted) {
    if (packets == 0 || busy <= 0 || lasted <= 0 || row->rounds == MOST_ROUNDS) {
        return;
    }
    row->ns_per_packet[row->rounds] = (double)busy / (double)packets;
    row->packets_per_second[row->rounds] = (double)packets * 1e9 / (double)lasted;
    row->rounds++;
    row->packets += packets;
}

static int compare(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Between the two neighbours when it falls between them. */
static double quantile(const double *values, int n, double share) {
    if (n == 0) {
        return 0;
    }
    double sorted[MOST_ROUNDS];
    memcpy(sorted, values, (size_t)n * sizeof(*sorted));
    qsort(sorted, (size_t)n, sizeof(*sorted), compare);
    const double at = share * (n - 1);
    const int below = (int)at;
    const int above = below + 1 < n ? below + 1 : below;
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

static const char *separator;

void row_open(const struct row *row) {
    printf("{\"name\":\"%s\",\"packets\":%llu,\"rounds\":%d,", row->name, (unsigned long long)row->packets,
           row->rounds);
    printf("\"nsPerPacket\":{\"median\":%.2f,\"lower\":%.2f,\"upper\":%.2f},",
           quantile(row->ns_per_packet, row->rounds, 0.5), quantile(row->ns_per_packet, row->rounds, 0.25),
           quantile(row->ns_per_packet, row->rounds, 0.75));
    printf("\"cpuNsPerPacket\":%.2f,", row->packets > 0 ? (double)row->cpu / (double)row->packets : 0);
    printf("\"packetsPerSecond\":%.1f,\"errors\":%llu,\"received\":%llu,\"drops\":%llu,\"preemptions\":%llu,",
           quantile(row->packets_per_second, row->rounds, 0.5), (unsigned long long)row->errors,
           (unsigned long long)row->received, (unsigned long long)row->drops, (unsigned long long)row->preemptions);
    printf("\"latencies\":{");
    separator = "";
}

void row_latency(const char *name, const struct histogram *histogram) {
    printf("%s\"%s\":{\"count\":%llu,\"impossible\":%llu,\"p50\":%lld,\"p99\":%lld,\"p999\":%lld,\"p9999\":%lld,"
           "\"max\":%lld}",
           separator, name, (unsigned long long)histogram->total, (unsigned long long)histogram->impossible,
           (long long)histogram_percentile(histogram, 50), (long long)histogram_percentile(histogram, 99),
           (long long)histogram_percentile(histogram, 99.9), (long long)histogram_percentile(histogram, 99.99),
           (long long)histogram->max);
    separator = ",";
}

void row_numbers(void) {
    printf("},\"numbers\":{");
    separator = "";
}

void row_number(const char *name, double value) {
    printf("%s\"%s\":%.9g", separator, name, value);
    separator = ",";
}

void row_close(void) {
    printf("}}\n");
    fflush(stdout);
}

void row_print(const struct row *row) {
    row_open(row);
    row_numbers();
    row_close();
}
