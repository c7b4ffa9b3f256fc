/* SPDX-License-Identifier: MIT */
/* Makes a report's document of what the observers said. */
#include "document.h"

#include "advice.h"
#include "figures.h"
#include "words.h"

#include <string.h>

#define VERSION 1

/* What a profile's members become where they are absent or of another type. */
static void take_list(json_t *document, const json_t *profile, const char *key)
{
    const json_t *value = json_object_get(profile, key);

    json_object_set_new(document, key,
                        json_is_array(value) ? json_deep_copy(value) : json_array());
}

static void take(json_t *document, const json_t *profile, const char *key)
{
    const json_t *value = json_object_get(profile, key);

    if (value)
        json_object_set_new(document, key, json_deep_copy(value));
}

/* Kernels that are no objects could not be told of; they are left out. */
static void keep_objects(json_t *list)
{
    for (size_t i = json_array_size(list); i-- > 0;)
        if (!json_is_object(json_array_get(list, i)))
            json_array_remove(list, i);
}

/* take_transfers - the timeline's, where the profile has none; else the times of those.
 */
static void take_transfers(json_t *document, const json_t *timeline)
{
    const json_t *rows = json_object_get(document, "transfers");
    const json_t *timed = json_object_get(timeline, "transfers");
    size_t i, j;
    json_t *row, *time;

    if (json_array_size(rows) == 0 && timed)
        json_object_set_new(document, "transfers", json_deep_copy(timed));
    json_array_foreach (rows, i, row)
        json_array_foreach (timed, j, time)
            if (strcmp(vgpu_json_text(row, "kind"), vgpu_json_text(time, "kind")) == 0 &&
                !json_object_get(row, "time_us"))
                json_object_set(row, "time_us", json_object_get(time, "time_us"));
}

static json_t *kernel_named(const json_t *kernels, const char *name)
{
    size_t i;
    json_t *kernel;

    json_array_foreach (kernels, i, kernel)
        if (strcmp(vgpu_json_text(kernel, "name"), name) == 0)
            return kernel;
    return NULL;
}

/* is_only - no other kernel has its name: on devices of several kinds there is one for
 * each, and the timeline does not tell them apart. */
static bool is_only(const json_t *kernels, const json_t *kernel)
{
    size_t i, same = 0;
    json_t *each;

    json_array_foreach (kernels, i, each)
        same += strcmp(vgpu_json_text(each, "name"), vgpu_json_text(kernel, "name")) == 0;
    return same == 1;
}

/* take_times - how long each kernel ran, into its object. Kernels that only the timeline
 * has become some, without figures. */
static void take_times(json_t *kernels, const json_t *timeline)
{
    json_t *times = json_object_get(timeline, "kernels"), *row;
    const char *name;

    json_object_foreach (times, name, row) {
        json_t *kernel = kernel_named(kernels, name);

        if (!kernel) {
            kernel = json_pack("{ss sO sb}", "name", name, "launches",
                               json_object_get(row, "launches"), "profiled", 0);
            json_array_append_new(kernels, kernel);
        }
        if (is_only(kernels, kernel))
            json_object_set(kernel, "time_us", json_object_get(row, "time_us"));
        if (vgpu_json_number(kernel, "launches") == 0)
            json_object_set(kernel, "launches", json_object_get(row, "launches"));
    }
}

static void append_strong(json_t *all, const json_t *list, bool strong)
{
    size_t i;
    json_t *advice;

    json_array_foreach (list, i, advice)
        if (json_is_true(json_object_get(advice, "strong")) == strong)
            json_array_append(all, advice);
}

static void say_kernel(const json_t *document, json_t *kernel)
{
    struct vgpu_kernel_figures figures;

    if (vgpu_kernel_figures_init(&figures, document, kernel) != 0)
        return;
    json_object_set_new(kernel, "words", vgpu_words_of(&figures));
    json_object_set_new(kernel, "advice", vgpu_advice_of_kernel(&figures));
    vgpu_kernel_figures_fini(&figures);
}

/* say - puts words and advice in: to each kernel its own, and all of it together, what
 * matters most first. */
static void say(json_t *document)
{
    const struct vgpu_program_figures figures = vgpu_program_figures_of(document);
    const json_t *kernels = json_object_get(document, "kernels");
    json_t *all = json_array(), *program = vgpu_advice_of_program(&figures), *kernel;
    size_t i;

    json_array_foreach (kernels, i, kernel)
        say_kernel(document, kernel);
    for (int strong = 1; strong >= 0; strong--) {
        json_array_foreach (kernels, i, kernel)
            append_strong(all, json_object_get(kernel, "advice"), strong);
        append_strong(all, program, strong);
    }
    json_decref(program);
    json_object_set_new(document, "advice", all);
}

json_t *vgpu_report_document(const json_t *profile, struct vgpu_spans *timeline)
{
    static const char *const lists[] = {"devices",   "kernels",    "sources", "findings",
                                        "transfers", "migrations", "checks"};
    static const char *const values[] = {"program", "pid", "when", "estimate"};
    json_t *document = json_pack("{si ss}", "vgpu_report", VERSION, "vgpu", VGPU_VERSION);
    json_t *told = timeline ? vgpu_spans_json(timeline) : json_object();

    if (!document || !told)
        goto out;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        take_list(document, profile, lists[i]);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        take(document, profile, values[i]);
    for (size_t i = 0; i < sizeof lists / sizeof *lists - 1; i++)
        keep_objects(json_object_get(document, lists[i]));
    take_transfers(document, told);
    take_times(json_object_get(document, "kernels"), told);
    json_object_set(document, "timeline", told);
    say(document);
out:
    json_decref(told);
    return document;
}

bool vgpu_report_is_document(const json_t *object)
{
    return json_integer_value(json_object_get(object, "vgpu_report")) == VERSION;
}
