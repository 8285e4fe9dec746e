#include "egress.h"

#include "measure.h"

#include <errno.h>
#include <linux/udp.h>
#include <string.h>

void egress_init(struct egress *egress, enum how how, int run, int batch, enum profile profile) {
    memset(egress, 0, sizeof(*egress));
    egress->how = how;
    egress->ring = how >= RING ? ring_new(GROUP) : NULL;
    egress->run = run;
    egress->batch = batch;
    egress->sealer = sealer_new(profile);
    egress->tag = profile_tag(profile);
    egress->slots = new_memory(GROUP * SLOT);
    egress->control = new_memory(GROUP * sizeof(*egress->control));
}

static int connected_socket(const struct sockaddr_in *address) {
    const int fd = udp_socket("127.0.0.1");
    if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) != 0) {
        fail(1, "connect: %s", strerror(errno));
    }
    return fd;
}

void egress_to(struct egress *egress, int fd, int destinations, in_port_t port) {
    egress->fd = fd;
    egress->destinations = destinations;
    egress->addresses = new_memory((size_t)destinations * sizeof(*egress->addresses));
    egress->index = new_memory((size_t)destinations * sizeof(*egress->index));
    egress->connected = new_memory((size_t)destinations * sizeof(*egress->connected));
    for (int i = 0; i < destinations; i++) {
        egress->addresses[i] = destination(i, port);
        egress->connected[i] = egress->how == CONNECTED ? connected_socket(&egress->addresses[i]) : -1;
    }
    egress->keys = egress->sealer == NULL ? NULL : sealer_keys(egress->sealer, destinations);
}

static void put16(uint8_t *to, uint32_t value) {
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

static void put32(uint8_t *to, uint32_t value) {
    put16(to, value >> 16);
    put16(to + 2, value);
}

uint32_t packet_number(const uint8_t *packet) {
    return (uint32_t)packet[4] << 24 | (uint32_t)packet[5] << 16 | (uint32_t)packet[6] << 8 | packet[7];
}

/* Plain payloads are not copied: what stands in the slot is as good, and a relay that does not encrypt would gather. */
void egress_put(struct egress *egress, int destination, uint32_t number, const uint8_t *payload, uint32_t length) {
    const int i = egress->packets++;
    uint8_t *packet = egress->slots + (size_t)i * SLOT;
    const uint64_t index = egress->index[destination]++;
    const uint32_t ssrc = 0x10000u + (uint32_t)destination;
    put16(packet, 0x8060); /* RTP version 2, payload type 96 (RFC 3550 §5.1) */
    put16(packet + 2, (uint32_t)index);
    put32(packet + 4, number);
    put32(packet + 8, ssrc);
    egress->to[i] = destination;
    egress->parts[i] = (struct iovec){.iov_base = packet, .iov_len = HEADER + length + egress->tag};
    if (egress->sealer != NULL) {
        egress->jobs[i] = (struct seal_job){.payload = payload,
                                            .packet = packet,
                                            .key = sealer_key(egress->keys, destination),
                                            .index = index,
                                            .payload_length = length,
                                            .ssrc = ssrc};
    }
}

/* How many packets from the first on go into one message: same destination, same length, the last may be shorter. */
static int run_length(const struct egress *egress, int first) {
    int n = 1;
    const size_t length = egress->parts[first].iov_len;
    while (n < egress->run && first + n < egress->packets && egress->to[first + n] == egress->to[first] &&
           egress->parts[first + n].iov_len <= length) {
        if (egress->parts[first + n++].iov_len < length) {
            break;
        }
    }
    return n;
}

static void add_control(struct msghdr *message, uint8_t *control, int level, int type, const void *value, size_t n) {
    struct cmsghdr *part = (struct cmsghdr *)(control + message->msg_controllen);
    part->cmsg_level = level;
    part->cmsg_type = type;
    part->cmsg_len = CMSG_LEN(n);
    memcpy(CMSG_DATA(part), value, n);
    message->msg_control = control;
    message->msg_controllen += CMSG_SPACE(n);
}

static int build_messages(struct egress *egress) {
    int messages = 0;
    for (int first = 0; first < egress->packets; first += egress->message_packets[messages++]) {
        const int n = run_length(egress, first);
        struct msghdr *message = &egress->messages[messages].msg_hdr;
        *message = (struct msghdr){.msg_name = &egress->addresses[egress->to[first]],
                                   .msg_namelen = sizeof(*egress->addresses),
                                   .msg_iov = &egress->parts[first],
                                   .msg_iovlen = (size_t)n};
        uint8_t *control = egress->control[messages];
        if (egress->how == RING_SOURCE) {
            const struct in_pktinfo source = {.ipi_spec_dst.s_addr = htonl(INADDR_LOOPBACK)};
            add_control(message, control, IPPROTO_IP, IP_PKTINFO, &source, sizeof(source));
        }
        if (n > 1) {
            const uint16_t segment = (uint16_t)egress->parts[first].iov_len;
            add_control(message, control, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof(segment));
        }
        egress->message_packets[messages] = n;
    }
    return messages;
}

/* One sendmsg a message, or sendmmsg for a batch of them. A message that the kernel refuses is skipped. */
static int send_messages(struct egress *egress) {
    const int messages = build_messages(egress);
    int sent = 0, at = 0;
    while (at < messages) {
        const int n = messages - at < egress->batch ? messages - at : egress->batch;
        int taken;
        if (egress->batch == 1) {
            taken = sendmsg(egress->fd, &egress->messages[at].msg_hdr, 0) >= 0;
        } else {
            taken = sendmmsg(egress->fd, egress->messages + at, (unsigned)n, 0);
        }
        for (int i = 0; i < taken; i++) {
            sent += egress->message_packets[at++];
        }
        if (taken < 1) {
            egress->errors += (uint64_t)egress->message_packets[at++];
        }
    }
    return sent;
}

/* What became of one. */
static void count_sent(void *context, unsigned message, int result) {
    struct egress *egress = context;
    if (result >= 0) {
        egress->sent += egress->message_packets[message];
    } else {
        egress->errors += (uint64_t)egress->message_packets[message];
    }
}

/* One system call for all of them. */
static int send_by_ring(struct egress *egress) {
    const int messages = build_messages(egress);
    egress->sent = 0;
    for (int i = 0; i < messages; i++) {
        ring_sendmsg(egress->ring, egress->fd, &egress->messages[i].msg_hdr, (unsigned)i);
    }
    ring_submit(egress->ring, count_sent, egress);
    return egress->sent;
}

static int send_one_by_one(struct egress *egress) {
    int sent = 0;
    for (int i = 0; i < egress->packets; i++) {
        const struct iovec *part = &egress->parts[i];
        const int to = egress->to[i];
        if (egress->how == CONNECTED) {
            sent += send(egress->connected[to], part->iov_base, part->iov_len, 0) >= 0;
        } else {
            sent += sendto(egress->fd, part->iov_base, part->iov_len, 0,
                           (const struct sockaddr *)&egress->addresses[to], sizeof(*egress->addresses)) >= 0;
        }
    }
    egress->errors += (uint64_t)(egress->packets - sent);
    return sent;
}

int egress_flush(struct egress *egress) {
    if (egress->sealer != NULL && seal(egress->sealer, egress->jobs, egress->packets) != 0) {
        fail(1, "a packet could not be encrypted");
    }
    const int sent = egress->how == MESSAGES ? send_messages(egress)
                     : egress->how >= RING   ? send_by_ring(egress)
                                             : send_one_by_one(egress);
    egress->packets = 0;
    return sent;
}
