/* SPDX-License-Identifier: MIT */
/* Findings: told apart, kept, printed, counted. */
#include "finding.h"

#include "check.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *check, *word, *advice;
    unsigned bit;
} rows[VGPU_FINDING_COUNT] = {
#define FINDING(name, check, word, advice) {#check, word, advice, VGPU_CHECK_##check},
#include "finding.def"
#undef FINDING
};

struct kept {
    struct vgpu_finding_key key;
    struct vgpu_finding finding;
    bool is_whole; /* added, too */
};

/* An open hash table, which is never more than half full, of numbers of findings + 1. */
#define SLOTS (4u * 1024u)

/* How many kernels without checks are told of by their names. */
#define UNSEEN 16u

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards what follows */
static struct kept kept[VGPU_FINDING_LIMIT];
static uint32_t num_kept;
static uint64_t beyond_limit;
static uint16_t slots[SLOTS];
static char *unseen[UNSEEN]; /* names of kernels */
static uint32_t num_unseen;

static void (*print_to)(const char *text);

const char *vgpu_finding_word(enum vgpu_finding_kind kind)
{
    return rows[kind].word;
}

const char *vgpu_finding_check(enum vgpu_finding_kind kind)
{
    return rows[kind].check;
}

const char *vgpu_finding_advice(enum vgpu_finding_kind kind)
{
    return rows[kind].advice;
}

bool vgpu_finding_is_wanted(enum vgpu_finding_kind kind)
{
    return vgpu_check_is_on(rows[kind].bit);
}

static uint32_t slot_of(const struct vgpu_finding_key *key)
{
    uint64_t mixed = key->places[0] * 0x9e3779b97f4a7c15u + (uint64_t)key->kind;

    mixed = (mixed ^ mixed >> 29 ^ key->places[1]) * 0xbf58476d1ce4e5b9u;
    return (uint32_t)(mixed >> 40) % SLOTS;
}

static bool is_same(const struct vgpu_finding_key *a, const struct vgpu_finding_key *b)
{
    return a->kind == b->kind && a->places[0] == b->places[0] &&
           a->places[1] == b->places[1];
}

/* The finding with that key; else NULL, and where it would be entered. Locked. */
static struct kept *find(const struct vgpu_finding_key *key, uint16_t **slot_out)
{
    uint32_t at = slot_of(key);

    for (; slots[at] != 0; at = (at + 1) % SLOTS)
        if (is_same(&kept[slots[at] - 1].key, key))
            return &kept[slots[at] - 1];
    *slot_out = &slots[at];
    return NULL;
}

bool vgpu_finding_is_new(const struct vgpu_finding_key *key)
{
    struct kept *known;
    uint16_t *slot;
    bool is_new = false;

    pthread_mutex_lock(&lock);
    known = find(key, &slot);
    if (known) {
        known->finding.count++;
    } else if (num_kept < VGPU_FINDING_LIMIT) {
        kept[num_kept].key = *key;
        kept[num_kept].finding.count = 1;
        *slot = (uint16_t)++num_kept;
        is_new = true;
    } else {
        beyond_limit++;
    }
    pthread_mutex_unlock(&lock);
    return is_new;
}

/* Unless NO_COLOR wants none. */
static bool has_colour(void)
{
    const char *no_color = getenv("NO_COLOR");

    return !print_to && isatty(STDERR_FILENO) && !(no_color && no_color[0]);
}

static void print(const char *text)
{
    if (print_to)
        print_to(text);
    else
        fprintf(stderr, "vgpu: %s\n", text);
}

static void tell(const struct vgpu_check_listener *listener,
                 const struct vgpu_finding *finding)
{
    char *const text = vgpu_finding_in_words(finding, false);

    if (text)
        listener->found(listener->data, text);
    free(text);
}

void vgpu_finding_add(const struct vgpu_finding_key *key,
                      const struct vgpu_finding *finding,
                      const struct vgpu_check_listener *listener)
{
    char *const text = vgpu_finding_in_words(finding, has_colour());
    struct kept *place;
    uint16_t *slot;

    if (listener && listener->found) /* before others may take the finding over */
        tell(listener, finding);
    pthread_mutex_lock(&lock);
    place = find(key, &slot);
    if (place) {
        const uint64_t count = place->finding.count;
        place->finding = *finding;
        place->finding.count = count;
        place->is_whole = true;
    }
    if (text)
        print(text);
    pthread_mutex_unlock(&lock);
    free(text);
}

