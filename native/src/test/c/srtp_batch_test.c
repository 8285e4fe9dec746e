/*
 * The C half by itself, for the sanitizers: known answers, every length and place of a packet, forgeries, full batches.
 * Every packet ends right before a page that nobody may touch, so assembly that reads or writes too far is seen as well.
 */
#include "../../main/c/srtp_batch.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { HEADER = 12, RTCP_HEADER = 8, MOST = 1500, ROOM = 2048, BATCH = 300 };

static int profiles[] = {SRTP_GCM_128, SRTP_GCM_256, SRTP_CM_SHA1_80};

static void check(int good, const char *what, int detail) {
    if (!good) {
        fprintf(stderr, "srtp_batch_test: %s (%d)\n", what, detail);
        exit(1);
    }
}

/* Memory that ends at a forbidden page; never freed before the end. */
static uint8_t *guarded(size_t size) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t whole = (size + page - 1) / page * page;
    uint8_t *memory = mmap(NULL, whole + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    check(memory != MAP_FAILED, "no memory", (int)size);
    check(mprotect(memory + whole, page, PROT_NONE) == 0, "no guard", (int)size);
    return memory + whole - size;
}

static struct srtp_key *new_key(int profile, int is_rtcp, uint8_t seed) {
    uint8_t cipher_key[32], authentication_key[20], salt[14];
    memset(cipher_key, seed, sizeof(cipher_key));
    memset(authentication_key, seed + 1, sizeof(authentication_key));
    memset(salt, seed + 2, sizeof(salt));
    struct srtp_key *key = aligned_alloc(64, (srtp_key_size() + 63) / 64 * 64);
    check(srtp_key_expand(key, profile, is_rtcp, cipher_key, authentication_key, salt) == SRTP_OK, "expand", profile);
    return key;
}

static void parse(const char *hex, uint8_t *to) {
    for (; *hex != 0; hex += 2) {
        unsigned byte;
        check(sscanf(hex, "%2x", &byte) == 1, "hex", *hex);
        *to++ = (uint8_t)byte;
    }
}

/* RFC 7714 §16.1.1. */
static void known_answer(void) {
    uint8_t cipher_key[16], salt[12], packet[ROOM], expected[ROOM];
    parse("000102030405060708090a0b0c0d0e0f", cipher_key);
    parse("517569642070726f2071756f", salt);
    parse("8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573", packet);
    parse("8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
          "899d7f27beb16a9152cf765ee4390cce",
          expected);
    struct srtp_key *key = aligned_alloc(64, (srtp_key_size() + 63) / 64 * 64);
    check(srtp_key_expand(key, SRTP_GCM_128, 0, cipher_key, NULL, salt) == SRTP_OK, "expand", 0);
    struct srtp_packet p = {packet + 12, packet + 12, packet, key, 0xf17b, 0x5501a0b2, 38, 12, 1};
    check(srtp_protect(&p, 1) == 0 && p.status == SRTP_OK, "protect", p.status);
    check(memcmp(packet, expected, 12 + 38 + 16) == 0, "RFC 7714 16.1.1", 0);
    srtp_key_erase(key);
    check(srtp_protect(&p, 1) == 1 && p.status == SRTP_MALFORMED, "an erased key", p.status);
    free(key);
}

static int overhead(int profile, int is_rtcp) { return (profile == SRTP_CM_SHA1_80 ? 10 : 16) + (is_rtcp ? 4 : 0); }

