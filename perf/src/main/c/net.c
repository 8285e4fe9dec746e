#include "net.h"

#include "measure.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sock_diag.h>
#include <linux/udp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The forced option passes the system's limit where the process may. */
static void resize_buffer(int fd, int forced, int plain) {
    const int bytes = SOCKET_BUFFER;
    if (setsockopt(fd, SOL_SOCKET, forced, &bytes, sizeof(bytes)) != 0) {
        (void)setsockopt(fd, SOL_SOCKET, plain, &bytes, sizeof(bytes));
    }
}

int udp_socket(const char *address) {
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in local = {.sin_family = AF_INET};
    inet_pton(AF_INET, address, &local.sin_addr);
    if (fd < 0 || bind(fd, (struct sockaddr *)&local, sizeof(local)) != 0) {
        fail(1, "no UDP socket on %s: %s", address, strerror(errno));
    }
    resize_buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF);
    resize_buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF);
    return fd;
}

struct sockaddr_in local_address(int fd) {
    struct sockaddr_in local;
    socklen_t length = sizeof(local);
    if (getsockname(fd, (struct sockaddr *)&local, &length) != 0) {
        fail(1, "a socket without an address: %s", strerror(errno));
    }
    return local;
}

struct sockaddr_in destination(int i, in_port_t port) {
    const uint32_t host = 0x7f070001u + (uint32_t)(i / 250 * 256 + i % 250);
    return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = port, .sin_addr.s_addr = htonl(host)};
}

void wait_at_most(int fd, int64_t ns) {
    const struct timeval time = {.tv_sec = ns / 1000000000, .tv_usec = ns % 1000000000 / 1000};
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)) != 0) {
        fail(1, "no receive timeout: %s", strerror(errno));
    }
}

void turn_on(int fd, int level, int option, const char *name) {
    const int on = 1;
    if (setsockopt(fd, level, option, &on, sizeof(on)) != 0) {
        fail(2, "this kernel has no %s: %s", name, strerror(errno));
    }
}

uint64_t socket_drops(int fd) {
    uint32_t memory[SK_MEMINFO_VARS] = {0};
    socklen_t length = sizeof(memory);
    if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory, &length) != 0) {
        fail(2, "this kernel has no SO_MEMINFO: %s", strerror(errno));
    }
    return memory[SK_MEMINFO_DROPS];
}

void inbox_init(struct inbox *inbox, size_t slot) {
    memset(inbox, 0, sizeof(*inbox));
    inbox->slot = slot;
    inbox->memory = new_memory(INBOX * slot);
    inbox->control = new_memory(INBOX * sizeof(*inbox->control));
    for (int i = 0; i < INBOX; i++) {
        inbox->parts[i] = (struct iovec){.iov_base = inbox->memory + i * slot, .iov_len = slot};
        inbox->messages[i].msg_hdr = (struct msghdr){.msg_iov = &inbox->parts[i], .msg_iovlen = 1};
    }
}

void inbox_free(struct inbox *inbox) {
    free(inbox->memory);
    free(inbox->control);
}

int inbox_receive(struct inbox *inbox, int fd, int first, int most, int flags) {
    for (int i = first; i < most; i++) {
        inbox->messages[i].msg_hdr.msg_control = inbox->control[i];
        inbox->messages[i].msg_hdr.msg_controllen = CONTROL;
    }
    const int n = recvmmsg(fd, inbox->messages + first, (unsigned)(most - first), flags, NULL);
    if (n >= 0) {
        return n;
    }
    if (errno != EAGAIN && errno != EINTR) {
        fail(1, "recvmmsg: %s", strerror(errno));
    }
    return 0;
}

const uint8_t *inbox_bytes(const struct inbox *inbox, int i) { return inbox->memory + (size_t)i * inbox->slot; }

int inbox_length(const struct inbox *inbox, int i) { return (int)inbox->messages[i].msg_len; }

/* The control message of that kind, copied out; whether there is one. */
static int control(const struct inbox *inbox, int i, int level, int type, void *to, size_t size) {
    struct msghdr *message = (struct msghdr *)&inbox->messages[i].msg_hdr;
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL; part = CMSG_NXTHDR(message, part)) {
        if (part->cmsg_level == level && part->cmsg_type == type) {
            memcpy(to, CMSG_DATA(part), size);
            return 1;
        }
    }
    return 0;
}

