/* SPDX-License-Identifier: MIT */
/* Texts that records speak of by number: few, as kernels and labels are, and kept for
 * good. */
#include "observe/trace_name.h"

#include "plain_text.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define MOST_NAMES 65536u
#define LONGEST    256u  /* bytes of a text that are kept */
#define BUCKETS    4096u /* a power of two */

struct name {
    struct name *next; /* in its bucket; guarded by the lock */
    uint32_t number;
    char text[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards what follows */
static struct name *buckets[BUCKETS];
static uint32_t num_names;

static _Atomic(const struct name *) names[MOST_NAMES]; /* written once each */

static unsigned bucket_of(const char *text)
{
    unsigned hash = 2166136261u; /* FNV-1a */

    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash % BUCKETS;
}

/* Lock held. */
static const struct name *make(unsigned bucket, const char *text)
{
    const size_t size = strlen(text) + 1;
    struct name *name;

    if (num_names + 1 >= MOST_NAMES)
        return NULL;
    name = malloc(sizeof *name + size);
    if (!name)
        return NULL;
    memcpy(name->text, text, size);
    name->number = ++num_names;
    name->next = buckets[bucket];
    buckets[bucket] = name;
    /* release: who learns the number finds the text */
    atomic_store_explicit(&names[name->number], name, memory_order_release);
    return name;
}

uint32_t vgpu_trace_name(const char *text)
{
    char clean[LONGEST];
    const struct name *name;
    unsigned bucket;

    if (!vgpu_trace_is_on() || vgpu_text_clean(clean, sizeof clean, text) == 0)
        return 0;
    bucket = bucket_of(clean);
    pthread_mutex_lock(&lock);
    for (name = buckets[bucket]; name; name = name->next)
        if (strcmp(name->text, clean) == 0)
            break;
    if (!name)
        name = make(bucket, clean);
    pthread_mutex_unlock(&lock);
    return name ? name->number : 0;
}

const char *vgpu_trace_name_text(uint32_t name)
{
    const struct name *const found =
        name < MOST_NAMES ? atomic_load_explicit(&names[name], memory_order_acquire)
                          : NULL;

    return found ? found->text : NULL;
}
