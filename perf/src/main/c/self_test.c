/* Known answers for the encryption, and every length, each packet right before a page that nobody may touch. */
#include "measure.h"
#include "options.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST_BYTES = 2048 };

struct answer {
    enum profile profile;
    const char *cipher, *authentication, *salt, *packet, *index, *expected;
};

static const struct answer ANSWERS[] = {
    /* RFC 7714 §16.1.1 */
    {GCM_128, "000102030405060708090a0b0c0d0e0f", "", "517569642070726f2071756f",
     "8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573", "0000f17b",
     "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
     "899d7f27beb16a9152cf765ee4390cce"},
    /* RFC 7714 §16.2.1 */
    {GCM_256, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "", "517569642070726f2071756f",
     "8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573", "0000f17b",
     "8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b"
     "7aa3db36dfffd6b0f9bb7878d7a76c13"},
    /* The session keys of RFC 3711 §B.3; the packet is the one that libsrtp checks itself with. */
    {CM_SHA1_80, "c61e7a93744f39ee10734afe3ff7a087", "cebe321f6ff7716b6fd4ab49af256a156d38baa4",
     "30cbbc08863d8c85d49db34a9ae1", "800f1234decafbadcafebabeabababababababababababababababab", "00001234",
     "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb"},
};
enum { ANSWER_COUNT = sizeof(ANSWERS) / sizeof(ANSWERS[0]) };

/* The number of bytes, or −1 when it is no hexadecimal of at most so many. */
static int parse(const char *hex, uint8_t *to, int room) {
    const size_t length = strlen(hex);
    if (length % 2 != 0 || length / 2 > (size_t)room || strspn(hex, "0123456789abcdefABCDEF") != length) {
        return -1;
    }
    for (size_t i = 0; i < length / 2; i++) {
        const char digits[] = {hex[2 * i], hex[2 * i + 1], 0};
        to[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return (int)(length / 2);
}

static uint8_t *guarded(size_t size) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), whole = (size + page - 1) / page * page;
    uint8_t *memory = mmap(NULL, whole + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || mprotect(memory + whole, page, PROT_NONE) != 0) {
        fail(1, "no guarded memory");
    }
    return memory + whole - size;
}

/* Seals header and payload into to; the length of the result, or −1 when an argument does not fit the profile. */
static int protect(const struct answer *a, uint8_t *to) {
    uint8_t cipher[32], authentication[20], salt[14], packet[MOST_BYTES], index[8];
    const int length = parse(a->packet, packet, MOST_BYTES - 64), index_length = parse(a->index, index, 8);
    const int is_cm = a->profile == CM_SHA1_80;
    if (parse(a->cipher, cipher, 32) != (a->profile == GCM_256 ? 32 : 16) || length <= HEADER || index_length < 1 ||
        parse(a->authentication, authentication, 20) != (is_cm ? 20 : 0) ||
        parse(a->salt, salt, 14) != (is_cm ? 14 : 12)) {
        return -1;
    }
    struct sealer *sealer = sealer_new(a->profile);
    struct seal_key *key = sealer_keys(sealer, 1);
    sealer_set_key(sealer, key, cipher, authentication, salt);
    struct seal_job job = {.payload = packet + HEADER,
                           .packet = to,
                           .key = key,
                           .payload_length = (uint32_t)(length - HEADER),
                           .ssrc = (uint32_t)packet[8] << 24 | (uint32_t)packet[9] << 16 | (uint32_t)packet[10] << 8 |
                                   packet[11]};
    for (int i = 0; i < index_length; i++) {
        job.index = job.index << 8 | index[i];
    }
    memcpy(to, packet, HEADER);
    if (seal(sealer, &job, 1) != 0) {
        fail(1, "%s refuses a packet", profile_name(a->profile));
    }
    sealer_free(sealer);
    free(key);
    return length + (int)profile_tag(a->profile);
}

