/* What a loop is told on the command line; main.c has the ranges and the defaults. */
#ifndef LIANMAI_REFERENCE_OPTIONS_H
#define LIANMAI_REFERENCE_OPTIONS_H

#include "seal.h"

/*
 * How the receiving end of a sending loop takes the packets away: looking every now and then, all the time, woken by
 * each packet, or not at all. It is part of what sending costs on one machine, so its choice belongs beside a figure.
 */
enum drain { DRAIN_POLL, DRAIN_SPIN, DRAIN_BLOCK, DRAIN_NONE };

struct options {
    int core;       /* of the loop that is measured */
    int other_core; /* of its partner: the receiver, the publisher, the client */
    double seconds; /* a round's length */
    int rounds;
    int destinations;
    int size; /* bytes of an RTP packet before protection */
    enum drain drain;
    int to_port; /* of a receiver in another process, or 0 */
    int gro;
    enum profile profile; /* of the fan-out */
    int flat_out;         /* of the fan-out's rows, only those as fast as it goes */
    double bitrate;       /* of the published video, bit/s */
    int frames;           /* a second */
    int streams;          /* of audio */
    int gather_us;        /* how long the fan-out that gathers waits for the rest of a burst */
    double rate;          /* of the echo, requests a second */
    const char *only;     /* comma-separated patterns of row names, or NULL for all */
};

int run_send(const struct options *options);
int run_fanout(const struct options *options);
int run_echo(const struct options *options);
int run_spin(const struct options *options);
int run_receive(const struct options *options);
int run_cores(const struct options *options);
int run_forward(const struct options *options);
int run_sink(const struct options *options);
int run_bursts(const struct options *options);
int run_self_test(void);
int run_protect(int count, char **hex);

/* Whether a row is among those asked for. Each loop answers how many it printed. */
int is_wanted(const struct options *options, const char *name);

#endif
