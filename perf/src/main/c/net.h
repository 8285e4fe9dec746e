/* UDP sockets on the loopback interface: one that receives everything, and batches out of it. Units: bytes, ns. */
#ifndef LIANMAI_REFERENCE_NET_H
#define LIANMAI_REFERENCE_NET_H

#include "options.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

/* Slots for what UDP_GRO puts together are not a power of two apart: they would all share the same cache lines. */
enum { INBOX = 64, CONTROL = 128, GRO_SLOT = 65536 + 1088 };

/* Bytes of a socket's buffers, as the server and the load generator ask for. */
enum { SOCKET_BUFFER = 4 << 20 };

/* How long a receiver that polls leaves its socket alone, ns: a fraction of what the buffer holds at any rate. */
enum { POLL_PAUSE = 50000 };

/* A bound IPv4 socket with large buffers; port 0 is any. */
int udp_socket(const char *address);
struct sockaddr_in local_address(int fd);
/* The i-th of many destinations, 127.7.x.y. */
struct sockaddr_in destination(int i, in_port_t port);
/* Lets calls that wait come back after a while, so that their loop can look at the time. */
void wait_at_most(int fd, int64_t ns);
void turn_on(int fd, int level, int option, const char *name);
/* What the socket has dropped for want of buffer: the counter that SO_RXQ_OVFL hands out, without needing a packet. */
uint64_t socket_drops(int fd);

/* Memory for one recvmmsg. */
struct inbox {
    struct mmsghdr messages[INBOX];
    struct iovec parts[INBOX];
    uint8_t (*control)[CONTROL];
    uint8_t *memory;
    size_t slot;
};

void inbox_init(struct inbox *inbox, size_t slot);
void inbox_free(struct inbox *inbox);
/* Fills the slots from first up to most, if there are so many datagrams; answers how many came, 0 for none. */
int inbox_receive(struct inbox *inbox, int fd, int first, int most, int flags);
const uint8_t *inbox_bytes(const struct inbox *inbox, int i);
int inbox_length(const struct inbox *inbox, int i);
/* Bytes of each packet in a datagram that the kernel made of several (UDP_GRO), else its length. */
int inbox_stride(const struct inbox *inbox, int i);
/* When the kernel received it (SO_TIMESTAMPNS), on the wall clock; 0 when unknown. */
int64_t inbox_stamp(const struct inbox *inbox, int i);

/* Lets that time pass. */
void poll_pause(void);

/* The receiving end of a sending loop: one wildcard socket, emptied by a thread on the other core. */
struct sink {
    int fd;
    in_port_t port;
    int core;
    enum drain drain;
    size_t slot;
    int64_t patience;
    pthread_t thread;
    _Atomic uint64_t received;
    _Atomic int stop;
};

void sink_start(struct sink *sink, const struct options *options);
/* How long after the last one packets may still come, ns: on a busy machine the receiver may be kept from its core for
 * long. With UDP_GRO drops cannot be counted exactly, so the wait is often in vain. */
int64_t patience(const struct options *options);

/* Waits until what was sent has been received or dropped, or nothing moves any more. */
void sink_settle(struct sink *sink, uint64_t expected);
/* The kernel counts several packets that it would have put together (UDP_GRO) as one drop; then what is missing
 * counts. */
uint64_t packets_dropped(const struct options *options, uint64_t counted, uint64_t sent, uint64_t received);
void sink_stop(struct sink *sink);

#endif
