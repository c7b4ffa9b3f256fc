/* SPDX-License-Identifier: MIT */
/* What a command uses of buffers is brought to where it must be. */
#include "command/uses.h"

#include "clock.h"
#include "command/carry.h"
#include "command/graph.h"
#include "command/rivals.h"
#include "command/share.h"
#include "command/tell.h"
#include "object/context.h"
#include "object/name.h"
#include "object/status.h"
#include "object/storage.h"
#include "observe/check/check.h" /* of the room device/ */
#include "observe/counters.h"
#include "timer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define READS (VGPU_USE_READ | VGPU_USE_READ_ANYWHERE)

struct use {
    cl_mem root;
    size_t begin, end; /* of the root's bytes */
    unsigned kinds;    /* enum vgpu_use_kind */
    unsigned memory;   /* where it must be; where it is, once it was brought there */
};

/* A piece of a buffer on its way from one memory to another. */
struct move {
    struct vgpu_share share;     /* first: its launch is that of the move */
    struct vgpu_watched watched; /* by the observers of its launch */
    struct vgpu_uses *uses;
    struct vgpu_piece piece;
    unsigned from, to;
    char *target;
    const char *source;
};

struct vgpu_uses {
    cl_event command;
    uint32_t count, at; /* at: the first that was not brought yet */
    bool begun;
    bool is_mover;  /* of use number `at`'s buffer */
    size_t brought; /* while it moves: nothing before that byte is stale */
    cl_int status;  /* what the last move ended with */
    struct move move;
    struct vgpu_carry carry; /* of that move, or of the command's own transfer */
    struct vgpu_timer timer;
    struct use use[];
};

cl_int vgpu_uses_create(cl_event command, uint32_t most)
{
    struct vgpu_uses *uses;

    if (command->context->num_memories == 0)
        return CL_SUCCESS;
    uses = calloc(1, sizeof *uses + most * sizeof uses->use[0]);
    if (!uses)
        return CL_OUT_OF_HOST_MEMORY;
    uses->command = command;
    command->uses = uses;
    command->has_uses = true;
    return CL_SUCCESS;
}

void vgpu_uses_destroy(cl_event command)
{
    free(command->uses);
}

static unsigned host_memory(cl_event command)
{
    return command->context->num_memories - 1;
}

cl_int vgpu_uses_add(cl_event command, cl_mem mem, size_t offset, size_t size,
                     unsigned kinds)
{
    struct vgpu_uses *const uses = command->uses;
    struct use *use;

    if (!command->has_uses)
        return CL_SUCCESS;
    use = &uses->use[uses->count++];
    use->root = vgpu_mem_root(mem);
    use->begin = mem->origin + offset;
    use->end = use->begin + size;
    use->kinds = kinds;
    use->memory =
        kinds & VGPU_USE_TO_HOST ? host_memory(command) : command->queue->memory;
    return kinds & VGPU_USE_READ_ANYWHERE ? CL_SUCCESS
                                          : vgpu_storage_reside(use->root, use->memory);
}

char *vgpu_uses_place(cl_event command, uint32_t index)
{
    const struct use *const use = &command->uses->use[index];

    return use->root->storage->at[use->memory] + use->begin;
}

struct vgpu_device *vgpu_uses_device(cl_event command, uint32_t index)
{
    return command->context->memories[command->uses->use[index].memory];
}

/* --- Moving a piece. --- */

static struct vgpu_device *device_of(const struct vgpu_uses *uses, unsigned memory)
{
    return uses->command->context->memories[memory];
}

static void count_move(const struct vgpu_uses *uses, const struct move *move)
{
    struct vgpu_device *const from = device_of(uses, move->from);
    struct vgpu_device *const to = device_of(uses, move->to);
    const struct vgpu_device *const counted = to ? to : from;
    const size_t bytes = move->piece.end - move->piece.begin;

    vgpu_count(counted->counters, VGPU_COUNTER_migrations, 1);
    vgpu_count(counted->counters, VGPU_COUNTER_bytes_migrate, bytes);
    vgpu_count(counted->counters,
               !to     ? VGPU_COUNTER_bytes_device_to_host
               : !from ? VGPU_COUNTER_bytes_host_to_device
                       : VGPU_COUNTER_bytes_device_to_device,
               bytes);
}

