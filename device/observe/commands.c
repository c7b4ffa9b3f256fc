/* SPDX-License-Identifier: MIT */
/* Commands on their way: what was told of each before it ended. */
#include "observe/commands.h"

#include <stdlib.h>

#define BUCKETS       16384u            /* a power of two */
#define MOST_COMMANDS ((size_t)1 << 18) /* of more than these nothing is kept */

static struct vgpu_told_command *buckets[BUCKETS];
static struct vgpu_told_command *oldest, *newest;
static size_t num_commands;

static struct vgpu_told_command **bucket_of(uint64_t command)
{
    return &buckets[(command ^ command >> 40) % BUCKETS];
}

struct vgpu_told_command *vgpu_commands_find(uint64_t command)
{
    struct vgpu_told_command *told = *bucket_of(command);

    while (told && told->command != command)
        told = told->next;
    return told;
}

static void add(const struct vgpu_record *record)
{
    struct vgpu_told_command **const bucket = bucket_of(record->command);
    struct vgpu_told_command *told;

    if (num_commands == MOST_COMMANDS || vgpu_commands_find(record->command))
        return;
    told = calloc(1, sizeof *told);
    if (!told)
        return;
    told->command = record->command;
    told->queued = record->queued.time;
    told->name = record->name;
    told->device = record->queued.device;
    told->in_order = record->flag;
    told->next = *bucket;
    *bucket = told;
    told->older = newest;
    if (newest)
        newest->newer = told;
    else
        oldest = told;
    newest = told;
    num_commands++;
}

static void note_launch(struct vgpu_told_command *told, const struct vgpu_record *record)
{
    told->work_dim = record->small;
    told->code = (enum vgpu_launch_code)record->flag;
    for (int d = 0; d < 3; d++) {
        told->global[d] = record->launch.global[d];
        told->local[d] = record->launch.local[d];
    }
}

static void note_transfer(struct vgpu_told_command *told,
                          const struct vgpu_record *record)
{
    told->moves = true;
    told->bytes = record->transfer.bytes;
    told->to = (struct vgpu_trace_place){record->transfer.to, record->transfer.to_label};
    told->from =
        (struct vgpu_trace_place){record->transfer.from, record->transfer.from_label};
}

void vgpu_commands_note(const struct vgpu_record *record)
{
    struct vgpu_told_command *told;

    if (record->kind == VGPU_RECORD_QUEUED)
        add(record);
    if (record->kind != VGPU_RECORD_LAUNCH && record->kind != VGPU_RECORD_TRANSFER &&
        record->kind != VGPU_RECORD_DEPENDS)
        return;
    told = vgpu_commands_find(record->command);
    if (!told)
        return;
    if (record->kind == VGPU_RECORD_LAUNCH)
        note_launch(told, record);
    else if (record->kind == VGPU_RECORD_TRANSFER)
        note_transfer(told, record);
    else if (told->num_before < VGPU_TOLD_DEPENDENCIES)
        told->before[told->num_before++] = record->before;
}

void vgpu_commands_forget(struct vgpu_told_command *told)
{
    struct vgpu_told_command **link = bucket_of(told->command);

    while (*link != told)
        link = &(*link)->next;
    *link = told->next;
    if (told->older)
        told->older->newer = told->newer;
    else
        oldest = told->newer;
    if (told->newer)
        told->newer->older = told->older;
    else
        newest = told->older;
    num_commands--;
    free(told);
}

void vgpu_commands_forget_all(void)
{
    while (oldest)
        vgpu_commands_forget(oldest);
}

const struct vgpu_told_command *vgpu_commands_oldest(void)
{
    return oldest;
}
