/* SPDX-License-Identifier: MIT */
/* A kernel's figures in words: a function for each row of words.def. */
#include "words.h"

#include "sentence.h"

#include <math.h>
#include <string.h>

#define SAY(id) static void say_##id(FILE *out, const struct vgpu_kernel_figures *f)

SAY(size)
{
    if (f->launches <= 0)
        return;
    if (f->work_items <= 0) {
        fprintf(out, "%s|%s", VGPU_COUNT(f->launches),
                f->launches == 1 ? "launch" : "launches");
        return;
    }
    fprintf(out, "%s work-item%s|in %s work-group%s, %s sub-group%s, %s %s",
            VGPU_COUNT(f->work_items), f->work_items == 1 ? "" : "s",
            VGPU_COUNT(f->groups), f->groups == 1 ? "" : "s", VGPU_COUNT(f->sub_groups),
            f->sub_groups == 1 ? "" : "s", VGPU_COUNT(f->launches),
            f->launches == 1 ? "launch" : "launches");
    if (f->sampled)
        fprintf(out, "; figures are of a sample, %s of %s work-groups",
                VGPU_COUNT(f->sampled_groups), VGPU_COUNT(f->sampled_of));
}

SAY(simt_efficiency)
{
    if (f->total.simt_efficiency <= 0)
        return;
    fprintf(out, "%s|of a sub-group's %s lanes %s take part in an average step",
            VGPU_PERCENT(f->total.simt_efficiency), VGPU_NUMBER(f->sub_group_size),
            VGPU_NUMBER(f->total.simt_efficiency * f->sub_group_size));
}

SAY(branches)
{
    if (f->total.branches <= 0)
        return;
    fprintf(out, "%s of %s|", VGPU_COUNT(f->total.divergent_branches),
            VGPU_COUNT(f->total.branches));
    fprintf(out, f->total.divergent_branches > 0
                     ? "times a branch sent work-items of one sub-group both ways"
                     : "each branch sent all work-items of a sub-group the same way");
}

static void say_global(FILE *out, const struct vgpu_access_figures *access)
{
    const double ideal = vgpu_ideal_sectors(access);

    if (access->requests <= 0)
        return;
    fprintf(out, "%s sectors per request|of %d bytes each",
            VGPU_NUMBER(access->sectors_per_request), VGPU_SECTOR_BYTES);
    if (ideal > 0 && access->sectors_per_request > 1.05 * ideal)
        fprintf(out, ", where %s would do", VGPU_NUMBER(ceil(ideal - 1e-6)));
    if (access->useful > 0)
        fprintf(out, "; %s of the bytes moved are used",
                VGPU_PERCENT(fmin(1, access->useful)));
    fprintf(out, "; %s requests", VGPU_COUNT(access->requests));
}

SAY(global_load)
{
    say_global(out, &f->total.access[VGPU_ACCESS_GLOBAL_LOAD]);
}

SAY(global_store)
{
    say_global(out, &f->total.access[VGPU_ACCESS_GLOBAL_STORE]);
}

SAY(constant_load)
{
    const struct vgpu_access_figures *access =
        &f->total.access[VGPU_ACCESS_CONSTANT_LOAD];

    if (access->requests <= 0)
        return;
    fprintf(out, "%s sectors per request|", VGPU_NUMBER(access->sectors_per_request));
    fprintf(out,
            access->sectors_per_request > 1.5
                ? "1 would let a sub-group read it in one go; %s requests"
                : "all work-items of a sub-group read the same place; %s requests",
            VGPU_COUNT(access->requests));
}

static void say_local(FILE *out, const struct vgpu_access_figures *access)
{
    if (access->requests <= 0)
        return;
    fprintf(out, "conflict degree %s|", VGPU_NUMBER(access->conflict));
    if (access->conflict > 1.005)
        fprintf(out, "turns that a request takes (1 is best, at worst %s here)",
                VGPU_NUMBER(fmax(access->max_conflict, access->conflict)));
    else
        fprintf(out, "no bank conflict: a request takes one turn");
    fprintf(out, "; %s requests", VGPU_COUNT(access->requests));
}

SAY(local_load)
{
    say_local(out, &f->total.access[VGPU_ACCESS_LOCAL_LOAD]);
}

SAY(local_store)
{
    say_local(out, &f->total.access[VGPU_ACCESS_LOCAL_STORE]);
}

SAY(atomics)
{
    const struct vgpu_access_figures *access = &f->total.access[VGPU_ACCESS_ATOMICS];

    if (access->requests <= 0)
        return;
    fprintf(out,
            "contention %s|work-items of a sub-group at one address (at most %s); %s "
            "requests",
            VGPU_NUMBER(access->contention),
            VGPU_NUMBER(fmax(access->max_contention, access->contention)),
            VGPU_COUNT(access->requests));
}

SAY(barriers)
{
    if (f->barriers <= 0 || f->groups <= 0)
        return;
    fprintf(out, "%s|by sub-groups; %s for each work-group", VGPU_COUNT(f->barriers),
            VGPU_NUMBER(f->barriers / (f->sampled ? f->sampled_groups : f->groups)));
}

SAY(occupancy)
{
    if (f->occupancy <= 0)
        return;
    fprintf(out, "%s|of the sub-groups that a compute unit could hold",
            VGPU_PERCENT(f->occupancy));
    if (f->occupancy < 1 && f->occupancy_limit)
        fprintf(out, "; limited by %s", f->occupancy_limit);
}

SAY(memory)
{
    if (f->private_bytes <= 0 && f->local_bytes <= 0)
        return;
    fprintf(out,
            "%s|of local memory for each work-group, %s of private memory for each "
            "work-item",
            VGPU_BYTES(f->local_bytes), VGPU_BYTES(f->private_bytes));
}

SAY(time)
{
    if (f->time_us <= 0)
        return;
    fprintf(out, "%s|on this machine, with what was switched on to watch; no GPU's time",
            VGPU_TIME(f->time_us));
    if (f->is_native && f->estimate.us <= 0 && f->total.issues > 0)
        fprintf(out, " (with VGPU_DEVICES=laptop, or another profile, there is an "
                     "estimate of that)");
}

SAY(estimate)
{
    const struct vgpu_estimate_figures *const e = &f->estimate;

    if (e->us <= 0)
        return;
    fprintf(out,
            "%s|an estimate for the profile %s, no measurement: from %s to %s, as caches "
            "and waiting turn out; bound by %s%s",
            VGPU_TIME(e->us), e->profile, VGPU_TIME(e->low_us), VGPU_TIME(e->high_us),
            e->bound, e->is_sampled ? "; scaled up from a sample of work-groups" : "");
}

static const struct row {
    const char *id, *title;
    void (*say)(FILE *, const struct vgpu_kernel_figures *);
} rows[] = {
#define WORDS(id, title) {#id, title, say_##id},
#include "words.def"
#undef WORDS
};

static json_t *words_object(const struct row *row, const char *text)
{
    const char *bar = strchr(text, '|');

    if (!bar)
        return NULL;
    return json_pack("{ss ss ss% ss}", "id", row->id, "title", row->title, "value", text,
                     (size_t)(bar - text), "words", bar + 1);
}

json_t *vgpu_words_of(const struct vgpu_kernel_figures *kernel)
{
    json_t *list = json_array();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vgpu_sentence text;
        json_t *words;

        if (vgpu_sentence_begin(&text) != 0)
            continue;
        rows[i].say(text.out, kernel);
        words = words_object(&rows[i], vgpu_sentence_end(&text));
        if (words)
            json_array_append_new(list, words);
        vgpu_sentence_fini(&text);
    }
    return list;
}