/* The last move is over. No lock held. */
static void end_move(struct vgpu_uses *uses)
{
    if (uses->status != CL_SUCCESS)
        return;
    count_move(uses, &uses->move);
    vgpu_carry_end(&uses->carry, VGPU_CARRIED_FOR_MIGRATION, uses->use[uses->at].root,
                   uses->command);
}

static const char *name_of_memory(const struct vgpu_uses *uses, unsigned memory)
{
    const struct vgpu_device *const device = device_of(uses, memory);

    return device ? device->spec.name : "the host";
}

static void log_move(const struct vgpu_uses *uses, const struct move *move)
{
    if (vgpu_logs(VGPU_LOG_debug))
        vgpu_log(VGPU_LOG_debug, "%s: bytes %zu to %zu go from %s to %s, for %s",
                 vgpu_name_of(uses->use[uses->at].root).text, move->piece.begin,
                 move->piece.end - 1, name_of_memory(uses, move->from),
                 name_of_memory(uses, move->to), vgpu_name_of(uses->command).text);
}

static void copy_part(const void *work, size_t first, size_t last)
{
    const struct move *const move = work;

    memcpy(move->target + first, move->source + first, last - first);
}

static struct vgpu_uses *uses_of(struct vgpu_timer *timer)
{
    return (struct vgpu_uses *)(void *)((char *)timer -
                                        offsetof(struct vgpu_uses, timer));
}

/* What ends now may be the last that does, so nobody else would reap it. */
static void go_on(struct vgpu_timer *timer)
{
    vgpu_graph_resume(uses_of(timer)->command);
    vgpu_commands_reap();
}

/* The time that its link takes is not over yet; `run` is called when it is. */
static bool must_wait(struct vgpu_uses *uses, void (*run)(struct vgpu_timer *timer))
{
    if (!uses->carry.carriage.is_paced || vgpu_now_ns() >= uses->carry.carriage.end)
        return false;
    uses->timer.due = uses->carry.carriage.end;
    uses->timer.run = run;
    vgpu_timer_start(&uses->timer);
    return true;
}

static void move_complete(struct vgpu_launch *launch, int status)
{
    struct vgpu_uses *const uses = ((struct move *)(void *)launch)->uses;

    uses->status = status == 0 ? CL_SUCCESS : vgpu_status(status);
    if (!must_wait(uses, go_on))
        vgpu_graph_resume(uses->command);
}

/* Starts to bring the piece. True: it is there already. */
static bool start_move(struct vgpu_uses *uses, const struct vgpu_piece *piece,
                       unsigned from)
{
    const struct use *const use = &uses->use[uses->at];
    struct move *const move = &uses->move;
    const size_t bytes = piece->end - piece->begin;
    struct vgpu_device *const device = uses->command->device;

    move->uses = uses;
    move->piece = *piece;
    move->from = from;
    move->to = use->memory;
    move->target = use->root->storage->at[move->to] + piece->begin;
    move->source = use->root->storage->at[from] + piece->begin;
    log_move(uses, move);
    vgpu_carry_begin(&uses->carry, device_of(uses, from), device_of(uses, move->to),
                     bytes);
    vgpu_check_copied((uintptr_t)move->target, (uintptr_t)move->source, bytes);
    if (!vgpu_share_is_worth_it(bytes)) {
        copy_part(move, 0, bytes);
        return !must_wait(uses, go_on);
    }
    move->watched = (struct vgpu_watched){
        .command = vgpu_trace_is_on() ? vgpu_command_trace_id(uses->command) : 0};
    vgpu_share_prepare(&move->share, device,
                       uses->command->queue->watched ? &move->watched : NULL, copy_part,
                       move, bytes, 1, "a migration");
    move->share.launch.complete = move_complete;
    device->ops->submit(device, &move->share.launch);
    return false;
}

/* --- Bringing a use. --- */

