/*
 * The sending half of a relay: packets for many destinations, sealed a group at a time and sent by one of the ways that
 * the kernel offers.
 *
 * Thread: the measured one. Owns: slots, keys and sockets until the end of the program. Units: bytes.
 */
#ifndef LIANMAI_REFERENCE_EGRESS_H
#define LIANMAI_REFERENCE_EGRESS_H

#include "net.h"
#include "ring.h"
#include "seal.h"

/* RING_SOURCE: by a ring, and each message says from which address it leaves, as a relay's must (IP_PKTINFO). */
enum how { SENDTO, CONNECTED, MESSAGES, RING, RING_SOURCE };

struct egress {
    int fd;
    int *connected; /* a socket for each destination, for CONNECTED */
    int destinations;
    struct sockaddr_in *addresses;
    uint64_t *index; /* of each destination's next packet */
    enum how how;
    struct ring *ring; /* for RING and RING_SOURCE */
    int batch; /* messages in a sendmmsg */
    int run;   /* packets in a message, gathered from their slots (UDP_SEGMENT) */
    struct sealer *sealer;
    struct seal_key *keys;
    uint32_t tag;
    uint64_t errors;

    int packets; /* in the group */
    int sent;    /* of it, by a ring */
    uint8_t *slots;
    struct seal_job jobs[GROUP];
    int to[GROUP];
    struct iovec parts[GROUP];
    struct mmsghdr messages[GROUP];
    int message_packets[GROUP];
    uint8_t (*control)[CMSG_SPACE(sizeof(struct in_pktinfo)) + CMSG_SPACE(sizeof(uint16_t))];
};

void egress_init(struct egress *egress, enum how how, int run, int batch, enum profile profile);
/* Where it sends to: an address each, all of them reaching one port. */
void egress_to(struct egress *egress, int fd, int destinations, in_port_t port);
/* Adds a packet to the group, which has room: payload behind a header of its own, number in its timestamp. */
void egress_put(struct egress *egress, int destination, uint32_t number, const uint8_t *payload, uint32_t length);
/* Seals and sends the group; answers how many packets the kernel took. */
int egress_flush(struct egress *egress);

/* The number that egress_put() was given, of a received packet. */
uint32_t packet_number(const uint8_t *packet);

#endif
