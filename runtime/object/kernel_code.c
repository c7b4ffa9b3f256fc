/* SPDX-License-Identifier: MIT */
/* Code of one compiled kernel, found without a lock once it is there. */
#include "object/kernel_code.h"

#include "clock.h"
#include "log.h"
#include "object/watch.h"
#include "observe/check/check.h"
#include "observe/profile.h"
#include "observe/trace.h"
#include "print.h" /* the room compiler-stub/ */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum state { FREE, BUSY, READY };

static const size_t any_local_size[3];

struct vgpu_code_links vgpu_code_links_make(bool is_traced)
{
    return (struct vgpu_code_links){.print = vgpu_print,
                                    .items_run = vgpu_items_run,
                                    .item_barrier = vgpu_item_barrier,
                                    .current_item = vgpu_item_current,
                                    .barrier_missed = vgpu_barrier_missed,
                                    .item_exchange = vgpu_item_exchange,
                                    .traced = is_traced ? vgpu_traced_calls_get() : NULL};
}

static bool is_watched(const struct vgpu_kernel_code *code)
{
    return code->links->traced && code->kernel->traced;
}

/* Where only a sample of groups is watched, the others need not be slow. Without memory
 * they are. */
static void add_unwatched(struct vgpu_kernel_code *code)
{
    if (!is_watched(code) || vgpu_profile_sample() == 1 ||
        vgpu_check_is_on(VGPU_CHECK_OF_KERNELS))
        return;
    code->unwatched_links = *code->links;
    code->unwatched_links.traced = NULL;
    code->unwatched = malloc(sizeof *code->unwatched);
    if (code->unwatched)
        vgpu_kernel_code_init(code->unwatched, code->unit, code->kernel, code->spec,
                              &code->unwatched_links);
}

void vgpu_kernel_code_init(struct vgpu_kernel_code *code, const struct vgpu_unit *unit,
                           const struct vgpu_unit_kernel *kernel,
                           const struct vgpu_device_spec *spec,
                           const struct vgpu_code_links *links)
{
    memset(code, 0, sizeof *code);
    code->unit = unit;
    code->kernel = kernel;
    code->links = links;
    code->spec = spec;
    code->sub_group_size = spec->sub_group_size;
    pthread_mutex_init(&code->lock, NULL);
    pthread_cond_init(&code->changed, NULL);
    add_unwatched(code);
}

void vgpu_kernel_code_fini(struct vgpu_kernel_code *code)
{
    if (atomic_load(&code->any_size.state) == READY)
        vgpu_code_fini(&code->any_size.code);
    for (size_t i = 0; i < VGPU_CODE_SIZES; i++)
        if (atomic_load(&code->sized[i].state) == READY)
            vgpu_code_fini(&code->sized[i].code);
    if (code->unwatched)
        vgpu_kernel_code_fini(code->unwatched);
    free(code->unwatched);
    pthread_cond_destroy(&code->changed);
    pthread_mutex_destroy(&code->lock);
}

static bool is_same_size(const size_t a[3], const size_t b[3])
{
    return a[0] == b[0] && a[1] == b[1] && a[2] == b[2];
}

/* acquire: pairs with the release that followed the rest */
static bool is_ready(const struct vgpu_sized_code *sized)
{
    return atomic_load_explicit(&sized->state, memory_order_acquire) == READY;
}

/* The code for that size, if it is there; where there is no more room, that for any. */
static struct vgpu_sized_code *find_ready(struct vgpu_kernel_code *code,
                                          const size_t local_size[3])
{
    unsigned num_ready = 0;

    for (size_t i = 0; i < VGPU_CODE_SIZES; i++) {
        if (!is_ready(&code->sized[i]))
            continue;
        if (is_same_size(code->sized[i].local_size, local_size))
            return &code->sized[i];
        num_ready++;
    }
    return num_ready == VGPU_CODE_SIZES && is_ready(&code->any_size) ? &code->any_size
                                                                     : NULL;
}

