/* SPDX-License-Identifier: MIT */
/* Estimates as members of a kernel's object in the profile. */
#include "estimate_json.h"

#include "json_text.h"

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
