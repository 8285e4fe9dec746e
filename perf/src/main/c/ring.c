#include "ring.h"

#include "measure.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct ring {
    int fd;
    unsigned added;
    unsigned *tail, mask;
    struct io_uring_sqe *entries;
    unsigned *completion_head, *completion_tail, completion_mask;
    struct io_uring_cqe *completions;
};

static void *map(int fd, size_t bytes, off_t what) {
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, what);
    if (memory == MAP_FAILED) {
        fail(1, "an io_uring cannot be mapped: %s", strerror(errno));
    }
    return memory;
}

struct ring *ring_new(unsigned entries) {
    /* As Netty sets its ring up: one thread, which runs what is left to do when it asks for completions. */
    struct io_uring_params with = {.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_COOP_TASKRUN};
    const int fd = (int)syscall(SYS_io_uring_setup, entries, &with);
    if (fd < 0) {
        return NULL;
    }
    struct ring *ring = new_memory(sizeof(*ring));
    const size_t submissions = with.sq_off.array + with.sq_entries * sizeof(unsigned);
    uint8_t *queue = map(fd, submissions, IORING_OFF_SQ_RING);
    uint8_t *done = map(fd, with.cq_off.cqes + with.cq_entries * sizeof(*ring->completions), IORING_OFF_CQ_RING);
    unsigned *array = (unsigned *)(queue + with.sq_off.array);
    for (unsigned i = 0; i < with.sq_entries; i++) {
        array[i] = i;
    }
    *ring = (struct ring){.fd = fd,
                          .tail = (unsigned *)(queue + with.sq_off.tail),
                          .mask = *(unsigned *)(queue + with.sq_off.ring_mask),
                          .entries = map(fd, with.sq_entries * sizeof(*ring->entries), IORING_OFF_SQES),
                          .completion_head = (unsigned *)(done + with.cq_off.head),
                          .completion_tail = (unsigned *)(done + with.cq_off.tail),
                          .completion_mask = *(unsigned *)(done + with.cq_off.ring_mask),
                          .completions = (struct io_uring_cqe *)(done + with.cq_off.cqes)};
    return ring;
}

void ring_sendmsg(struct ring *ring, int fd, const struct msghdr *message, unsigned index) {
    const unsigned at = *ring->tail;
    ring->entries[at & ring->mask] = (struct io_uring_sqe){
        .opcode = IORING_OP_SENDMSG, .fd = fd, .addr = (uint64_t)(uintptr_t)message, .len = 1, .user_data = index};
    __atomic_store_n(ring->tail, at + 1, __ATOMIC_RELEASE);
    ring->added++;
}

void ring_submit(struct ring *ring, void (*completed)(void *context, unsigned index, int result), void *context) {
    unsigned unsubmitted = ring->added, missing = ring->added;
    ring->added = 0;
    while (missing > 0) {
        const int n =
            (int)syscall(SYS_io_uring_enter, ring->fd, unsubmitted, missing, IORING_ENTER_GETEVENTS, NULL, 0);
        if (n < 0 && errno != EINTR && errno != EAGAIN) {
            fail(1, "io_uring_enter: %s", strerror(errno));
        }
        unsubmitted -= n > 0 ? (unsigned)n : 0;
        unsigned head = *ring->completion_head;
        for (; head != __atomic_load_n(ring->completion_tail, __ATOMIC_ACQUIRE); head++) {
            const struct io_uring_cqe *done = &ring->completions[head & ring->completion_mask];
            completed(context, (unsigned)done->user_data, done->res);
            missing--;
        }
        __atomic_store_n(ring->completion_head, head, __ATOMIC_RELEASE);
    }
}