/* A full group of each length agrees with the same packets one by one; source and packet both end at a guard. */
static void check_lengths(enum profile profile) {
    struct sealer *sealer = sealer_new(profile);
    struct seal_key *keys = sealer_keys(sealer, GROUP);
    for (uint32_t length = 1; length <= 1472; length += length < 100 ? 1 : 61) {
        const size_t size = HEADER + length + profile_tag(profile);
        struct seal_job jobs[GROUP];
        uint8_t *sources[GROUP], *packets[GROUP];
        for (int i = 0; i < GROUP; i++) {
            sources[i] = guarded(length);
            packets[i] = guarded(size);
            memset(sources[i], i, length);
            jobs[i] = (struct seal_job){.payload = sources[i],
                                        .packet = packets[i],
                                        .key = sealer_key(keys, i),
                                        .index = (uint64_t)i << 16 | length,
                                        .payload_length = length,
                                        .ssrc = (uint32_t)i};
        }
        int refused = seal(sealer, jobs, GROUP);
        for (int i = 0; i < GROUP; i++) {
            uint8_t alone[MOST_BYTES] = {0};
            struct seal_job again = jobs[i];
            again.packet = alone;
            refused += seal(sealer, &again, 1);
            if (refused != 0 || memcmp(alone, packets[i], size) != 0) {
                fail(1, "%s: %u bytes, packet %d differs", profile_name(profile), length, i);
            }
            const size_t page = (size_t)sysconf(_SC_PAGESIZE);
            munmap((void *)((uintptr_t)sources[i] / page * page), (length + page - 1) / page * page + page);
            munmap((void *)((uintptr_t)packets[i] / page * page), (size + page - 1) / page * page + page);
        }
    }
    sealer_free(sealer);
    free(keys);
}

static void check_histogram(void) {
    struct histogram *histogram = new_memory(sizeof(*histogram));
    for (int64_t value = 1; value <= 100000; value++) {
        histogram_add(histogram, value, 3);
    }
    histogram_add(histogram, -1, 1);
    const int64_t median = histogram_percentile(histogram, 50), most = histogram_percentile(histogram, 100);
    const int counts = histogram->total == 300000 && histogram->impossible == 1;
    if (!counts || most != 100000 || median < 50000 || median > 50800) {
        fail(1, "the histogram counts wrongly: median %lld, most %lld", (long long)median, (long long)most);
    }
    free(histogram);
}

int run_self_test(void) {
    check_histogram();
    for (int i = 0; i < ANSWER_COUNT; i++) {
        if (!profile_is_built(ANSWERS[i].profile)) {
            fprintf(stderr, "lianmai-reference: %s is not tested: built without ipsec-mb\n",
                    profile_name(ANSWERS[i].profile));
            continue;
        }
        uint8_t got[MOST_BYTES], expected[MOST_BYTES];
        const int length = protect(&ANSWERS[i], got);
        if (length != parse(ANSWERS[i].expected, expected, MOST_BYTES) || memcmp(got, expected, (size_t)length) != 0) {
            fail(1, "%s: the known answer is another", profile_name(ANSWERS[i].profile));
        }
        check_lengths(ANSWERS[i].profile);
    }
    return 0;
}

int run_protect(int count, char **words) {
    struct answer given = {.profile = PROFILES};
    for (enum profile profile = GCM_128; count > 0 && profile < PROFILES; profile++) {
        if (strcmp(words[0], profile_name(profile)) == 0) {
            given.profile = profile;
        }
    }
    const int is_cm = given.profile == CM_SHA1_80;
    if (given.profile == PROFILES || count != (is_cm ? 6 : 5)) {
        fail(2, "protect takes gcm-128, gcm-256 or cm-sha1-80, then in hexadecimal session key, session salt, packet "
                "and index, for cm-sha1-80 the authentication key as well");
    }
    given.cipher = words[1];
    given.salt = words[2];
    given.packet = words[3];
    given.index = words[4];
    given.authentication = is_cm ? words[5] : "";
    uint8_t packet[MOST_BYTES];
    const int length = protect(&given, packet);
    if (length < 0) {
        fail(2, "these are not the keys, salt, packet and index of a %s packet", profile_name(given.profile));
    }
    for (int i = 0; i < length; i++) {
        printf("%02x", packet[i]);
    }
    putchar('\n');
    return 0;
}
