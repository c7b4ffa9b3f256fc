/* SPDX-License-Identifier: MIT */
/* Commands: plain data between the entry point that checked them and the device that runs
 * them. */
#ifndef VGPU_COMMAND_H
#define VGPU_COMMAND_H

#include <device.h> /* the room device/ */
#include "object/handle.h"
#include "observe/segment.h" /* of the same */

struct vgpu_command_type {
    cl_command_type type;
    const char *name;
    /* Starts the command, which no longer waits for anything. It ends with
     * vgpu_command_end, called before start returns or later from a compute unit. */
    void (*start)(cl_event command);
    /* Gives back what the payload holds. Called once, after the end. */
    void (*release)(cl_event command);
    enum vgpu_counter counter; /* of commands of this type */
    /* Counts the bytes that it moved, where it ended well; or NULL. */
    void (*count_bytes)(cl_event command);
};

enum vgpu_command {
#define COMMAND(name, start, release, counter, count_bytes) VGPU_COMMAND_##name,
#include "command/command.def"
#undef COMMAND
    VGPU_COMMAND_COUNT
};

extern const struct vgpu_command_type vgpu_command_types[VGPU_COMMAND_COUNT];

/* Arguments up to this size travel inside the command. */
#define VGPU_OWN_ARGS        7
#define VGPU_OWN_VALUE_BYTES 128

/* clEnqueueNDRangeKernel: a snapshot of the kernel's arguments. */
struct vgpu_ndrange {
    struct vgpu_launch launch;
    cl_kernel kernel; /* retained */
    uint32_t num_mems;
    cl_mem *mems; /* retained each */
    void *block;  /* holds the arrays where they do not fit here, or NULL */
    void *own_args[VGPU_OWN_ARGS]; /* here, in what the values' alignment leaves free */
    _Alignas(VGPU_BASE_ALIGN) char own_values[VGPU_OWN_VALUE_BYTES];
    cl_mem own_mems[8];
    struct vgpu_local_arg own_locals[4];
};

/* Work on memory that may be shared among the units; see command/share.h. */
struct vgpu_share {
    struct vgpu_launch launch;
    void (*part)(const void *work, size_t first, size_t last);
    const void *work;
    size_t count, chunk; /* units of work; how many a work-group does */
    void *arg;           /* the launch's one argument: this struct */
};

/* Every copy between two places: `region` in bytes, rows, slices; pitches in bytes. */
struct vgpu_transfer {
    struct vgpu_share share;
    char *to; /* where the memories are not the devices' own, else known when it runs */
    const char *from;
    size_t region[3];
    size_t to_row, to_slice, from_row, from_slice;
    cl_mem to_mem, from_mem; /* retained; NULL: memory of the host */
};

struct vgpu_fill {
    struct vgpu_share share;
    char *to;
    size_t size; /* bytes, a multiple of pattern_size */
    size_t pattern_size;
    char pattern[128];
    cl_mem mem; /* retained */
};

struct vgpu_native {
    struct vgpu_launch launch;
    void *arg; /* the launch's one argument: this struct */
    void(CL_CALLBACK *function)(void *args);
    void *args; /* our copy, with the buffers' addresses filled in */
    cl_uint num_mems;
    cl_mem *mems;   /* retained each */
    size_t *places; /* of their addresses in `args` */
};

/* Memory objects that a command without further data keeps alive. */
struct vgpu_held {
    struct vgpu_share share; /* of what is copied, where devices have their own memory */
    cl_uint num_mems;
    cl_mem *mems; /* retained each: own_mem, or allocated */
    cl_mem own_mem;
    size_t bytes; /* that a device with a memory of its own would move */
    bool to_host; /* of a migration */
    void *mapped; /* of mapping and unmapping: where */
    size_t mapped_offset, mapped_size; /* of the memory object's bytes */
    bool is_written;                   /* the host may write what is mapped */
    char *on_device; /* the same bytes, where devices have their own memory */
};

union vgpu_payload {
    struct vgpu_ndrange ndrange;
    struct vgpu_transfer transfer;
    struct vgpu_fill fill;
    struct vgpu_native native;
    struct vgpu_held held;
};

/* vgpu_command_create - checks the wait list and makes a command for the queue, to be
 * filled in and then enqueued or discarded. CL_INVALID_EVENT_WAIT_LIST,
 * CL_INVALID_CONTEXT, CL_OUT_OF_HOST_MEMORY. */