/* Ends the command's turn at the buffer; who waits for one may go on. Storage locked. */
static cl_event end_turn(struct vgpu_uses *uses, struct vgpu_storage *storage)
{
    const cl_event waiting = storage->waiting;

    if (!uses->is_mover)
        return NULL;
    uses->is_mover = storage->is_moving = false;
    storage->waiting = NULL;
    return waiting;
}

static void resume_all(cl_event waiting)
{
    while (waiting) {
        const cl_event next = waiting->next;

        vgpu_graph_resume(waiting);
        waiting = next;
    }
}

/* Puts the command in the list of those that wait for their turn. Storage locked. */
static void wait_for_turn(cl_event command, struct vgpu_storage *storage)
{
    command->next = NULL;
    if (storage->waiting)
        storage->last_waiting->next = command;
    else
        storage->waiting = command;
    storage->last_waiting = command;
}

static unsigned lowest(vgpu_memories memories)
{
    unsigned i = 0;

    while (!(memories & VGPU_MEMORY_BIT(i)))
        i++;
    return i;
}

/* The memory in which the use is to be: that of another device only where it is read from
 * wherever it is, and is there as a whole. Storage locked. */
static unsigned choose_memory(const struct vgpu_uses *uses, const struct use *use)
{
    const vgpu_memories all =
        vgpu_validity_common(&use->root->storage->current, use->begin, use->end);
    const vgpu_memories devices = VGPU_MEMORY_BIT(host_memory(uses->command)) - 1;

    if (!(use->kinds & VGPU_USE_READ_ANYWHERE) || (all & VGPU_MEMORY_BIT(use->memory)) ||
        !(all & devices))
        return use->memory;
    return lowest(all & devices);
}

/* Where a stale piece is taken from: the host, whose own link nobody else needs; else any
 * device. */
static unsigned choose_source(const struct vgpu_uses *uses, vgpu_memories where)
{
    const unsigned host = host_memory(uses->command);

    return where & VGPU_MEMORY_BIT(host) ? host : lowest(where);
}

/* What the last move brought is current there, too. Storage locked. */
static cl_int land(struct vgpu_uses *uses)
{
    const struct move *const move = &uses->move;

    if (uses->status != CL_SUCCESS)
        return uses->status;
    uses->brought = move->piece.end;
    return vgpu_validity_change(&uses->use[uses->at].root->storage->current,
                                move->piece.begin, move->piece.end,
                                VGPU_MEMORY_BIT(move->to), 0) == 0
               ? CL_SUCCESS
               : CL_OUT_OF_HOST_MEMORY;
}

enum progress { DONE, WAITS, FAILED };

/* Brings what is stale, piece by piece; the storage is locked, before and after. */
static enum progress bring_pieces(struct vgpu_uses *uses, struct use *use,
                                  cl_int *status_out)
{
    struct vgpu_storage *const storage = use->root->storage;
    struct vgpu_piece piece;

    while ((use->kinds & READS) &&
           vgpu_validity_next_stale(&storage->current, uses->brought, use->end,
                                    use->memory, &piece)) {
        storage->is_moving = uses->is_mover = true;
        uses->status = CL_SUCCESS;
        pthread_mutex_unlock(&use->root->storage->lock);
        if (!start_move(uses, &piece, choose_source(uses, piece.where)))
            return WAITS; /* another thread may be at it already */
        end_move(uses);
        pthread_mutex_lock(&use->root->storage->lock);
        *status_out = land(uses);
        if (*status_out != CL_SUCCESS)
            return FAILED;
    }
    return DONE;
}

/* Another command that writes it may be found on the way. Storage locked. */
static cl_int note_writes(const struct vgpu_uses *uses, const struct use *use,
                          cl_event *rival_out)
{
    struct vgpu_storage *const storage = use->root->storage;

    if (!(use->kinds & VGPU_USE_WRITE))
        return CL_SUCCESS;
    if (vgpu_logs(VGPU_LOG_warning) && uses->command->context->num_devices > 1)
        *rival_out =
            vgpu_rivals_note(storage, uses->command, use->memory, use->begin, use->end);
    return vgpu_validity_set(&storage->current, use->begin, use->end,
                             VGPU_MEMORY_BIT(use->memory)) == 0
               ? CL_SUCCESS
               : CL_OUT_OF_HOST_MEMORY;
}