/* Where code for that size is, is being made, or can be put. Lock held. */
static struct vgpu_sized_code *find_place(struct vgpu_kernel_code *code,
                                          const size_t local_size[3])
{
    struct vgpu_sized_code *place = NULL;

    if (is_same_size(local_size, any_local_size))
        return &code->any_size;
    for (size_t i = 0; i < VGPU_CODE_SIZES; i++) {
        struct vgpu_sized_code *const sized = &code->sized[i];
        const bool is_free = atomic_load(&sized->state) == FREE;

        if (!is_free && is_same_size(sized->local_size, local_size))
            return sized;
        if (is_free && !place)
            place = sized;
    }
    return place ? place : &code->any_size;
}

static const char *outcome_of(int err, const struct vgpu_code *code)
{
    return err != 0          ? "failed"
           : code->is_cached ? "from the cache"
                             : "compiled by vgpu-cc";
}

static int ask_compiler(struct vgpu_kernel_code *code, struct vgpu_sized_code *place,
                        char **log_out)
{
    const uint64_t start = vgpu_now_ns();
    const char *const kernel = code->kernel->declaration.name;
    const size_t *const size = place->local_size;
    char work[320];
    int err;

    if (is_same_size(size, any_local_size))
        snprintf(work, sizeof work, "code of %.200s for any local size", kernel);
    else
        snprintf(work, sizeof work, "code of %.200s for groups of %zux%zux%zu", kernel,
                 size[0], size[1], size[2]);
    vgpu_trace_work_begin(vgpu_trace_name(work));
    err = vgpu_compiler_code(code->unit, kernel, size, code->sub_group_size, code->links,
                             &place->code, log_out);
    vgpu_trace_work_end(vgpu_trace_name(outcome_of(err, &place->code)));
    vgpu_log(err == 0 ? VGPU_LOG_info : VGPU_LOG_error, "%s: %s, %.1f ms", work,
             outcome_of(err, &place->code), (double)(vgpu_now_ns() - start) / 1e6);
    return err;
}

/* What observers are told of traced code. Where there is no memory for it, -ENOMEM. */
static int make_known(struct vgpu_kernel_code *code, struct vgpu_sized_code *place)
{
    const struct vgpu_code_table *const table = place->code.table;

    if (!table->traced_row)
        return 0;
    place->traced = (struct vgpu_traced_code){
        .row = table->traced_row,
        .frame_bytes = table->scratch_bytes_per_row,
        .kernel = vgpu_watch_kernel(code->kernel, code->spec, table->width),
        .cut = &code->any_size.traced};
    if (place->traced.kernel)
        return 0;
    vgpu_code_fini(&place->code);
    return -ENOMEM;
}

/* Makes the code at a place that the caller has claimed. */
static int make(struct vgpu_kernel_code *code, struct vgpu_sized_code *place,
                char **log_out)
{
    int err = ask_compiler(code, place, log_out);

    if (err == 0)
        err = make_known(code, place);
    if (err == 0) {
        place->scratch_bytes =
            vgpu_code_scratch_bytes(place->code.table, place->local_size);
        place->pace.groups = place->code.table->groups_alone;
    }
    pthread_mutex_lock(&code->lock);
    atomic_store_explicit(&place->state, err == 0 ? READY : FREE, memory_order_release);
    pthread_cond_broadcast(&code->changed);
    pthread_mutex_unlock(&code->lock);
    return err;
}

/* Code for that size, or where there are too many sizes, for any. One thread makes it,
 * others that want the same wait. */
static int find_or_make(struct vgpu_kernel_code *code, const size_t local_size[3],
                        struct vgpu_sized_code **place_out, char **log_out)
{
    struct vgpu_sized_code *place = NULL;
    unsigned state;

    pthread_mutex_lock(&code->lock);
    for (;;) {
        place = find_place(code, local_size);
        state = atomic_load(&place->state);
        if (state != BUSY)
            break;
        pthread_cond_wait(&code->changed, &code->lock);
    }
    if (state == FREE) {
        memcpy(place->local_size, place == &code->any_size ? any_local_size : local_size,
               sizeof place->local_size);
        atomic_store(&place->state, BUSY);
    }
    pthread_mutex_unlock(&code->lock);
    *place_out = place;
    return state == READY ? 0 : make(code, place, log_out);
}