cl_int vgpu_command_create(cl_command_queue queue, enum vgpu_command type,
                           cl_uint num_events, const cl_event *wait_list,
                           cl_event *command_out);

/* vgpu_command_discard - undoes create for a command that was never enqueued; releases no
 * payload. */
void vgpu_command_discard(cl_event command);

/* vgpu_command_enqueue - gives the command its place in the queue and starts it when it
 * waits for nothing. Hands out the event where event_out is not NULL. blocking: returns
 * when the command has ended, with CL_SUCCESS, with
 * CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, or with what the command failed with. */
cl_int vgpu_command_enqueue(cl_event command, cl_uint num_events,
                            const cl_event *wait_list, bool blocking,
                            cl_event *event_out);

/* vgpu_command_enqueue_marker - enqueue for a marker or barrier: with an empty wait list
 * it waits for every command before it. blocks_later: later commands of the queue wait
 * for it. */
cl_int vgpu_command_enqueue_marker(cl_event command, cl_uint num_events,
                                   const cl_event *wait_list, bool blocks_later,
                                   bool blocking, cl_event *event_out);

/* vgpu_command_end - the command ended with CL_COMPLETE or an error: starts what waited
 * for it. Called once per command, by any thread, with no lock held; the command must not
 * be touched after. */
void vgpu_command_end(cl_event command, cl_int status);

/* vgpu_command_end_counted - the same for launches of kernels that ended well, which the
 * device has counted. */
void vgpu_command_end_counted(cl_event command, cl_int status);

/* vgpu_command_moved - vgpu_command_end of a command that moves bytes; the end may come
 * later, when its link's time is over. */
void vgpu_command_moved(cl_event command, cl_int status);

/* vgpu_command_run - starts it: what it uses is where it must be. */
void vgpu_command_run(cl_event command);

/* vgpu_commands_reap - gives back what ended commands held. Any thread, no lock held;
 * cheap when there is none. */
void vgpu_commands_reap(void);

/* vgpu_commands_are_reaped_here - the calling thread is in vgpu_commands_reap or _settle.
 */
bool vgpu_commands_are_reaped_here(void);

/* vgpu_commands_settle - what commands held is given back that ended before, also where
 * other threads are at it, or are only just behind the end that was told, and where
 * buffers wait for their destructor callbacks. For calls that would fail otherwise. The
 * same. */
void vgpu_commands_settle(void);

/* vgpu_launch_watch - what the command's launch has as `watched`, zeroed; NULL: nobody
 * watches. */
struct vgpu_watched *vgpu_launch_watch(cl_event command);

/* Prepares `launch` to run `function` over `groups` work-groups of one item. `watched`:
 * see struct vgpu_launch. */
void vgpu_launch_prepare(struct vgpu_watched *watched, struct vgpu_launch *launch,
                         vgpu_group_fn *function, void **arg, size_t groups,
                         const char *name);
void vgpu_launch_submit(cl_event command, struct vgpu_launch *launch);

/* vgpu_ndrange_is_empty - there is no work-item. [5.10: such a command succeeds] */
bool vgpu_ndrange_is_empty(const struct vgpu_launch *launch);

/* vgpu_ndrange_buffer_bytes - of the buffers that it has as arguments, each once; 0 where
 * it has other memory, too: pointers of shared virtual memory. */
uint64_t vgpu_ndrange_buffer_bytes(const struct vgpu_ndrange *ndrange);

void vgpu_ndrange_start(cl_event command);
void vgpu_ndrange_release(cl_event command);
void vgpu_native_start(cl_event command);
void vgpu_native_release(cl_event command);
void vgpu_transfer_start(cl_event command);
void vgpu_transfer_release(cl_event command);
void vgpu_fill_start(cl_event command);
void vgpu_fill_release(cl_event command);
void vgpu_map_start(cl_event command);
void vgpu_unmap_start(cl_event command);
void vgpu_held_release(cl_event command);

void vgpu_count_read(cl_event command);
void vgpu_count_write(cl_event command);
void vgpu_count_copy(cl_event command);
void vgpu_count_fill(cl_event command);
void vgpu_count_map(cl_event command);
void vgpu_count_unmap(cl_event command);
void vgpu_count_migrate(cl_event command);

#endif