/* Locks the buffer for a command that does not move it yet. DONE: it is locked, and has a
 * copy where it must be. */
static enum progress begin_turn(struct vgpu_uses *uses, struct use *use,
                                cl_int *status_out)
{
    struct vgpu_storage *const storage = use->root->storage;

    for (;;) {
        pthread_mutex_lock(&use->root->storage->lock);
        if (storage->is_moving) {
            wait_for_turn(uses->command, storage);
            pthread_mutex_unlock(&use->root->storage->lock);
            return WAITS;
        }
        uses->brought = use->begin;
        use->memory = choose_memory(uses, use);
        if (storage->at[use->memory])
            return DONE;
        pthread_mutex_unlock(&use->root->storage->lock);
        *status_out = vgpu_storage_reside(use->root, use->memory);
        if (*status_out != CL_SUCCESS)
            return FAILED;
    }
}

/* Brings use number `at`, or goes on with that. */
static enum progress bring(struct vgpu_uses *uses, cl_int *status_out)
{
    struct use *const use = &uses->use[uses->at];
    struct vgpu_storage *const storage = use->root->storage;
    enum progress progress = DONE;
    cl_event waiting, rival = NULL;

    *status_out = CL_SUCCESS;
    if (uses->is_mover) {
        end_move(uses);
        pthread_mutex_lock(&use->root->storage->lock);
        *status_out = land(uses);
    } else {
        progress = begin_turn(uses, use, status_out);
        if (progress != DONE)
            return progress;
    }
    if (*status_out == CL_SUCCESS)
        progress = bring_pieces(uses, use, status_out);
    if (progress == WAITS)
        return WAITS;
    if (*status_out == CL_SUCCESS)
        *status_out = note_writes(uses, use, &rival);
    waiting = end_turn(uses, storage);
    pthread_mutex_unlock(&use->root->storage->lock);
    if (rival)
        vgpu_rivals_tell(use->root, uses->command, rival);
    resume_all(waiting);
    return *status_out == CL_SUCCESS ? DONE : FAILED;
}

void vgpu_uses_start(cl_event command)
{
    struct vgpu_uses *const uses = command->uses;
    const bool is_migration = !command->type->start; /* moves are all that it does */
    cl_int status;

    if (!uses->begun) {
        vgpu_event_advance(command, CL_SUBMITTED);
        if (is_migration)
            vgpu_event_advance(command, CL_RUNNING);
    }
    uses->begun = true;
    while (uses->at < uses->count) {
        switch (bring(uses, &status)) {
        case DONE:
            uses->at++;
            break;
        case WAITS:
            return;
        case FAILED:
            vgpu_command_end(command, status);
            return;
        }
    }
    uses->carry.carriage = (struct vgpu_carriage){0};
    if (is_migration)
        vgpu_command_end(command, CL_COMPLETE);
    else
        vgpu_command_run(command);
}

/* --- The command's own transfer. --- */

static void end_command(struct vgpu_uses *uses)
{
    if (uses->carry.carriage.end != 0 && uses->status >= 0)
        vgpu_carry_end(&uses->carry, VGPU_CARRIED_FOR_COMMAND, uses->use[0].root,
                       uses->command);
    vgpu_command_end(uses->command, uses->status);
}

static void end_in_time(struct vgpu_timer *timer)
{
    end_command(uses_of(timer));
    vgpu_commands_reap(); /* as above */
}

void vgpu_uses_carry(cl_event command, struct vgpu_device *from, struct vgpu_device *to,
                     size_t bytes)
{
    vgpu_carry_begin(&command->uses->carry, from, to, bytes);
}

void vgpu_uses_end(cl_event command, cl_int status)
{
    struct vgpu_uses *const uses = command->uses;

    uses->status = status;
    if (status < 0 || !must_wait(uses, end_in_time))
        end_command(uses);
}