static int get(struct vgpu_kernel_code *code, const size_t local_size[3],
               struct vgpu_sized_code **sized_out, char **log_out)
{
    *sized_out = find_ready(code, local_size);
    return *sized_out ? 0 : find_or_make(code, local_size, sized_out, log_out);
}

int vgpu_kernel_code_prepare(struct vgpu_kernel_code *code, const size_t local_size[3],
                             char **log_out)
{
    struct vgpu_sized_code *sized;

    return get(code, local_size, &sized, log_out);
}

/* Code for any size is looked for without a lock, too. */
static int get_any_size(struct vgpu_kernel_code *code, struct vgpu_sized_code **sized_out,
                        char **log_out)
{
    *sized_out = &code->any_size;
    return is_ready(*sized_out) ? 0
                                : find_or_make(code, any_local_size, sized_out, log_out);
}

/* Code that is made for one size may take any all the same. */
static bool takes_any_size(const struct vgpu_sized_code *sized)
{
    return sized->code.table->local_size[0] == 0;
}

/* Whether the NDRange has groups that are whole, and some that its edge cuts. */
static void look_at_edges(const struct vgpu_launch *launch, bool *whole_out,
                          bool *cut_out)
{
    *whole_out = true;
    *cut_out = false;
    for (int d = 0; d < 3; d++) {
        const size_t global = launch->global_size[d], local = launch->local_size[d];

        *whole_out = *whole_out && global >= local;
        *cut_out = *cut_out || (global != local && global % local != 0);
    }
}

/* No edge cuts a larger group than a whole one, so none needs more scratch. */
static size_t scratch_of(const struct vgpu_sized_code *sized,
                         const struct vgpu_launch *launch)
{
    return sized->local_size[0] != 0
               ? sized->scratch_bytes
               : vgpu_code_scratch_bytes(sized->code.table, launch->local_size);
}

static enum vgpu_launch_code code_of_mode(uint32_t mode)
{
    return mode == VGPU_CODE_LOCKSTEP ? VGPU_RUNS_LOCKSTEP
           : mode == VGPU_CODE_PLAIN  ? VGPU_RUNS_PLAIN
                                      : VGPU_RUNS_FIBERS;
}

static void use_for_whole(struct vgpu_launch *launch, const struct vgpu_code_table *table,
                          size_t scratch_bytes)
{
    launch->groups = table->groups;
    launch->function = table->group;
    launch->code = code_of_mode(table->mode);
    launch->has_atomics = table->flags & VGPU_CODE_HAS_ATOMICS;
    launch->scratch_bytes = scratch_bytes;
}

static void use_for_cut(struct vgpu_launch *launch, const struct vgpu_code_table *table,
                        size_t scratch_bytes)
{
    if (table->groups)
        launch->edge_groups = table->groups;
    else
        launch->function = table->group;
    if (launch->code == VGPU_RUNS_NO_KERNEL)
        launch->code = code_of_mode(table->mode);
    launch->has_atomics = launch->has_atomics || (table->flags & VGPU_CODE_HAS_ATOMICS);
    if (launch->scratch_bytes < scratch_bytes)
        launch->scratch_bytes = scratch_bytes;
}

static void use_nothing(struct vgpu_launch *launch)
{
    launch->groups = launch->edge_groups = NULL;
    launch->function = NULL;
    launch->pace = NULL;
    launch->code = VGPU_RUNS_NO_KERNEL;
    launch->has_atomics = false;
    launch->scratch_bytes = 0;
}

/* The table for that size, else the one for any. */
static const struct vgpu_code_table *built_table(const struct vgpu_built_code *code,
                                                 const size_t local_size[3])
{
    for (uint32_t i = 1; i < code->num_tables; i++) {
        const uint64_t *const size = code->tables[i]->local_size;

        if (size[0] == local_size[0] && size[1] == local_size[1] &&
            size[2] == local_size[2])
            return code->tables[i];
    }
    return code->tables[0];
}