int inbox_stride(const struct inbox *inbox, int i) {
    int stride;
    return control(inbox, i, IPPROTO_UDP, UDP_GRO, &stride, sizeof(stride)) ? stride : inbox_length(inbox, i);
}

int64_t inbox_stamp(const struct inbox *inbox, int i) {
    struct timespec stamp;
    return control(inbox, i, SOL_SOCKET, SCM_TIMESTAMPNS, &stamp, sizeof(stamp))
               ? stamp.tv_sec * INT64_C(1000000000) + stamp.tv_nsec
               : 0;
}

void poll_pause(void) {
    for (const int64_t until = now_ns() + POLL_PAUSE; now_ns() < until;) {
        relax();
    }
}

/* Nobody sends any more: 10 ms of looking in vain, then the core is left to others. */
enum { IDLE_POLLS = 200, IDLE_WAIT_MS = 10 };

static void *sink_run(void *argument) {
    struct sink *sink = argument;
    pin(sink->core);
    struct inbox *inbox = new_memory(sizeof(*inbox));
    inbox_init(inbox, sink->slot);
    const int flags = sink->drain == DRAIN_BLOCK ? MSG_WAITFORONE : MSG_DONTWAIT;
    int idle = 0;
    while (!atomic_load_explicit(&sink->stop, memory_order_relaxed)) {
        const int n = inbox_receive(inbox, sink->fd, 0, INBOX, flags);
        uint64_t packets = 0;
        for (int i = 0; i < n; i++) {
            const int stride = inbox_stride(inbox, i);
            packets += stride > 0 ? (uint64_t)((inbox_length(inbox, i) + stride - 1) / stride) : 1;
        }
        atomic_fetch_add_explicit(&sink->received, packets, memory_order_relaxed);
        idle = n > 0 ? 0 : idle + 1;
        if (idle > IDLE_POLLS) {
            (void)poll(&(struct pollfd){.fd = sink->fd, .events = POLLIN}, 1, IDLE_WAIT_MS);
        } else if (sink->drain == DRAIN_POLL && n < INBOX) {
            poll_pause();
        } else if (n == 0) {
            relax();
        }
    }
    inbox_free(inbox);
    free(inbox);
    return NULL;
}

int64_t patience(const struct options *options) {
    const int64_t second = 1000000000;
    if (options->drain == DRAIN_NONE) {
        return 0;
    }
    return options->gro ? second : 5 * second;
}

void sink_start(struct sink *sink, const struct options *options) {
    *sink = (struct sink){.fd = udp_socket("0.0.0.0"),
                          .core = options->other_core,
                          .drain = options->to_port == 0 ? options->drain : DRAIN_NONE,
                          .patience = patience(options),
                          .slot = options->gro ? GRO_SLOT : SLOT};
    sink->port = options->to_port == 0 ? local_address(sink->fd).sin_port : htons((uint16_t)options->to_port);
    wait_at_most(sink->fd, 10000000);
    if (options->gro) {
        turn_on(sink->fd, IPPROTO_UDP, UDP_GRO, "UDP_GRO");
    }
    if (sink->drain != DRAIN_NONE && pthread_create(&sink->thread, NULL, sink_run, sink) != 0) {
        fail(1, "no thread for the receiver");
    }
}

void sink_settle(struct sink *sink, uint64_t expected) {
    uint64_t before = 0;
    int64_t moved = now_ns();
    for (;;) {
        const uint64_t there = atomic_load(&sink->received) + socket_drops(sink->fd);
        if (there >= expected || now_ns() - moved > sink->patience) {
            return;
        }
        if (there != before) {
            before = there;
            moved = now_ns();
        }
        usleep(200);
    }
}

uint64_t packets_dropped(const struct options *options, uint64_t counted, uint64_t sent, uint64_t received) {
    if (counted == 0 || !options->gro || options->drain == DRAIN_NONE) {
        return counted;
    }
    return sent > received ? sent - received : 0;
}

void sink_stop(struct sink *sink) {
    atomic_store(&sink->stop, 1);
    if (sink->drain != DRAIN_NONE) {
        pthread_join(sink->thread, NULL);
    }
    close(sink->fd);
}
