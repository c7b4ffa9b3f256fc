/* SPDX-License-Identifier: MIT */
/* The process' buffers, as another process is told of them. */
#include "inspect/buffers.h"

#include "command/command.h"
#include "object/context.h"
#include "object/kernel.h"
#include "object/mem.h"
#include "object/name.h"
#include "object/storage.h"
#include "observe/counters.h" /* of the room device/ */

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The object in slot `index`, held; NULL: none is there. *is_end_out: no slots follow. */
static void *hold(enum vgpu_kind kind, uint64_t index, bool *is_end_out)
{
    const struct vgpu_handle_range *range = &vgpu_handle_ranges[kind];
    const size_t used = atomic_load_explicit(&range->used, memory_order_acquire);
    void *object;

    *is_end_out = index >= used / range->slot_size;
    if (*is_end_out)
        return NULL;
    object = (void *)(atomic_load_explicit(&range->base, memory_order_relaxed) +
                      index * range->slot_size);
    return vgpu_try_retain(object) ? object : NULL;
}

cl_mem vgpu_inspect_hold(uint64_t index, bool *is_end_out)
{
    cl_mem mem = hold(VGPU_KIND_mem, index, is_end_out);

    if (mem && !atomic_load_explicit(&mem->is_whole, memory_order_acquire)) {
        vgpu_release(mem);
        mem = NULL;
    }
    return mem;
}

__attribute__((format(printf, 3, 4))) static void append(char *text, size_t size,
                                                         const char *format, ...)
{
    const size_t length = strlen(text);
    va_list values;

    va_start(values, format);
    vsnprintf(text + length, size - length, format, values);
    va_end(values);
}

static void list_devices(cl_context context, struct vgpu_inspect_buffer *row)
{
    for (cl_uint i = 0; i < context->num_devices; i++)
        append(row->devices, sizeof row->devices, "%s%s", i > 0 ? ", " : "",
               vgpu_name_of(context->devices[i]).text);
}

/* "device 0 (current), device 1 (40 % current), the host (stale)" */
static void list_copies(cl_mem mem, struct vgpu_inspect_buffer *row)
{
    const unsigned count = vgpu_mem_root(mem)->storage ? mem->context->num_memories : 0;

    for (unsigned i = 0; i < count; i++) {
        const struct vgpu_device *const device = mem->context->memories[i];
        size_t current, written;

        if (!vgpu_storage_copy(mem, i, &current, &written))
            continue;
        append(row->copies, sizeof row->copies, "%s", *row->copies ? ", " : "");
        if (device)
            append(row->copies, sizeof row->copies, "device %u", device->counters->index);
        else
            append(row->copies, sizeof row->copies, "the host");
        if (written == 0)
            append(row->copies, sizeof row->copies, " (not written yet)");
        else if (current == written || current == 0)
            append(row->copies, sizeof row->copies, " (%s)",
                   current == 0 ? "stale" : "current");
        else
            append(row->copies, sizeof row->copies, " (%.0f %% current)",
                   fmin(99, fmax(1, 100.0 * (double)current / (double)written)));
    }
}

/* The kernel's arguments that are this buffer. Another thread may be setting them: then
 * one or the other answer is as good. */
static void list_arguments(cl_kernel kernel, cl_mem mem, struct vgpu_inspect_buffer *row)
{
    const struct vgpu_declaration *declaration = &kernel->info->declaration;

    for (uint32_t i = 0; i < kernel->num_args; i++) {
        const char *name =
            i < declaration->num_parameters ? declaration->parameters[i].name : NULL;

        if (__atomic_load_n(&kernel->args[i].mem, __ATOMIC_RELAXED) != mem ||
            __atomic_load_n(&kernel->args[i].mem_generation, __ATOMIC_RELAXED) !=
                mem->handle.generation)
            continue;
        append(row->arguments, sizeof row->arguments, "%s%s.%s",
               *row->arguments ? ", " : "", declaration->name, name ? name : "?");
    }
}

static void list_kernels(cl_mem mem, struct vgpu_inspect_buffer *row)
{
    bool is_end = false;

    for (uint64_t i = 0; !is_end; i++) {
        const cl_kernel kernel = hold(VGPU_KIND_kernel, i, &is_end);

        if (!kernel)
            continue;
        if (atomic_load_explicit(&kernel->is_whole, memory_order_acquire) &&
            vgpu_app_refs(kernel) > 0)
            list_arguments(kernel, mem, row);
        vgpu_release(kernel);
    }
}

static uint32_t count_parts(cl_mem mem)
{
    uint32_t count = 0;
    bool is_end = false;

    for (uint64_t i = 0; !is_end; i++) {
        const cl_mem part = vgpu_inspect_hold(i, &is_end);

        if (!part)
            continue;
        count += part->parent == mem;
        vgpu_release(part);
    }
    return count;
}

/* Besides commands, who holds a buffer is the application, its parts, and the caller. */
static uint32_t count_commands(cl_mem mem)
{
    const uint32_t parts = count_parts(mem);
    const uint32_t refs = atomic_load(&mem->handle.refs);
    const uint32_t others = 1 + parts + (vgpu_app_refs(mem) > 0);

    return refs > others ? refs - others : 0;
}

static void describe(cl_mem mem, struct vgpu_inspect_buffer *row)
{
    memset(row, 0, sizeof *row);
    row->number = mem->handle.number;
    row->parent = mem->parent ? mem->parent->handle.number : 0;
    row->size = mem->size;
    row->origin = mem->origin;
    row->flags = mem->flags;
    row->address = (uint64_t)(uintptr_t)vgpu_storage_contents(mem, 0, &(size_t){0});
    row->mappings = vgpu_mem_map_count(mem);
    row->commands = count_commands(mem);
    row->is_released = vgpu_app_refs(mem) == 0;
    row->context = (uint32_t)mem->context->handle.number;
    snprintf(row->name, sizeof row->name, "%s", vgpu_name_of(mem).text);
    list_devices(mem->context, row);
    list_copies(mem, row);
    list_kernels(mem, row);
}

uint32_t vgpu_inspect_list(uint64_t *at, struct vgpu_inspect_buffer *rows, uint32_t most)
{
    uint32_t count = 0;
    bool is_end = false;

    if (*at == 0)
        vgpu_commands_reap(); /* commands that have ended hold nothing that matters */
    while (count < most) {
        const cl_mem mem = vgpu_inspect_hold(*at, &is_end);

        if (is_end)
            break;
        ++*at;
        if (!mem)
            continue;
        describe(mem, &rows[count++]);
        vgpu_release(mem);
    }
    if (is_end)
        *at = 0;
    return count;
}

cl_mem vgpu_inspect_find(uint64_t number)
{
    bool is_end = false;

    for (uint64_t i = 0; !is_end; i++) {
        const cl_mem mem = vgpu_inspect_hold(i, &is_end);

        if (mem && mem->handle.number == number)
            return mem;
        if (mem)
            vgpu_release(mem);
    }
    return NULL;
}
