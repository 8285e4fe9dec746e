/*
 * The physical limit of what Lianmai does, as small loops in C, one pinned thread each: what every benchmark prints
 * beside its own figures. One JSON object a line on standard output; one line on standard error and exit code 2 for
 * what the user can mend.
 */
#include "measure.h"
#include "options.h"

#include <fnmatch.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static const char USAGE[] =
    "usage: lianmai-reference send|fanout|echo|spin|receive|cores [options]\n"
    "       lianmai-reference forward|sink|bursts [options]   (one half of a measurement; see partner.c, forward.c)\n"
    "       lianmai-reference --self-test\n"
    "       lianmai-reference protect PROFILE KEY SALT PACKET INDEX [AUTHENTICATION-KEY]   (hexadecimal)\n"
    "\n"
    "  --core N            core of the measured thread (the first that this process may use)\n"
    "  --other-core N      core of its partner (the next one)\n"
    "  --seconds S         length of a round (1)\n"
    "  --rounds N          rounds of each row, in turns with the others (5)\n"
    "  --only PATTERNS     rows by name, comma-separated, * for anything: --only 'send/gso-*'\n"
    "  --destinations N    addresses to send to (200)\n"
    "  --size BYTES        RTP packet before protection (1200)\n"
    "  --drain HOW         send's receiver: poll, spin, block or none (poll)\n"
    "  --to-port N         send's receiver is another process at this port\n"
    "  --gro               receivers with UDP_GRO\n"
    "  --profile P         fanout's protection: plain, gcm-128, gcm-256, cm-sha1-80 (gcm-128, plain without ipsec-mb)\n"
    "  --flat-out          of fanout's rows, only those as fast as it goes\n"
    "  --bitrate BPS, --fps N   fanout's video (2500000, 30)\n"
    "  --streams N         fanout's audio streams (10)\n"
    "  --gather-us US      how long fanout/video/gather waits for the rest of a burst (30)\n"
    "  --rate N            echo's requests a second (2000)\n";

enum {
    CORE = 1, OTHER_CORE, SECONDS, ROUNDS, ONLY, DESTINATIONS, SIZE, DRAIN, TO_PORT, GRO, PROFILE, FLAT_OUT, BITRATE, FRAMES,
    STREAMS, GATHER, RATE, SELF_TEST, HELP
};

static const struct option OPTIONS[] = {
    {"core", required_argument, NULL, CORE},
    {"other-core", required_argument, NULL, OTHER_CORE},
    {"seconds", required_argument, NULL, SECONDS},
    {"rounds", required_argument, NULL, ROUNDS},
    {"only", required_argument, NULL, ONLY},
    {"destinations", required_argument, NULL, DESTINATIONS},
    {"size", required_argument, NULL, SIZE},
    {"drain", required_argument, NULL, DRAIN},
    {"to-port", required_argument, NULL, TO_PORT},
    {"gro", no_argument, NULL, GRO},
    {"profile", required_argument, NULL, PROFILE},
    {"flat-out", no_argument, NULL, FLAT_OUT},
    {"bitrate", required_argument, NULL, BITRATE},
    {"fps", required_argument, NULL, FRAMES},
    {"streams", required_argument, NULL, STREAMS},
    {"gather-us", required_argument, NULL, GATHER},
    {"rate", required_argument, NULL, RATE},
    {"self-test", no_argument, NULL, SELF_TEST},
    {"help", no_argument, NULL, HELP},
    {NULL, 0, NULL, 0},
};

static double number(const char *name, double least, double most) {
    char *end;
    const double value = strtod(optarg, &end);
    if (end == optarg || *end != 0 || !(value >= least && value <= most)) {
        fail(2, "--%s is from %g to %g, not '%s'", name, least, most, optarg);
    }
    return value;
}

static int whole(const char *name, int least, int most) {
    const double value = number(name, least, most);
    if (value != (int)value) {
        fail(2, "--%s is a whole number, not '%s'", name, optarg);
    }
    return (int)value;
}

/* Which of the words it is. */
static int choice(const char *name, const char *const *words, int count) {
    for (int i = 0; i < count; i++) {
        if (strcmp(optarg, words[i]) == 0) {
            return i;
        }
    }
    fail(2, "--%s cannot be '%s'; see --help", name, optarg);
}

