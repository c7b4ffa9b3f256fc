/* SPDX-License-Identifier: MIT */
/* Launches that failed in a kernel. */
#include "observe/failures.h"

#include "observe/json_text.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MOST 100u /* that are told apart */

struct failure {
    char *kernel, *text;
    int status;
    uint64_t count;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards what follows */
static struct failure failures[MOST];
static unsigned num_failures;

/* A text begins with the kernel's name and, where it is known, the line. */
static bool is_at(const struct failure *failure, int status, const char *text)
{
    const size_t length = strcspn(text, ",");

    return failure->status == status && strncmp(failure->text, text, length) == 0 &&
           strcspn(failure->text, ",") == length;
}

/* Locked. NULL: it is new. */
static struct failure *find(int status, const char *text)
{
    for (unsigned i = 0; i < num_failures; i++)
        if (is_at(&failures[i], status, text))
            return &failures[i];
    return NULL;
}

/* Locked. */
static void add(const char *kernel, int status, const char *text)
{
    struct failure failure = {.status = status, .count = 1};

    if (num_failures == MOST)
        return;
    failure.kernel = strdup(kernel ? kernel : "?");
    failure.text = strdup(text);
    if (failure.kernel && failure.text) {
        failures[num_failures++] = failure;
        return;
    }
    free(failure.kernel);
    free(failure.text);
}

void vgpu_failures_note(const char *kernel, int status, const char *text)
{
    struct failure *known;

    pthread_mutex_lock(&lock);
    known = find(status, text);
    if (known)
        known->count++;
    else
        add(kernel, status, text);
    pthread_mutex_unlock(&lock);
}

static const char *kind_of(int status)
{
    switch (status) {
    case -EFAULT:
        return "fault";
    case -ETIMEDOUT:
        return "stopped by the watchdog";
    case -EDEADLK:
        return "barrier divergence";
    default:
        return "no memory to run it";
    }
}

static const char *advice_of(int status)
{
    switch (status) {
    case -EFAULT:
        return "run it with VGPU_CHECK=all, which tells of wrong accesses one by one and "
               "goes on, or stop in the work-item with vgpu break";
    case -ETIMEDOUT:
        return "see with vgpu break why its loop does not end; if it only takes long, "
               "give VGPU_WATCHDOG more seconds";
    case -EDEADLK:
        return "move the barrier out of the branch: all work-items of the group must "
               "come to it, or none";
    default:
        return "use smaller work-groups, or less memory";
    }
}

void vgpu_failures_tell(json_t *findings)
{
    pthread_mutex_lock(&lock);
    for (unsigned i = 0; i < num_failures; i++) {
        const struct failure *const failure = &failures[i];

        json_array_append_new(findings,
                              json_pack("{s:s, s:s, s:o, s:s, s:I, s:o, s:[]}", "check",
                                        "fault", "kind", kind_of(failure->status), "text",
                                        vgpu_json_string_of(failure->text), "advice",
                                        advice_of(failure->status), "count",
                                        (json_int_t)failure->count, "kernel",
                                        vgpu_json_string_of(failure->kernel), "sides"));
    }
    pthread_mutex_unlock(&lock);
}
