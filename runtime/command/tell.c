/* SPDX-License-Identifier: MIT */
/* What the trace and the log learn of commands. */
#include "command/tell.h"

#include "clock.h"
#include "command/command.h"
#include "object/device.h"
#include "object/event.h"
#include "object/kernel.h"
#include "object/mem.h"
#include "object/name.h"
#include "object/queue.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define TEXT_BYTES 1024

/* A transfer or a fill, in plain data. */
struct movement {
    uint64_t bytes;
    cl_mem to, from; /* NULL: the host's memory */
    bool is_fill;    /* from a pattern */
};

uint64_t vgpu_command_trace_id(cl_event command)
{
    return vgpu_trace_command(command->queue ? command->queue->handle.number : 0,
                              command->handle.number);
}

/* "read buffer" of READ_BUFFER. */
static void print_type(const struct vgpu_command_type *type, char *text, size_t size)
{
    size_t length = 0;

    for (const char *at = type->name; *at && length + 1 < size; at++)
        text[length++] = *at == '_' ? ' ' : (char)tolower((unsigned char)*at);
    text[length] = '\0';
}

static bool is_launch(cl_event command)
{
    return command->type->start == vgpu_ndrange_start;
}

static uint32_t name_of_type(const struct vgpu_command_type *type)
{
    static atomic_uint names[VGPU_COMMAND_COUNT];
    atomic_uint *const name = &names[type - vgpu_command_types];
    char text[64];

    if (atomic_load(name) == 0) {
        print_type(type, text, sizeof text);
        atomic_store(name, vgpu_trace_name(text));
    }
    return atomic_load(name);
}

static bool find_movement(cl_event command, struct movement *movement_out)
{
    const struct vgpu_transfer *const transfer = &command->payload.transfer;
    const struct vgpu_fill *const fill = &command->payload.fill;

    if (command->type->start == vgpu_fill_start) {
        *movement_out = (struct movement){fill->size, fill->mem, NULL, true};
        return true;
    }
    if (command->type->start != vgpu_transfer_start)
        return false;
    movement_out->bytes = transfer->region[0] * transfer->region[1] * transfer->region[2];
    movement_out->is_fill = false;
    movement_out->from = transfer->from_mem;
    movement_out->to = transfer->to_mem;
    return true;
}

static struct vgpu_trace_place place_of(cl_mem mem)
{
    return mem ? (struct vgpu_trace_place){mem->handle.number,
                                           atomic_load(&mem->trace_label)}
               : (struct vgpu_trace_place){0, 0};
}

static void trace_queued(cl_event command, uint64_t barrier, cl_uint num_events,
                         const cl_event *wait_list)
{
    const uint64_t id = vgpu_command_trace_id(command);
    const struct vgpu_launch *const launch = &command->payload.ndrange.launch;
    struct movement movement;

    command->trace_name = is_launch(command) ? command->payload.ndrange.kernel->trace_name
                                             : name_of_type(command->type);
    vgpu_trace_queued(&(struct vgpu_trace_queued){
        .command = id,
        .time = command->times[VGPU_QUEUED],
        .name = command->trace_name,
        .device = (uint32_t)command->queue->device->handle.number - 1,
        .in_order = vgpu_queue_in_order(command->queue),
    });
    if (is_launch(command)) {
        vgpu_trace_launch(id, launch->work_dim, launch->global_size, launch->local_size,
                          vgpu_ndrange_is_empty(launch) ? VGPU_RUNS_NO_KERNEL
                                                        : launch->code);
    } else if (find_movement(command, &movement)) {
        struct vgpu_trace_place from = place_of(movement.from);

        if (movement.is_fill)
            from.buffer = VGPU_TRACE_PATTERN;
        vgpu_trace_transfer(id, movement.bytes, place_of(movement.to), from);
    }
    if (barrier)
        vgpu_trace_depends(id, barrier);
    for (cl_uint i = 0; i < num_events; i++)
        vgpu_trace_depends(id, vgpu_command_trace_id(wait_list[i]));
}

/* Appends to the text; what does not fit is left out. */
static void append(char text[TEXT_BYTES], const char *piece)
{
    const size_t length = strlen(text);

    snprintf(text + length, TEXT_BYTES - length, "%s", piece);
}

static void append_sizes(char text[TEXT_BYTES], const size_t *sizes, uint32_t count)
{
    char number[32];

    for (uint32_t d = 0; d < count; d++) {
        snprintf(number, sizeof number, d > 0 ? "x%zu" : "%zu", sizes[d]);
        append(text, number);
    }
}

static void describe_launch(cl_event command, char text[TEXT_BYTES])
{
    const struct vgpu_ndrange *const ndrange = &command->payload.ndrange;

    append(text, vgpu_name_of(ndrange->kernel).text);
    append(text, ", ");
    append_sizes(text, ndrange->launch.global_size, ndrange->launch.work_dim);
    append(text, " work-items");
    if (vgpu_ndrange_is_empty(&ndrange->launch))
        return;
    append(text, " in groups of ");
    append_sizes(text, ndrange->launch.local_size, ndrange->launch.work_dim);
    append(text, "; ");
    append(text, vgpu_launch_code_text(ndrange->launch.code));
}

