/* SPDX-License-Identifier: MIT */
/* Estimates as members of a kernel's object in the profile. */
#include "estimate_json.h"

#include "json_text.h"

#include <math.h>
#include <stdio.h>

void vgpu_instructions_tell(json_t *kernel, const struct vgpu_estimate_work *work)
{
    static const char *const names[VGPU_TRACED_WORKS] = {
#define WORK(id, least, usual, most, what) #id,
#include "traced_work.def"
#undef WORK
    };
    json_t *const instructions = json_object();

    for (unsigned w = 0; w < VGPU_TRACED_WORKS; w++)
        if (work->instructions[w] > 0)
            json_object_set_new(instructions, names[w],
                                json_integer((json_int_t)work->instructions[w]));
    json_object_set_new(kernel, "instructions", instructions);
}

static const char *const terms[VGPU_BOUNDS] = {
#define TERM(id, what) #id,
#include "estimate_term.def"
#undef TERM
};

/* As NAME_ns, NAME_low_ns, NAME_high_ns. */
static void tell_term(json_t *object, const char *name,
                      const struct vgpu_estimate_term *term)
{
    const struct {
        const char *end;
        double ns;
    } members[] = {
        {"ns", term->ns}, {"low_ns", term->low_ns}, {"high_ns", term->high_ns}};
    char key[64];

    for (unsigned i = 0; i < sizeof members / sizeof *members; i++) {
        snprintf(key, sizeof key, "%s%s%s", name, *name ? "_" : "", members[i].end);
        json_object_set_new(object, key, json_real(members[i].ns));
    }
}

void vgpu_estimate_tell(json_t *kernel, const struct vgpu_device_spec *spec,
                        const struct vgpu_estimate_work *work)
{
    struct vgpu_estimate estimate;
    json_t *object;

    if (!vgpu_estimate_applies(spec) || !vgpu_estimate_of(spec, work, &estimate))
        return;
    object = json_pack("{s:o, s:o, s:s}", "profile", vgpu_json_string_of(spec->profile),
                       "device", vgpu_json_string_of(spec->name), "bound",
                       terms[estimate.bound]);
    tell_term(object, "", &estimate.total);
    for (unsigned i = 0; i < VGPU_BOUNDS; i++)
        tell_term(object, terms[i], &estimate.terms[i]);
    json_object_set_new(object, "cached", json_boolean(estimate.is_cached));
    json_object_set_new(object, "sampled", json_boolean(estimate.is_sampled));
    json_object_set_new(kernel, "estimate", object);
}

/* ---- the program */

static double number_at(const json_t *object, const char *name, const char *member)
{
    return json_number_value(json_object_get(json_object_get(object, name), member));
}

/* Transfers of all devices: one after the other, and in both directions at once. */
struct link_times {
    double sum_ns, most_ns;
};

static struct link_times link_times_of(const json_t *devices)
{
    struct link_times times = {0};
    const json_t *device;
    size_t i;

    json_array_foreach (devices, i, device) {
        const json_t *const link = json_object_get(device, "link");
        const double in = number_at(link, "to_device", "estimate_ns");
        const double out = number_at(link, "from_device", "estimate_ns");

        times.sum_ns += in + out;
        times.most_ns = fmax(times.most_ns, fmax(in, out));
    }
    return times;
}

static struct vgpu_estimate_term kernels_of(const json_t *list)
{
    struct vgpu_estimate_term kernels = {0};
    const json_t *kernel;
    size_t i;

    json_array_foreach (list, i, kernel) {
        kernels.ns += number_at(kernel, "estimate", "ns");
        kernels.low_ns += number_at(kernel, "estimate", "low_ns");
        kernels.high_ns += number_at(kernel, "estimate", "high_ns");
    }
    return kernels;
}

void vgpu_estimate_tell_program(json_t *document)
{
    const struct vgpu_estimate_term kernels =
        kernels_of(json_object_get(document, "kernels"));
    const struct link_times link = link_times_of(json_object_get(document, "devices"));
    const struct vgpu_estimate_term total = {.ns = kernels.ns + link.sum_ns,
                                             .low_ns = fmax(kernels.low_ns, link.most_ns),
                                             .high_ns = kernels.high_ns + link.sum_ns};
    json_t *object;

    if (kernels.ns <= 0 || link.sum_ns <= 0)
        return;
    object =
        json_pack("{s:s, s:f}", "bound", link.sum_ns > kernels.ns ? "link" : "kernels",
                  "link_ns", link.sum_ns);
    tell_term(object, "", &total);
    tell_term(object, "kernels", &kernels);
    json_object_set_new(document, "estimate", object);
}