void vgpu_findings_visit(void (*visit)(const struct vgpu_finding *finding, void *data),
                         void *data)
{
    pthread_mutex_lock(&lock);
    for (uint32_t i = 0; i < num_kept; i++)
        if (kept[i].is_whole)
            visit(&kept[i].finding, data);
    pthread_mutex_unlock(&lock);
}

uint64_t vgpu_findings_count(void)
{
    uint64_t count;

    pthread_mutex_lock(&lock);
    count = num_kept + beyond_limit;
    pthread_mutex_unlock(&lock);
    return count;
}

void vgpu_findings_forget(void)
{
    pthread_mutex_lock(&lock);
    for (uint32_t i = 0; i < num_kept; i++) {
        free(kept[i].finding.text);
        free(kept[i].finding.memory);
    }
    memset(kept, 0, sizeof kept);
    memset(slots, 0, sizeof slots);
    num_kept = 0;
    beyond_limit = 0;
    pthread_mutex_unlock(&lock);
}

void vgpu_findings_unseen(const char *kernel)
{
    bool is_known = false;

    pthread_mutex_lock(&lock);
    for (uint32_t i = 0; i < num_unseen; i++)
        is_known = is_known || strcmp(unseen[i], kernel) == 0;
    if (!is_known && num_unseen < UNSEEN && (unseen[num_unseen] = strdup(kernel)) != NULL)
        num_unseen++;
    pthread_mutex_unlock(&lock);
}

/* Locked. */
static void print_unseen(void)
{
    char text[768];
    uint32_t i = 0;
    int n = snprintf(text, sizeof text, "not checked:");

    if (num_unseen == 0)
        return;
    for (; i < num_unseen && n < 300; i++)
        n += snprintf(text + n, sizeof text - (size_t)n, "%s %.60s", i ? "," : "",
                      unseen[i]);
    snprintf(
        text + n, sizeof text - (size_t)n,
        "%s: no code of these tells what it does; kernels in C are seen where vgpu-cc "
        "compiles them (vgpu_add_kernels) or their OpenCL C (VGPU_COMPILER=opencl-c), "
        "unless VGPU_BREAK stops in them or VGPU_KERNEL_MODE is set",
        i < num_unseen ? " and others" : "");
    print(text);
}

/* How many findings belong to a check. Locked. */
static uint32_t count_of(const char *check)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < num_kept; i++)
        count += strcmp(rows[kept[i].key.kind].check, check) == 0;
    return count;
}

void vgpu_findings_summary(void)
{
    static const char *const names[VGPU_CHECK_COUNT] = {
#define CHECK(name, help) #name,
#include "check.def"
#undef CHECK
    };
    char text[512];
    int n;

    if (vgpu_checks == 0)
        return;
    pthread_mutex_lock(&lock);
    n = snprintf(text, sizeof text, "checks found ");
    if (num_kept == 0)
        n += snprintf(text + n, sizeof text - (size_t)n, "nothing wrong (");
    else
        n += snprintf(text + n, sizeof text - (size_t)n, "%u mistake%s (", num_kept,
                      num_kept == 1 ? "" : "s");
    for (unsigned i = 0, first = 1; i < VGPU_CHECK_COUNT; i++) {
        if (!(vgpu_checks >> i & 1))
            continue;
        n += snprintf(text + n, sizeof text - (size_t)n, "%s%s %u", first ? "" : ", ",
                      names[i], count_of(names[i]));
        first = 0;
    }
    n += snprintf(text + n, sizeof text - (size_t)n, ")");
    if (beyond_limit)
        snprintf(text + n, sizeof text - (size_t)n,
                 "; beyond the first %u nothing was kept, which happened %llu times",
                 VGPU_FINDING_LIMIT, (unsigned long long)beyond_limit);
    print(text);
    print_unseen();
    pthread_mutex_unlock(&lock);
}

void vgpu_findings_print_to(void (*function)(const char *text))
{
    print_to = function;
}
