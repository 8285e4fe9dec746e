/*
 * As much of io_uring as sending needs, on the bare system calls.
 *
 * Thread: one. Owns: the ring until the end of the program.
 */
#ifndef LIANMAI_REFERENCE_RING_H
#define LIANMAI_REFERENCE_RING_H

#include <sys/socket.h>

struct ring;

/* NULL where the system has no io_uring, or forbids it. */
struct ring *ring_new(unsigned entries);
/* Adds a SENDMSG; there is room for as many as the ring has entries, until it is submitted. */
void ring_sendmsg(struct ring *ring, int fd, const struct msghdr *message, unsigned index);
/* Submits what was added, waits for all of it, and calls for each: its index, and bytes or a negated error. */
void ring_submit(struct ring *ring, void (*completed)(void *context, unsigned index, int result), void *context);

#endif