static void set(struct options *options, int option) {
    static const char *const drains[] = {"poll", "spin", "block", "none"};
    static const char *const profiles[PROFILES] = {"plain", "gcm-128", "gcm-256", "cm-sha1-80"};
    switch (option) {
    case CORE: options->core = whole("core", 0, 1023); break;
    case OTHER_CORE: options->other_core = whole("other-core", 0, 1023); break;
    case SECONDS: options->seconds = number("seconds", 0.01, 3600); break;
    case ROUNDS: options->rounds = whole("rounds", 1, MOST_ROUNDS); break;
    case ONLY: options->only = optarg; break;
    case DESTINATIONS: options->destinations = whole("destinations", 1, 60000); break;
    case SIZE: options->size = whole("size", 64, 1456); break;
    case DRAIN: options->drain = (enum drain)choice("drain", drains, 4); break;
    case TO_PORT: options->to_port = whole("to-port", 1, 65535); break;
    case GRO: options->gro = 1; break;
    case PROFILE: options->profile = (enum profile)choice("profile", profiles, PROFILES); break;
    case FLAT_OUT: options->flat_out = 1; break;
    case BITRATE: options->bitrate = number("bitrate", 1e4, 1e9); break;
    case FRAMES: options->frames = whole("fps", 1, 1000); break;
    case STREAMS: options->streams = whole("streams", 1, 64); break;
    case GATHER: options->gather_us = whole("gather-us", 0, 100000); break;
    case RATE: options->rate = number("rate", 1, 1e6); break;
    case SELF_TEST: exit(run_self_test());
    case HELP: fputs(USAGE, stdout); exit(0);
    default: fail(2, "this is no option, or it lacks its value; see --help");
    }
}

int is_wanted(const struct options *options, const char *name) {
    if (options->only == NULL) {
        return 1;
    }
    char patterns[1024], *rest = patterns, *pattern;
    if (strlen(options->only) >= sizeof(patterns)) {
        fail(2, "--only is too long");
    }
    strcpy(patterns, options->only);
    while ((pattern = strsep(&rest, ",")) != NULL) {
        if (fnmatch(pattern, name, 0) == 0) {
            return 1;
        }
    }
    return 0;
}

/* A thousand connected sockets are more than a shell's usual limit. */
static void allow_many_files(void) {
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
}

static int run(const char *loop, const struct options *options) {
    static const struct {
        const char *name;
        int (*run)(const struct options *);
    } loops[] = {
        {"send", run_send}, {"fanout", run_fanout}, {"echo", run_echo}, {"spin", run_spin},
        {"receive", run_receive}, {"cores", run_cores}, {"forward", run_forward}, {"sink", run_sink},
        {"bursts", run_bursts}};
    for (size_t i = 0; i < sizeof(loops) / sizeof(loops[0]); i++) {
        if (strcmp(loop, loops[i].name) == 0) {
            if (loops[i].run(options) == 0) {
                fail(2, "no row of %s is called '%s' (those with encryption need ipsec-mb at build time)", loop,
                     options->only == NULL ? "" : options->only);
            }
            return 0;
        }
    }
    fail(2, "there is no loop called '%s'; see --help", loop);
}

int main(int count, char **words) {
    const int first = allowed_core(0), second = allowed_core(1);
    struct options options = {
        .core = first,
        .other_core = second < 0 ? first : second,
        .seconds = 1,
        .rounds = 5,
        .destinations = 200,
        .size = 1200,
        .profile = profile_is_built(GCM_128) ? GCM_128 : PLAIN,
        .bitrate = 2.5e6,
        .frames = 30,
        .streams = 10,
        .gather_us = 30,
        .rate = 2000,
    };
    if (count > 1 && strcmp(words[1], "protect") == 0) {
        return run_protect(count - 2, words + 2);
    }
    opterr = 0;
    int option;
    while ((option = getopt_long(count, words, "", OPTIONS, NULL)) != -1) {
        set(&options, option);
    }
    if (optind != count - 1) {
        fail(2, "name one loop: send, fanout, echo, spin, receive or cores; see --help");
    }
    one_core = options.core == options.other_core;
    allow_many_files();
    return run(words[optind], &options);
}