static void describe_movement(const struct movement *movement, char text[TEXT_BYTES])
{
    char bytes[48];

    snprintf(bytes, sizeof bytes, ", %llu bytes from ",
             (unsigned long long)movement->bytes);
    append(text, bytes);
    append(text, movement->is_fill ? "a pattern"
                 : movement->from  ? vgpu_name_of(movement->from).text
                                   : "host memory");
    append(text, " to ");
    append(text, movement->to ? vgpu_name_of(movement->to).text : "host memory");
}

static void describe(cl_event command, char text[TEXT_BYTES])
{
    struct movement movement;
    char type[64];

    text[0] = '\0';
    if (is_launch(command)) {
        describe_launch(command, text);
        return;
    }
    print_type(command->type, type, sizeof type);
    append(text, type);
    if (find_movement(command, &movement))
        describe_movement(&movement, text);
}

static void log_queued(cl_event command, uint64_t barrier, cl_uint num_events,
                       const cl_event *wait_list)
{
    char text[TEXT_BYTES];

    describe(command, text);
    for (cl_uint i = 0; i < num_events; i++) {
        append(text, i == 0 ? "; waits for " : ", ");
        append(text, vgpu_name_of(wait_list[i]).text);
    }
    if (barrier)
        append(text, num_events > 0 ? ", the barrier before"
                                    : "; waits for the barrier "
                                      "before");
    vgpu_log(VGPU_LOG_debug, "%s: %s", vgpu_name_of(command).text, text);
}

void vgpu_command_tell_queued(cl_event command, uint64_t barrier, cl_uint num_events,
                              const cl_event *wait_list)
{
    command->trace_name = 0;
    if (vgpu_trace_is_on())
        trace_queued(command, barrier, num_events, wait_list);
    if (vgpu_logs(VGPU_LOG_debug))
        log_queued(command, barrier, num_events, wait_list);
}

void vgpu_user_event_tell(cl_event event)
{
    event->times[VGPU_QUEUED] = vgpu_now_ns();
    event->times[VGPU_SUBMIT] = event->times[VGPU_START] = event->times[VGPU_QUEUED];
    event->trace_name = vgpu_trace_is_on() ? name_of_type(event->type) : 0;
    vgpu_trace_queued(&(struct vgpu_trace_queued){
        .command = vgpu_command_trace_id(event),
        .time = event->times[VGPU_QUEUED],
        .name = event->trace_name,
    });
    vgpu_log(VGPU_LOG_debug, "%s made", vgpu_name_of(event).text);
}

/* Whether one compute unit had all groups; only the device knows, and only of what ran.
 */
static bool was_alone(cl_event command)
{
    return is_launch(command) && command->times[VGPU_START] != 0 &&
           !vgpu_ndrange_is_empty(&command->payload.ndrange.launch) &&
           command->payload.ndrange.launch.is_alone;
}

static double microseconds(uint64_t from, uint64_t to)
{
    return to > from && from != 0 ? (double)(to - from) / 1000 : 0;
}

static void print_short_name(cl_event command, char *text, size_t size)
{
    if (is_launch(command))
        snprintf(text, size, "%.128s", command->payload.ndrange.launch.name);
    else
        print_type(command->type, text, size);
}

void vgpu_command_tell_failure(cl_event command, cl_int status)
{
    char name[160];

    if (!vgpu_logs(VGPU_LOG_error))
        return;
    print_short_name(command, name, sizeof name);
    vgpu_log(VGPU_LOG_error, "%s (%s) failed with error %d%s", vgpu_name_of(command).text,
             name, status,
             status == CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST
                 ? ": something that it waited for failed"
                 : "");
}

static void log_success(cl_event command)
{
    const uint64_t *const times = command->times;
    char name[160];

    if (!command->queue) {
        vgpu_log(VGPU_LOG_debug, "%s set", vgpu_name_of(command).text);
        return;
    }
    print_short_name(command, name, sizeof name);
    vgpu_log(VGPU_LOG_debug,
             "%s (%s) ended: %.1f us in its queue, %.1f us submitted, ran %.1f us%s",
             vgpu_name_of(command).text, name,
             microseconds(times[VGPU_QUEUED], times[VGPU_SUBMIT]),
             microseconds(times[VGPU_SUBMIT], times[VGPU_START]),
             microseconds(times[VGPU_START], times[VGPU_END]),
             was_alone(command) ? ", on one compute unit alone" : "");
}

void vgpu_command_tell_end(cl_event command, cl_int status)
{
    const uint64_t *const times = command->times;

    if (vgpu_trace_is_on())
        vgpu_trace_ended(&(struct vgpu_trace_ended){
            .command = vgpu_command_trace_id(command),
            .queued = times[VGPU_QUEUED],
            .submitted = times[VGPU_SUBMIT],
            .started = times[VGPU_START],
            .ended = times[VGPU_END],
            .name = command->trace_name,
            .status = status < 0 ? status : 0,
            .alone = was_alone(command),
        });
    if (status < 0)
        vgpu_command_tell_failure(command, status);
    else if (vgpu_logs(VGPU_LOG_debug))
        log_success(command);
}
