/* SPDX-License-Identifier: MIT */
/* Findings as JSON. */
#include "finding_json.h"

#include "check.h"
#include "finding.h"
#include "observe/failures.h"
#include "observe/json_text.h"

#include <stdio.h>

static json_t *triple(const size_t ids[3])
{
    return json_pack("[I, I, I]", (json_int_t)ids[0], (json_int_t)ids[1],
                     (json_int_t)ids[2]);
}

/* Sets what is known of the place. */
static void set_place(json_t *object, const struct vgpu_finding_side *side)
{
    json_object_set_new(object, "kernel", vgpu_json_string_of(side->kernel));
    if (!side->line)
        return;
    if (side->file)
        json_object_set_new(object, "file", vgpu_json_string_of(side->file));
    json_object_set_new(object, "line", json_integer(side->line));
    json_object_set_new(object, "column", json_integer(side->column));
}

static json_t *side_json(const struct vgpu_finding_side *side)
{
    json_t *object = json_pack("{s:s}", "access", side->action);

    set_place(object, side);
    if (side->object)
        json_object_set_new(object, "object", vgpu_json_string_of(side->object));
    if (side->has_item) {
        json_object_set_new(object, "item", triple(side->global_id));
        json_object_set_new(object, "local", triple(side->local_id));
        json_object_set_new(object, "group", triple(side->group_id));
    }
    return object;
}

static void add(const struct vgpu_finding *finding, void *data)
{
    json_t *sides = json_array();
    json_t *object = json_pack(
        "{s:s, s:s, s:o, s:s, s:I}", "check", vgpu_finding_check(finding->kind), "kind",
        vgpu_finding_word(finding->kind), "text", vgpu_json_string_of(finding->text),
        "advice", vgpu_finding_advice(finding->kind), "count",
        (json_int_t)finding->count);
    char address[32];

    if (finding->num_sides > 0)
        set_place(object, &finding->sides[0]);
    if (finding->address) {
        snprintf(address, sizeof address, "0x%llx", (unsigned long long)finding->address);
        json_object_set_new(object, "address", json_string(address));
    }
    if (finding->memory)
        json_object_set_new(object, "buffer", vgpu_json_string_of(finding->memory));
    for (uint32_t i = 0; i < finding->num_sides; i++)
        json_array_append_new(sides, side_json(&finding->sides[i]));
    json_object_set_new(object, "sides", sides);
    json_array_append_new(data, object);
}

json_t *vgpu_findings_json(void)
{
    json_t *findings = json_array();

    if (findings) {
        vgpu_findings_visit(add, findings);
        vgpu_failures_tell(findings);
    }
    return findings;
}

json_t *vgpu_checks_json(void)
{
    static const char *const names[VGPU_CHECK_COUNT] = {
#define CHECK(name, help) #name,
#include "check.def"
#undef CHECK
    };
    json_t *checks = json_array();

    for (unsigned i = 0; checks && i < VGPU_CHECK_COUNT; i++)
        if (vgpu_checks >> i & 1)
            json_array_append_new(checks, json_string(names[i]));
    return checks;
}
