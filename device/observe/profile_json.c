/* SPDX-License-Identifier: MIT */
/* The profile as a JSON object. */
#include "profile_json.h"

#include "observe/check/check.h"
#include "observe/check/finding_json.h"

#include "estimate_json.h"
#include "figures.h"
#include "json_text.h"
#include "observe/migrations.h"
#include "occupancy.h"
#include "profile.h"
#include "profile_devices_json.h"
#include "profile_state.h"
#include "profile/key.h"
#include "requests.h"
#include "traced_kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char untraced_note[] =
    "runs as it was compiled, so nothing of it could be counted: write it in OpenCL C, "
    "or "
    "compile its C file with vgpu-cc (vgpu_add_kernels in CMake)";

/* A source line, of whichever kernels of a name have code of it. */
struct line {
    const char *file;
    uint32_t line;
    struct vgpu_figures figures;
};

struct lines {
    struct line *lines;
    size_t count, room;
    struct line none; /* what has no line, and what there is no memory for */
};

static json_t *integer(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static const char *file_of(const struct vgpu_traced_kernel *kernel,
                           const struct vgpu_traced_place *place)
{
    return place->file < kernel->table->num_files ? kernel->table->files[place->file]
                                                  : "";
}

static struct line *find_line(struct lines *lines,
                              const struct vgpu_traced_kernel *kernel,
                              const struct vgpu_traced_place *place)
{
    const char *const file = file_of(kernel, place);

    if (place->line == 0)
        return &lines->none;
    for (size_t i = 0; i < lines->count; i++)
        if (lines->lines[i].line == place->line && !strcmp(lines->lines[i].file, file))
            return &lines->lines[i];
    if (lines->count == lines->room) {
        const size_t room = lines->room ? 2 * lines->room : 64;
        struct line *const more = realloc(lines->lines, room * sizeof *more);

        if (!more)
            return &lines->none;
        lines->lines = more;
        lines->room = room;
    }
    lines->lines[lines->count] = (struct line){.file = file, .line = place->line};
    return &lines->lines[lines->count++];
}

static int compare_lines(const void *a, const void *b)
{
    const struct line *const x = a, *const y = b;
    const int files = strcmp(x->file, y->file);

    return files ? files : (x->line > y->line) - (x->line < y->line);
}

/* The counts of all units, as one. NULL: no memory. */
static struct vgpu_traced_counts *sum_units(struct vgpu_traced_kernel *kernel)
{
    const struct vgpu_traced_table *const table = kernel->table;
    struct vgpu_traced_counts *const sum = vgpu_traced_counts_alone(kernel);

    if (!sum)
        return NULL;
    pthread_mutex_lock(&kernel->lock);
    for (struct vgpu_traced_counts *unit = kernel->counts; unit; unit = unit->next) {
        sum->groups += unit->groups;
        sum->cut_short += unit->cut_short;
        for (uint32_t i = 0; i < table->num_blocks; i++) {
            sum->blocks[i].issues += unit->blocks[i].issues;
            sum->blocks[i].items += unit->blocks[i].items;
            sum->divergent[i] += unit->divergent[i];
        }
        for (uint32_t i = 0; i < table->num_sites; i++) {
            const struct vgpu_site_counts site = unit->sites[i];

            vgpu_site_add_shape(&site, &sum->sites[i]);
            vgpu_memory_add(&sum->sites[i].memory, &site.memory);
            vgpu_local_add(&sum->sites[i].local, &site.local);
            vgpu_atomics_add(&sum->sites[i].atomics, &site.atomics);
            sum->sites[i].barriers += site.barriers;
        }
    }
    pthread_mutex_unlock(&kernel->lock);
    return sum;
}

static void add_issues(struct vgpu_figures *figures,
                       const struct vgpu_traced_count *count, uint32_t width)
{
    figures->issues += count->issues;
    figures->items += count->items;
    figures->places += count->issues * width;
}

static uint64_t branches_of(const struct vgpu_traced_kernel *kernel, uint32_t block,
                            const struct vgpu_traced_counts *sum)
{
    return kernel->table->blocks[block].num_successors > 1 ? sum->blocks[block].issues
                                                           : 0;
}

static void add_blocks(struct vgpu_figures *all, struct lines *lines,
                       const struct vgpu_traced_kernel *kernel,
                       const struct vgpu_traced_counts *sum)
{
    for (uint32_t i = 0; i < kernel->table->num_blocks; i++) {
        const struct vgpu_traced_block *const block = &kernel->table->blocks[i];
        const uint64_t branches = branches_of(kernel, i, sum);
        struct line *const branch = find_line(lines, kernel, &block->branch);

        add_issues(all, &sum->blocks[i], kernel->width);
        all->branches += branches;
        all->divergent += sum->divergent[i];
        branch->figures.branches += branches;
        branch->figures.divergent += sum->divergent[i];
        for (uint32_t l = 0; l < block->num_lines; l++)
            add_issues(
                &find_line(lines, kernel, &kernel->table->lines[block->first_line + l])
                     ->figures,
                &sum->blocks[i], kernel->width);
    }
}

static void add_sites(struct vgpu_figures *all, struct lines *lines,
                      const struct vgpu_traced_kernel *kernel,
                      const struct vgpu_traced_counts *sum)
{
    for (uint32_t i = 0; i < kernel->table->num_sites; i++) {
        vgpu_figures_add_site(all, &sum->sites[i]);
        vgpu_figures_add_site(
            &find_line(lines, kernel, &kernel->table->sites[i].place)->figures,
            &sum->sites[i]);
    }
}

static void set_place(json_t *object, const struct vgpu_traced_kernel *kernel,
                      const struct vgpu_traced_place *place)
{
    json_object_set_new(object, "file", vgpu_json_string_of(file_of(kernel, place)));
    json_object_set_new(object, "line", integer(place->line));
}

static const struct vgpu_traced_place *place_of(const struct vgpu_traced_kernel *kernel,
                                                uint32_t block)
{
    const struct vgpu_traced_block *const b = &kernel->table->blocks[block];

    return b->num_lines > 0 ? &kernel->table->lines[b->first_line] : &b->branch;
}

static void tell_blocks(json_t *blocks, const struct vgpu_traced_kernel *kernel,
                        const struct vgpu_traced_counts *sum)
{
    for (uint32_t i = 0; i < kernel->table->num_blocks; i++) {
        const struct vgpu_traced_count *const count = &sum->blocks[i];
        json_t *const block =
            json_pack("{s:o, s:o, s:f, s:o, s:o}", "issues", integer(count->issues),
                      "items", integer(count->items), "simt_efficiency",
                      vgpu_ratio(count->items, count->issues * kernel->width, 1),
                      "branches", integer(branches_of(kernel, i, sum)),
                      "divergent_branches", integer(sum->divergent[i]));

        set_place(block, kernel, place_of(kernel, i));
        json_array_append_new(blocks, block);
    }
}

static void tell_banks(json_t *banks, const struct vgpu_traced_kernel *kernel,
                       const struct vgpu_traced_counts *sum)
{
    for (uint32_t i = 0; i < kernel->table->num_sites; i++) {
        const struct vgpu_local_sums *const local = &sum->sites[i].local;
        const bool stores = sum->sites[i].kind == VGPU_TRACED_STORE;
        json_t *site, *words;

        if (local->requests == 0)
            continue;
        words = json_array();
        for (unsigned b = 0; b < VGPU_LOCAL_BANKS; b++)
            json_array_append_new(words, integer(local->banks[b]));
        site = json_pack("{s:s, s:f, s:o}", "kind", stores ? "local_store" : "local_load",
                         "conflict_degree", vgpu_ratio(local->cycles, local->phases, 1),
                         "banks", words);
        set_place(site, kernel, &kernel->table->sites[i].place);
        json_array_append_new(banks, site);
    }
}

/* Steps: line, items, and how often one after the other. */
static json_t *tell_steps(const struct vgpu_traced_kernel *kernel,
                          const struct vgpu_recorded_row *row)
{
    json_t *const steps = json_array();

    for (uint32_t i = 0, next; i < row->count; i = next) {
        const struct vgpu_recorded_issue *const issue = &row->issues[i];
        char items[16];

        for (next = i + 1; next < row->count; next++)
            if (row->issues[next].block != issue->block ||
                row->issues[next].items != issue->items)
                break;
        snprintf(items, sizeof items, "%08x", issue->items);
        json_array_append_new(
            steps, json_pack("[o, s, o]", integer(place_of(kernel, issue->block)->line),
                             items, integer(next - i)));
    }
    return steps;
}

static void tell_lanes(json_t *lanes, struct vgpu_traced_kernel *kernel)
{
    uint32_t count;

    pthread_mutex_lock(&kernel->lock);
    count = kernel->num_recorded;
    pthread_mutex_unlock(&kernel->lock);
    for (uint32_t i = 0; i < count; i++) {
        const struct vgpu_recorded_row *const row = &kernel->recorded[i];

        json_array_append_new(
            lanes, json_pack("{s:[o, o, o], s:o, s:o, s:o, s:b, s:o}", "group",
                             integer(row->group[0]), integer(row->group[1]),
                             integer(row->group[2]), "sub_group", integer(row->row),
                             "lanes", integer(kernel->width), "file",
                             vgpu_json_string_of(
                                 kernel->table->num_files ? kernel->table->files[0] : ""),
                             "cut", row->is_cut, "steps", tell_steps(kernel, row)));
    }
}

static json_t *tell_lines(struct lines *lines)
{
    json_t *const array = json_array();

    if (lines->count > 0)
        qsort(lines->lines, lines->count, sizeof *lines->lines, compare_lines);
    for (size_t i = 0; i < lines->count; i++) {
        json_t *const line =
            json_pack("{s:o, s:o}", "file", vgpu_json_string_of(lines->lines[i].file),
                      "line", integer(lines->lines[i].line));

        vgpu_figures_tell(&lines->lines[i].figures, line, false);
        json_array_append_new(array, line);
    }
    return array;
}

static void add_sums(struct vgpu_launch_sums *sums, const struct vgpu_launch_sums *more)
{
    if (more->launches == 0)
        return;
    if (sums->launches == 0)
        sums->spec = more->spec;
    sums->buffer_bytes += more->buffer_bytes;
    sums->is_unbuffered |= more->is_unbuffered;
    sums->launches += more->launches;
    sums->groups += more->groups;
    sums->sub_groups += more->sub_groups;
    sums->work_items += more->work_items;
    if (more->most_local_bytes > sums->most_local_bytes)
        sums->most_local_bytes = more->most_local_bytes;
    if (more->largest_group > sums->largest_group)
        sums->largest_group = more->largest_group;
}

static void tell_sums(json_t *object, const struct vgpu_launch_sums *sums)
{
    json_object_set_new(object, "launches", integer(sums->launches));
    json_object_set_new(object, "groups", integer(sums->groups));
    json_object_set_new(object, "sub_groups", integer(sums->sub_groups));
    json_object_set_new(object, "work_items", integer(sums->work_items));
}

static void tell_occupancy(json_t *object, const struct vgpu_launch_sums *sums,
                           uint64_t private_bytes, uint32_t width)
{
    const struct vgpu_occupancy_limits limits = vgpu_occupancy_limits_of(&sums->spec);
    const struct vgpu_occupancy_needs needs = {
        sums->largest_group, sums->most_local_bytes, private_bytes, width};
    const struct vgpu_occupancy occupancy = vgpu_occupancy_of(&limits, &needs);

    json_object_set_new(
        object, "occupancy",
        json_pack("{s:f, s:s, s:o, s:{s:o, s:o, s:o, s:o, s:o}}", "fraction",
                  occupancy.fraction, "limit", occupancy.limit, "sub_groups",
                  integer(occupancy.sub_groups), "limits", "sub_groups",
                  integer(limits.sub_groups), "work_groups", integer(limits.work_groups),
                  "work_items", integer(limits.work_items), "local_bytes",
                  integer(limits.local_bytes), "private_bytes",
                  integer(limits.private_bytes)));
}

/* What is added up over the kernels of a kind. */
struct kernel_sums {
    struct vgpu_launch_sums launches;
    struct vgpu_figures figures;
    struct lines lines;
    struct vgpu_estimate_work work;
    uint64_t counted, cut_short, private_bytes;
    json_t *blocks, *banks, *lanes;
};

static void add_kernel(struct kernel_sums *sums, struct vgpu_traced_kernel *kernel)
{
    struct vgpu_traced_counts *const counts = sum_units(kernel);

    pthread_mutex_lock(&vgpu_profile_state.lock);
    add_sums(&sums->launches, &kernel->sums);
    pthread_mutex_unlock(&vgpu_profile_state.lock);
    if (kernel->private_bytes > sums->private_bytes)
        sums->private_bytes = kernel->private_bytes;
    if (!counts)
        return;
    add_blocks(&sums->figures, &sums->lines, kernel, counts);
    add_sites(&sums->figures, &sums->lines, kernel, counts);
    vgpu_estimate_add(&sums->work, kernel->table, counts);
    sums->counted += counts->groups;
    sums->cut_short += counts->cut_short;
    tell_blocks(sums->blocks, kernel, counts);
    tell_banks(sums->banks, kernel, counts);
    tell_lanes(sums->lanes, kernel);
    vgpu_traced_counts_destroy(counts);
}

static void tell_estimate(json_t *object, struct kernel_sums *sums, uint32_t width)
{
    const struct vgpu_launch_sums *const launches = &sums->launches;
    struct vgpu_estimate_work *const work = &sums->work;

    work->launches = launches->launches;
    work->groups = launches->groups;
    work->sub_groups = launches->sub_groups;
    work->width = width;
    work->group_items = launches->largest_group;
    work->local_bytes = launches->most_local_bytes;
    work->private_bytes = sums->private_bytes;
    work->buffer_bytes = launches->is_unbuffered ? 0 : launches->buffer_bytes;
    vgpu_instructions_tell(object, work);
    vgpu_estimate_tell(object, &launches->spec, work);
}

/* Of one name, in sub-groups of one size, on devices of one kind: they are added up. */
static bool is_same_kind(const struct vgpu_traced_kernel *a,
                         const struct vgpu_traced_kernel *b)
{
    return strcmp(a->name, b->name) == 0 && a->width == b->width &&
           vgpu_spec_is_alike(&a->spec, &b->spec);
}

static json_t *tell_kernel(struct vgpu_traced_kernel *kernel)
{
    struct kernel_sums sums = {
        .blocks = json_array(), .banks = json_array(), .lanes = json_array()};
    json_t *object;

    for (struct vgpu_traced_kernel *each = kernel; each; each = each->next)
        if (is_same_kind(each, kernel))
            add_kernel(&sums, each);
    object =
        json_pack("{s:o, s:b}", "name", vgpu_json_string_of(kernel->name), "traced", 1);
    tell_sums(object, &sums.launches);
    json_object_set_new(object, "profile",
                        vgpu_json_string_of(sums.launches.spec.profile));
    json_object_set_new(object, "sub_group_size", integer(kernel->width));
    if (vgpu_profile_sample() > 1)
        json_object_set_new(object, "sampled",
                            json_pack("{s:o, s:o, s:o}", "groups", integer(sums.counted),
                                      "of", integer(sums.launches.groups), "one_in",
                                      integer(vgpu_profile_sample())));
    if (sums.cut_short > 0)
        json_object_set_new(object, "cut_short", integer(sums.cut_short));
    vgpu_figures_tell(&sums.figures, object, true);
    json_object_set_new(object, "private_bytes", integer(sums.private_bytes));
    json_object_set_new(object, "local_bytes", integer(sums.launches.most_local_bytes));
    tell_occupancy(object, &sums.launches, sums.private_bytes, kernel->width);
    tell_estimate(object, &sums, kernel->width);
    json_object_set_new(object, "lines", tell_lines(&sums.lines));
    json_object_set_new(object, "blocks", sums.blocks);
    json_object_set_new(object, "lanes", sums.lanes);
    json_object_set_new(object, "banks", sums.banks);
    free(sums.lines.lines);
    return object;
}

static bool is_first_of_kind(const struct vgpu_traced_kernel *kernel)
{
    const struct vgpu_traced_kernel *each = vgpu_traced_kernels();

    while (!is_same_kind(each, kernel))
        each = each->next;
    return each == kernel;
}

static void tell_untraced(json_t *kernels)
{
    pthread_mutex_lock(&vgpu_profile_state.lock);
    for (const struct vgpu_untraced_kernel *each = vgpu_profile_state.untraced; each;
         each = each->next) {
        json_t *const object = json_pack(
            "{s:o, s:b, s:o}", "name", vgpu_json_string_of(each->name), "traced", 0,
            "note", vgpu_json_string_of(each->why ? each->why : untraced_note));

        tell_sums(object, &each->sums);
        json_array_append_new(kernels, object);
    }
    pthread_mutex_unlock(&vgpu_profile_state.lock);
}

static bool has_source(const json_t *sources, const json_t *source)
{
    const json_t *each;
    size_t i;

    json_array_foreach (sources, i, each)
        if (json_equal(each, source))
            return true;
    return false;
}

static json_t *tell_sources(void)
{
    json_t *const sources = json_array();

    for (const struct vgpu_traced_kernel *kernel = vgpu_traced_kernels(); kernel;
         kernel = kernel->next)
        for (uint32_t i = 0; i < kernel->num_sources; i++) {
            const struct vgpu_traced_source *const from = &kernel->sources[i];
            json_t *const source =
                json_pack("{s:o, s:o}", "name", vgpu_json_string_of(from->name), "text",
                          vgpu_json_text_of(from->text, from->size));

            if (has_source(sources, source))
                json_decref(source);
            else
                json_array_append_new(sources, source);
        }
    return sources;
}

json_t *vgpu_profile_json(void)
{
    json_t *const kernels = json_array();
    json_t *document, *migrations, *findings;

    for (struct vgpu_traced_kernel *kernel = vgpu_traced_kernels(); kernel;
         kernel = kernel->next)
        if (is_first_of_kind(kernel))
            json_array_append_new(kernels, tell_kernel(kernel));
    tell_untraced(kernels);
    document = json_pack("{s:i, s:o, s:o, s:o}", "version", 1, "devices",
                         vgpu_profile_devices_json(), "kernels", kernels, "sources",
                         tell_sources());
    migrations = vgpu_migrations_json();
    if (document && json_array_size(migrations) > 0)
        json_object_set(document, "migrations", migrations);
    json_decref(migrations);
    if (document)
        vgpu_estimate_tell_program(document);
    if (document && vgpu_checks != 0)
        json_object_set_new(document, "checks", vgpu_checks_json());
    findings = vgpu_findings_json();
    if (document && (vgpu_checks != 0 || json_array_size(findings) > 0))
        json_object_set(document, "findings", findings);
    json_decref(findings);
    return document;
}
