/*
 * Batched SRTP arithmetic over Intel's ipsec-mb: what one relay thread encrypts in a turn, in one call.
 *
 * C does arithmetic, Java does protocol: roll-over, replay, key derivation and every check of a packet's shape are
 * Java's. Here come session keys, a finished header, and an index that may be used.
 *
 * Thread: any; each keeps its own multi-buffer manager from its first call to its end.
 * Owns: nothing else; packets and keys are the caller's memory. Units: bytes.
 */
#ifndef LIANMAI_SRTP_BATCH_H
#define LIANMAI_SRTP_BATCH_H

#include <stddef.h>
#include <stdint.h>

/* The profiles' numbers in DTLS's use_srtp extension (RFC 5764 §4.1.2, RFC 7714 §14.2). */
enum { SRTP_CM_SHA1_80 = 0x0001, SRTP_GCM_128 = 0x0007, SRTP_GCM_256 = 0x0008 };

/* A descriptor's status afterwards; the same numbers as Java's SrtpStatus. */
enum { SRTP_OK = 0, SRTP_AUTHENTICATION_FAILED = -1, SRTP_MALFORMED = -4, SRTP_NO_MEMORY = -7 };

/*
 * One packet. The protected one is aad | cipher text | tag (with the SRTCP index before or behind the tag, as the
 * profile has it), in one piece: protecting, destination is aad + aad_length; unprotecting, source is.
 * Source and destination are the same or do not overlap.
 */
struct srtp_packet {
    const uint8_t *source;      /* plain text to protect, cipher text to unprotect */
    uint8_t *destination;       /* where the other one goes; protecting, with room for tag and index behind it */
    const uint8_t *aad;         /* the packet's header, authenticated and sent in the clear */
    const struct srtp_key *key; /* as srtp_key_expand() left it */
    uint64_t index;             /* 48 bits of roll-over counter and sequence number, or 31 bits of SRTCP index */
    uint32_t ssrc;
    uint32_t length;     /* of plain and of cipher text, without tag and index */
    uint32_t aad_length; /* at least 8 */
    int32_t status;      /* written by every call */
};

/* Sees to the calling thread's manager. Answers why it cannot work here, or NULL when it can. */
const char *srtp_obstacle(void);

/* How much memory, aligned to 64, a key takes. */
uint64_t srtp_key_size(void);

/* Expands a session's keys for one direction of SRTP or SRTCP; authentication_key (20 bytes) is for CM-SHA1 alone. */
int32_t srtp_key_expand(struct srtp_key *key, int32_t profile, int32_t is_rtcp, const uint8_t *cipher_key,
                        const uint8_t *authentication_key, const uint8_t *salt);

/* Overwrites a key. */
void srtp_key_erase(struct srtp_key *key);

/* Protects n packets; answers how many could not be. A packet that was not is not to be sent. */
int32_t srtp_protect(struct srtp_packet *packets, int32_t n);

/*
 * Checks and decrypts n packets; answers how many were refused. A refused packet's bytes are as they were; its
 * destination, if elsewhere, is zeroed: plain text that nobody vouches for does not get out.
 */
int32_t srtp_unprotect(struct srtp_packet *packets, int32_t n);

/* The layout of struct srtp_packet as this compiler made it: offset of the field-th member, then the size. */
int32_t srtp_packet_layout(int32_t field);

#endif
