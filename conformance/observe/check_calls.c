/* SPDX-License-Identifier: MIT */
/* Traced kernels written by hand. */
#include "check_calls.h"

#include <stdlib.h>
#include <string.h>

static char file_name[] = "calls.cl", object_name[] = "x";
static char *files[] = {file_name}, *names[] = {object_name};

static struct vgpu_traced_site sites[NUM_SITES] = {
#define SITE(name, kind_, space_, flags_)                                           \
    {.place = {0, CALLS_LINE(SITE_##name), 5},                                      \
     .kind = VGPU_TRACED_##kind_,                                                   \
     .space = VGPU_TRACED_##space_,                                                 \
     .flags = flags_,                                                               \
     .size = SITE_##name == SITE_VECTOR_STORE                                  ? 16 \
             : SITE_##name == SITE_BYTE_STORE || SITE_##name == SITE_BYTE_LOAD ? 1  \
                                                                               : 4, \
     .object = 0},
    CALLS_SITES(SITE)
#undef SITE
};

#define TABLE(sites_)                                                              \
    {                                                                              \
        .num_sites = NUM_SITES, .num_files = 1, .num_names = 1, .sites = (sites_), \
        .files = files, .names = names                                             \
    }

static struct vgpu_traced_site plain_sites[NUM_SITES];
static const struct vgpu_traced_table table = TABLE(sites),
                                      plain_table = TABLE(plain_sites);

static const struct vgpu_traced_table *table_of(const struct calls *calls)
{
    if (!calls->is_plain)
        return &table;
    for (unsigned i = 0; i < NUM_SITES; i++) {
        plain_sites[i] = sites[i];
        if (sites[i].kind == VGPU_TRACED_ATOMIC || sites[i].kind == VGPU_TRACED_FENCE)
            plain_sites[i].kind = VGPU_TRACED_LOAD;
    }
    return &plain_table;
}

static void print_nothing(const char *text)
{
    (void)text;
}

void calls_start(unsigned checks)
{
    vgpu_checks = checks;
    vgpu_findings_forget();
    vgpu_findings_print_to(print_nothing);
}

void calls_stop(void)
{
    vgpu_checks = 0;
    vgpu_findings_print_to(NULL);
}

void calls_buffer(void *memory, size_t size, const char *name, bool is_written)
{
    const struct vgpu_check_memory told = {(uintptr_t)memory, size, name,
                                           "CL_MEM_READ_WRITE", is_written};

    vgpu_check_memory_created(&told);
}

void calls_buffer_gone(void *memory, size_t size)
{
    vgpu_check_memory_released((uintptr_t)memory, size);
}

void calls_launch(struct calls *calls, void *first, size_t first_size, void *second,
                  size_t second_size)
{
    const size_t bytes =
        sizeof(struct vgpu_check_command) + 2 * sizeof(struct vgpu_check_argument);
    struct vgpu_check_command *command = calloc(1, bytes);

    calls->launch = (struct vgpu_launch){.name = "calls",
                                         .work_dim = 1,
                                         .global_size = {64 * 1024, 1, 1},
                                         .local_size = {64, 1, 1},
                                         .local_bytes = sizeof calls->local,
                                         .watched = &calls->watched};
    calls->watched = (struct vgpu_watched){.check = command};
    command->order = &calls->order;
    if (calls->order.serial == 0)
        vgpu_check_order_new(&calls->order, true);
    if (first_size)
        command->arguments[command->num_arguments++] =
            (struct vgpu_check_argument){(uintptr_t)first, first_size, 0, true, true};
    if (second_size)
        command->arguments[command->num_arguments++] =
            (struct vgpu_check_argument){(uintptr_t)second, second_size, 1, true, true};
    calls->command = command;
    calls->checked = vgpu_check_launch_begin(&calls->launch, table_of(calls));
}

void calls_launch_end(struct calls *calls)
{
    vgpu_check_launch_end(calls->checked);
    free(calls->command);
    memset(&calls->order, 0, sizeof calls->order);
}

void calls_group(struct calls *calls, size_t number)
{
    const uint32_t firsts[2] = {0, 32}, counts[2] = {32, 32};
    struct vgpu_group group = {.work_dim = 1,
                               .global_size = {64 * 1024, 1, 1},
                               .local_size = {64, 1, 1},
                               .num_groups = {1024, 1, 1},
                               .group_id = {number, 0, 0},
                               .enqueued_local_size = {64, 1, 1},
                               .first_global_id = {64 * number, 0, 0},
                               .local_memory = calls->local};

    calls->group = vgpu_check_group_begin(calls->checked, &group, sizeof calls->local, 2,
                                          firsts, counts);
    calls->rows[0] = vgpu_check_row(calls->group, 0);
    calls->rows[1] = vgpu_check_row(calls->group, 1);
}

void calls_group_end(struct calls *calls)
{
    vgpu_check_group_end(calls->group);
}

void calls_barrier(struct calls *calls, uint32_t site)
{
    vgpu_check_meet(calls->rows[0], site, ALL);
    vgpu_check_meet(calls->rows[1], site, ALL);
    vgpu_check_barrier_passed(calls->group);
}

struct count {
    enum vgpu_finding_kind kind;
    unsigned count, side;
    uint32_t line;
};

static void count(const struct vgpu_finding *finding, void *data)
{
    struct count *c = data;

    if (finding->kind != c->kind)
        return;
    c->count++;
    c->line = finding->sides[c->side].line;
}

unsigned calls_found(enum vgpu_finding_kind kind)
{
    struct count c = {kind, 0, 0, 0};

    vgpu_findings_visit(count, &c);
    return c.count;
}

uint32_t calls_line(enum vgpu_finding_kind kind, unsigned side)
{
    struct count c = {kind, 0, side, 0};

    vgpu_findings_visit(count, &c);
    return c.line;
}
