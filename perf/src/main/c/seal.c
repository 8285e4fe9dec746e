#include "seal.h"

#include "measure.h"

#include <stdlib.h>
#include <string.h>

const char *profile_name(enum profile profile) {
    static const char *names[PROFILES] = {"plain", "gcm-128", "gcm-256", "cm-sha1-80"};
    return names[profile];
}

uint32_t profile_tag(enum profile profile) {
    static const uint32_t tags[PROFILES] = {0, 16, 16, 10};
    return tags[profile];
}

#ifdef HAVE_IPSEC_MB

#include <intel-ipsec-mb.h>

enum { GCM_IV = 12, GCM_TAG = 16, CM_IV = 16, CM_TAG = 10, SHA1_DIGEST = 20, SHA1_BLOCK = 64, SALT_MAX = 14 };

struct seal_key {
    union {
        struct gcm_key_data gcm;
        struct {
            DECLARE_ALIGNED(uint32_t rounds[4 * 11], 16);
            DECLARE_ALIGNED(uint8_t inner[SHA1_DIGEST], 16);
            DECLARE_ALIGNED(uint8_t outer[SHA1_DIGEST], 16);
        } cm;
    } u;
    uint8_t salt[SALT_MAX];
};

struct sealer {
    IMB_MGR *manager;
    enum profile profile;
    uint8_t iv[GROUP][CM_IV];
    uint8_t digest[GROUP][SHA1_DIGEST];
};

int profile_is_built(enum profile profile) {
    (void)profile;
    return 1;
}

struct sealer *sealer_new(enum profile profile) {
    if (profile == PLAIN) {
        return NULL;
    }
    struct sealer *sealer = new_memory(sizeof(*sealer));
    sealer->profile = profile;
    sealer->manager = alloc_mb_mgr(0);
    if (sealer->manager == NULL) {
        fail(1, "no memory for ipsec-mb");
    }
    init_mb_mgr_auto(sealer->manager, NULL);
    if ((sealer->manager->features & IMB_FEATURE_AESNI) == 0) {
        fail(2, "the processor has no AES instructions; leave %s out", profile_name(profile));
    }
    return sealer;
}

void sealer_free(struct sealer *sealer) {
    free_mb_mgr(sealer->manager);
    free(sealer);
}

static void hmac_half(IMB_MGR *manager, const uint8_t *authentication, uint8_t pad, uint8_t *state) {
    uint8_t block[SHA1_BLOCK];
    for (int i = 0; i < SHA1_BLOCK; i++) {
        block[i] = (uint8_t)(pad ^ (i < SHA1_DIGEST ? authentication[i] : 0));
    }
    IMB_SHA1_ONE_BLOCK(manager, block, state);
}

void sealer_set_key(struct sealer *sealer, struct seal_key *key, const uint8_t *cipher, const uint8_t *authentication,
                    const uint8_t *salt) {
    IMB_MGR *manager = sealer->manager;
    memset(key, 0, sizeof(*key));
    if (sealer->profile == GCM_128) {
        IMB_AES128_GCM_PRE(manager, cipher, &key->u.gcm);
    } else if (sealer->profile == GCM_256) {
        IMB_AES256_GCM_PRE(manager, cipher, &key->u.gcm);
    } else {
        DECLARE_ALIGNED(uint32_t unused[4 * 11], 16);
        IMB_AES_KEYEXP_128(manager, cipher, key->u.cm.rounds, unused);
        hmac_half(manager, authentication, 0x36, key->u.cm.inner);
        hmac_half(manager, authentication, 0x5c, key->u.cm.outer);
    }
    memcpy(key->salt, salt, sealer->profile == CM_SHA1_80 ? SALT_MAX : GCM_IV);
}

struct seal_key *sealer_key(struct seal_key *keys, int i) { return &keys[i]; }

struct seal_key *sealer_keys(struct sealer *sealer, int n) {
    struct seal_key *keys = new_memory((size_t)n * sizeof(*keys));
    for (int i = 0; i < n; i++) {
        uint8_t cipher[32], authentication[SHA1_DIGEST], salt[SALT_MAX];
        memset(cipher, i, sizeof(cipher));
        memset(authentication, i + 1, sizeof(authentication));
        memset(salt, i + 2, sizeof(salt));
        cipher[0] = (uint8_t)(i >> 8);
        sealer_set_key(sealer, &keys[i], cipher, authentication, salt);
    }
    return keys;
}

/* SSRC and 48-bit index over the salt (RFC 3711 §4.1.1 at byte 4, RFC 7714 §8.1 at byte 2). */
static void make_iv(uint8_t *iv, const struct seal_job *job, int at) {
    const uint32_t ssrc = __builtin_bswap32(job->ssrc);
    const uint64_t index = __builtin_bswap64(job->index << 16);
    uint8_t counter[10];
    memcpy(counter, &ssrc, 4);
    memcpy(counter + 4, &index, 6);
    for (int i = 0; i < 10; i++) {
        iv[at + i] ^= counter[i];
    }
}