void vgpu_built_code_bind(const struct vgpu_built_code *code, struct vgpu_launch *launch)
{
    const struct vgpu_code_table *const whole = built_table(code, launch->local_size);
    const struct vgpu_code_table *const any = code->tables[0];
    bool has_whole, has_cut;

    use_nothing(launch);
    look_at_edges(launch, &has_whole, &has_cut);
    if (has_whole)
        use_for_whole(launch, whole, vgpu_code_scratch_bytes(whole, launch->local_size));
    if (has_cut)
        use_for_cut(launch, any, vgpu_code_scratch_bytes(any, launch->local_size));
}

/* Traced code, if it can be had, runs all groups of a launch. */
static int bind_traced(struct vgpu_kernel_code *code, struct vgpu_launch *launch,
                       char **log_out)
{
    struct vgpu_sized_code *whole = NULL, *cut = NULL;
    bool has_whole, has_cut;
    int err = 0;

    look_at_edges(launch, &has_whole, &has_cut);
    if (has_cut)
        err = get_any_size(code, &cut, log_out);
    if (err == 0)
        err = has_whole ? get(code, launch->local_size, &whole, log_out) : 0;
    whole = whole ? whole : cut;
    cut = cut ? cut : whole;
    if (err != 0 || !whole->code.table->traced_row || !cut->code.table->traced_row)
        return err;
    launch->watched->traced = &whole->traced;
    launch->code = VGPU_RUNS_TRACED;
    launch->has_atomics =
        launch->has_atomics || (whole->code.table->flags & VGPU_CODE_HAS_ATOMICS);
    return 0;
}

/* Profiles are written at the end, and say why there are no figures. */
static void tell_untraced(const struct vgpu_kernel_code *code)
{
    const char *const name = code->kernel->declaration.name;

    if (code->links->traced && vgpu_profile_is_on())
        vgpu_profile_untraced(
            name, code->kernel->traced
                      ? vgpu_compiler_why_untraced(name)
                      : "it calls functions that are too large to be inlined");
}

/* What runs the groups that are left out, where some are. */
static int bind_unwatched(struct vgpu_kernel_code *code, struct vgpu_launch *launch,
                          char **log_out)
{
    const int err =
        code->unwatched ? vgpu_kernel_code_bind(code->unwatched, launch, log_out) : 0;

    launch->pace = NULL; /* which knows nothing of watching */
    if (err == 0 && code->unwatched) {
        free(*log_out);
        *log_out = NULL;
    }
    return err;
}

int vgpu_kernel_code_bind_traced(struct vgpu_kernel_code *code,
                                 struct vgpu_launch *launch, char **log_out)
{
    return bind_traced(code, launch, log_out);
}

int vgpu_kernel_code_bind(struct vgpu_kernel_code *code, struct vgpu_launch *launch,
                          char **log_out)
{
    struct vgpu_sized_code *sized = NULL;
    bool has_whole, has_cut;
    int err = 0;

    use_nothing(launch);
    look_at_edges(launch, &has_whole, &has_cut);
    if (is_watched(code)) {
        err = bind_unwatched(code, launch, log_out);
        if (err == 0)
            err = bind_traced(code, launch, log_out);
        if (err != 0 || launch->watched->traced)
            return err;
    }
    tell_untraced(code);
    if (has_whole)
        err = get(code, launch->local_size, &sized, log_out);
    if (err == 0 && has_whole) {
        use_for_whole(launch, sized->code.table, scratch_of(sized, launch));
        if (sized->pace.groups && sized != &code->any_size)
            launch->pace = &sized->pace; /* times of one local size */
    }
    if (err == 0 && has_cut && !(sized && takes_any_size(sized)))
        err = get_any_size(code, &sized, log_out);
    if (err == 0 && has_cut)
        use_for_cut(launch, sized->code.table, scratch_of(sized, launch));
    return err;
}
