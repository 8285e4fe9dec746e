/*
 * SRTP protection straight on ipsec-mb, with nothing in between: what a relay's encryption could cost at best.
 * Deliberately not native/src/main/c/srtp_batch.c: the measure must not get slower with what it measures.
 *
 * Thread: a sealer belongs to one. Units: bytes.
 */
#ifndef LIANMAI_REFERENCE_SEAL_H
#define LIANMAI_REFERENCE_SEAL_H

#include <stdint.h>

enum profile { PLAIN, GCM_128, GCM_256, CM_SHA1_80, PROFILES };

/* Packets that are sealed and sent together: enough for the 16 lanes of SHA-1, few enough to stay in the cache. */
enum { GROUP = 64, HEADER = 12, SLOT = 2048 };

struct sealer;
struct seal_key;

/* One packet: the header stands in it, the sealed payload and the tag go behind that. */
struct seal_job {
    const uint8_t *payload;
    uint8_t *packet;
    const struct seal_key *key;
    uint64_t index; /* roll-over counter and sequence number */
    uint32_t payload_length;
    uint32_t ssrc;
};

/* A row's name for a profile, and the bytes that it adds to a packet. */
const char *profile_name(enum profile profile);
uint32_t profile_tag(enum profile profile);
/* Whether the program was built with ipsec-mb; PLAIN always is. */
int profile_is_built(enum profile profile);

/* NULL for PLAIN. */
struct sealer *sealer_new(enum profile profile);
void sealer_free(struct sealer *sealer);
/* So many keys, all of them different. */
struct seal_key *sealer_keys(struct sealer *sealer, int n);
struct seal_key *sealer_key(struct seal_key *keys, int i);
/* Sets one to session keys; authentication (20 bytes) is for CM-SHA1 alone. */
void sealer_set_key(struct sealer *sealer, struct seal_key *key, const uint8_t *cipher, const uint8_t *authentication,
                    const uint8_t *salt);
/* Protects up to GROUP packets; answers how many it could not. */
int seal(struct sealer *sealer, struct seal_job *jobs, int n);

#endif