static void seal_gcm(const struct sealer *sealer, const struct seal_job *job) {
    struct gcm_context_data context;
    uint8_t iv[GCM_IV];
    memcpy(iv, job->key->salt, GCM_IV);
    make_iv(iv, job, 2);
    const IMB_MGR *manager = sealer->manager;
    const aes_gcm_enc_dec_t run = sealer->profile == GCM_256 ? manager->gcm256_enc : manager->gcm128_enc;
    uint8_t *sealed = job->packet + HEADER;
    run(&job->key->u.gcm, &context, sealed, job->payload, job->payload_length, iv, job->packet, HEADER,
        sealed + job->payload_length, GCM_TAG);
}

static void finish_cm(const IMB_JOB *done, int *refused) {
    if (done == NULL) {
        return;
    }
    if (done->status != IMB_STATUS_COMPLETED) {
        (*refused)++;
        return;
    }
    const struct seal_job *job = done->user_data;
    memcpy(job->packet + HEADER + job->payload_length, done->auth_tag_output, CM_TAG);
}

/* Key stream, then the digest over header, cipher text and roll-over counter, which the tag replaces afterwards. */
static void submit_cm(struct sealer *sealer, struct seal_job *job, int i, int *refused) {
    uint8_t *sealed = job->packet + HEADER;
    const uint32_t roll_over = __builtin_bswap32((uint32_t)(job->index >> 16));
    memcpy(sealed + job->payload_length, &roll_over, sizeof(roll_over));
    memcpy(sealer->iv[i], job->key->salt, SALT_MAX);
    memset(sealer->iv[i] + SALT_MAX, 0, CM_IV - SALT_MAX);
    make_iv(sealer->iv[i], job, 4);

    IMB_JOB *work = IMB_GET_NEXT_JOB(sealer->manager);
    work->cipher_direction = IMB_DIR_ENCRYPT;
    work->chain_order = IMB_ORDER_CIPHER_HASH;
    work->cipher_mode = IMB_CIPHER_CNTR;
    work->enc_keys = work->dec_keys = job->key->u.cm.rounds;
    work->key_len_in_bytes = IMB_KEY_128_BYTES;
    work->iv = sealer->iv[i];
    work->iv_len_in_bytes = CM_IV;
    work->src = job->payload;
    work->dst = sealed;
    work->cipher_start_src_offset_in_bytes = 0;
    work->msg_len_to_cipher_in_bytes = job->payload_length;
    work->hash_alg = IMB_AUTH_HMAC_SHA_1;
    /* Counted from the source, round which it may wrap: what is hashed is the packet. */
    work->hash_start_src_offset_in_bytes = (uint64_t)((uintptr_t)job->packet - (uintptr_t)job->payload);
    work->msg_len_to_hash_in_bytes = HEADER + (uint64_t)job->payload_length + sizeof(roll_over);
    work->auth_tag_output = sealer->digest[i];
    work->auth_tag_output_len_in_bytes = SHA1_DIGEST;
    work->u.HMAC._hashed_auth_key_xor_ipad = job->key->u.cm.inner;
    work->u.HMAC._hashed_auth_key_xor_opad = job->key->u.cm.outer;
    work->user_data = job;
    finish_cm(IMB_SUBMIT_JOB_NOCHECK(sealer->manager), refused);
}

int seal(struct sealer *sealer, struct seal_job *jobs, int n) {
    int refused = 0;
    for (int i = 0; i < n; i++) {
        if (sealer->profile == CM_SHA1_80) {
            submit_cm(sealer, &jobs[i], i, &refused);
        } else {
            seal_gcm(sealer, &jobs[i]);
        }
    }
    if (sealer->profile == CM_SHA1_80) {
        const IMB_JOB *done;
        while ((done = IMB_FLUSH_JOB(sealer->manager)) != NULL) {
            finish_cm(done, &refused);
        }
    }
    return refused;
}

#else

int profile_is_built(enum profile profile) { return profile == PLAIN; }

struct sealer *sealer_new(enum profile profile) {
    if (profile != PLAIN) {
        fail(2, "%s needs ipsec-mb, which this program was built without: install libipsec-mb-dev and build again",
             profile_name(profile));
    }
    return NULL;
}

void sealer_free(struct sealer *sealer) { free(sealer); }

/* Without a sealer nobody asks for keys. */
struct seal_key *sealer_keys(struct sealer *sealer, int n) {
    (void)sealer;
    (void)n;
    return NULL;
}

struct seal_key *sealer_key(struct seal_key *keys, int i) {
    (void)i;
    return keys;
}

void sealer_set_key(struct sealer *sealer, struct seal_key *key, const uint8_t *cipher, const uint8_t *authentication,
                    const uint8_t *salt) {
    (void)sealer;
    (void)key;
    (void)cipher;
    (void)authentication;
    (void)salt;
}

int seal(struct sealer *sealer, struct seal_job *jobs, int n) {
    (void)sealer;
    (void)jobs;
    return n;
}

#endif
