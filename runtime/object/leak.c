/* SPDX-License-Identifier: MIT */
/* Objects that the application has not released: which, how many, how large. */
#include "object/leak.h"

#include "object/handle.h"
#include "object/mem.h"
#include "object/name.h"
#include "observe/check/check.h" /* the room device/ */
#include "observe/check/finding.h"

#include <stdio.h>
#include <string.h>

#define NAMED 6u /* of each kind */

static const struct {
    enum vgpu_kind kind;
    const char *one, *many;
} kinds[] = {
    {VGPU_KIND_mem, "memory object", "memory objects"},
    {VGPU_KIND_kernel, "kernel", "kernels"},
    {VGPU_KIND_program, "program", "programs"},
    {VGPU_KIND_event, "event", "events"},
    {VGPU_KIND_queue, "command queue", "command queues"},
    {VGPU_KIND_context, "context", "contexts"},
};

struct leaks {
    enum vgpu_kind kind;
    unsigned count;
    size_t bytes;
    size_t length;
    char names[NAMED * VGPU_NAME_BYTES];
};

static void add(void *object, void *data)
{
    struct leaks *leaks = data;
    const cl_mem mem = leaks->kind == VGPU_KIND_mem ? object : NULL;

    if (mem && !mem->parent)
        leaks->bytes += mem->size;
    if (leaks->count++ >= NAMED)
        return;
    leaks->length += (size_t)snprintf(
        leaks->names + leaks->length, sizeof leaks->names - leaks->length, "%s%s",
        leaks->length ? ", " : "", vgpu_name_of(object).text);
}

static void report(const struct leaks *leaks, const char *one, const char *many)
{
    char bytes[64] = "", text[512];

    if (leaks->kind == VGPU_KIND_mem)
        snprintf(bytes, sizeof bytes, " of %zu bytes%s", leaks->bytes,
                 leaks->count > 1 ? " together" : "");
    snprintf(text, sizeof text, "%u %s%s %s not released: %.360s%s", leaks->count,
             leaks->count == 1 ? one : many, bytes, leaks->count == 1 ? "was" : "were",
             leaks->names, leaks->count > NAMED ? ", ..." : "");
    vgpu_check_host_mistake(VGPU_FINDING_LEAK, (uint64_t)leaks->kind + 1, text, NULL);
}

void vgpu_leaks_report(void)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct leaks leaks = {.kind = kinds[i].kind};

        vgpu_handle_visit(kinds[i].kind, add, &leaks);
        if (leaks.count > 0)
            report(&leaks, kinds[i].one, kinds[i].many);
    }
}