/* There and back again, in place and not, then forged, at the very end of memory. */
static void every_length(int profile, int is_rtcp) {
    struct srtp_key *key = new_key(profile, is_rtcp, (uint8_t)profile);
    const int header = is_rtcp ? RTCP_HEADER : HEADER;
    const int extra = overhead(profile, is_rtcp);
    uint8_t *sealed_end = guarded(ROOM) + ROOM;
    uint8_t *plain_end = guarded(ROOM) + ROOM;
    uint8_t copy[ROOM], first[ROOM];
    for (int length = 0; length <= MOST; length += length < 300 ? 1 : 37) {
        uint8_t *plain = plain_end - length;
        uint8_t *sealed = sealed_end - header - length - extra;
        for (int i = 0; i < length; i++) {
            plain[i] = (uint8_t)(i * 7 + length);
        }
        memset(sealed, 0xb5, (size_t)(header + length + extra));
        struct srtp_packet p = {plain, sealed + header, sealed, key, (uint64_t)length << 16 | 9, 0x01020304,
                                (uint32_t)length, (uint32_t)header, 1};
        check(srtp_protect(&p, 1) == 0 && p.status == SRTP_OK, "protect", length);
        memcpy(first, sealed, (size_t)(header + length + extra));
        memset(sealed, 0xb5, (size_t)header);
        memmove(sealed + header, plain, (size_t)length);
        p.source = sealed + header;
        check(srtp_protect(&p, 1) == 0, "protect in place", length);
        check(memcmp(first, sealed, (size_t)(header + length + extra)) == 0, "in place equals out of place", length);

        const int at = (length * 31) % (header + length + extra);
        sealed[at] ^= 0x10;
        memcpy(copy, sealed, (size_t)(header + length + extra));
        p.destination = sealed + header;
        const int is_index_bit = is_rtcp && at >= header + length + extra - 4 && profile != SRTP_CM_SHA1_80;
        if (!is_index_bit) {
            check(srtp_unprotect(&p, 1) == 1 && p.status == SRTP_AUTHENTICATION_FAILED, "forged", length);
        }
        check(memcmp(copy, sealed, (size_t)(header + length + extra)) == 0, "forged stays", length);
        p.destination = plain;
        if (!is_index_bit && length > 0) {
            check(srtp_unprotect(&p, 1) == 1, "forged elsewhere", length);
            check(plain[0] == 0 && memcmp(plain, plain + 1, (size_t)length - 1) == 0, "nothing gets out", length);
        }
        sealed[at] ^= 0x10;
        check(srtp_unprotect(&p, 1) == 0 && p.status == SRTP_OK, "unprotect", length);
        for (int i = 0; i < length; i++) {
            check(plain[i] == (uint8_t)(i * 7 + length), "there and back", length);
        }
    }
    free(key);
}

/* All profiles side by side, each batch size; every packet alone gives the same. */
static void *batches(void *unused) {
    (void)unused;
    struct srtp_key *keys[6];
    for (int i = 0; i < 6; i++) {
        keys[i] = new_key(profiles[i % 3], i / 3, (uint8_t)(40 + i));
    }
    uint8_t *memory = malloc((size_t)BATCH * ROOM), *plain = malloc(MOST), alone[ROOM];
    struct srtp_packet *packets = malloc(BATCH * sizeof(*packets));
    memset(plain, 0x3c, MOST);
    for (int n = 1; n <= BATCH; n += n < 40 ? 1 : 43) {
        memset(memory, 0x80, (size_t)n * ROOM);
        for (int i = 0; i < n; i++) {
            uint8_t *at = memory + i * ROOM;
            struct srtp_packet p = {plain, at + HEADER, at, keys[(i + n) % 6], (uint64_t)i, (uint32_t)n,
                                    (uint32_t)(i * 211 % MOST), HEADER, 1};
            packets[i] = p;
        }
        check(srtp_protect(packets, n) == 0, "batch", n);
        for (int i = 0; i < n; i++) {
            struct srtp_packet p = packets[i];
            memset(alone, 0x80, sizeof(alone));
            p.aad = alone;
            p.destination = alone + HEADER;
            check(srtp_protect(&p, 1) == 0, "alone", i);
            check(memcmp(alone, memory + i * ROOM, ROOM) == 0, "batch equals alone", i);
            packets[i].source = packets[i].destination;
            if (i % 5 == 4) {
                memory[i * ROOM + 3] ^= 1;
            }
        }
        check(srtp_unprotect(packets, n) == n / 5, "forged ones of a batch", n);
        for (int i = 0; i < n; i++) {
            check((packets[i].status == SRTP_OK) == (i % 5 != 4), "which were forged", i);
            check(i % 5 == 4 || memcmp(memory + i * ROOM + HEADER, plain, packets[i].length) == 0, "batch back", i);
        }
    }
    free(packets);
    free(plain);
    free(memory);
    for (int i = 0; i < 6; i++) {
        free(keys[i]);
    }
    return NULL;
}

int main(void) {
    const char *obstacle = srtp_obstacle();
    if (obstacle != NULL) {
        printf("skipped: %s\n", obstacle);
        return 77;
    }
    known_answer();
    for (int i = 0; i < 3; i++) {
        every_length(profiles[i], 0);
        every_length(profiles[i], 1);
    }
    batches(NULL);
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        check(pthread_create(&threads[i], NULL, batches, NULL) == 0, "thread", i);
    }
    for (int i = 0; i < 2; i++) {
        check(pthread_join(threads[i], NULL) == 0, "thread", i);
    }
    check(srtp_packet_layout(9) == (int32_t)sizeof(struct srtp_packet) && srtp_packet_layout(10) == -1, "layout", 0);
    printf("ok\n");
    return 0;
}
