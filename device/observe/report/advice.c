/* SPDX-License-Identifier: MIT */
/* Runs the rules of advice.def. */
#include "advice.h"

#include "sentence.h"

#include <math.h>
#include <stdlib.h>

#define NEVER INFINITY

struct rule {
    const char *id, *title;
    double worth, strong;
};

struct kernel_rule {
    struct rule rule;
    double (*measure)(const struct vgpu_kernel_figures *,
                      const struct vgpu_site_figures **);
    void (*say)(FILE *, const struct vgpu_kernel_figures *,
                const struct vgpu_site_figures *);
};

struct program_rule {
    struct rule rule;
    double (*measure)(const struct vgpu_program_figures *);
    void (*say)(FILE *, const struct vgpu_program_figures *);
};

#define ROW(id, worth, strong, title) \
    {{#id, title, worth, strong}, measure_##id, say_##id},
#define SELECT_kernel(id, worth, strong, title)
#define SELECT_program(id, worth, strong, title) ROW(id, worth, strong, title)
#define ADVICE(id, scope, worth, strong, title)  SELECT_##scope(id, worth, strong, title)
static const struct program_rule program_rules[] = {
#include "advice.def"
};
#undef SELECT_kernel
#undef SELECT_program
#define SELECT_kernel(id, worth, strong, title) ROW(id, worth, strong, title)
#define SELECT_program(id, worth, strong, title)
static const struct kernel_rule kernel_rules[] = {
#include "advice.def"
};

static json_t *advice_object(const struct rule *rule, double measure, const char *text)
{
    return json_pack("{ss ss sb ss}", "rule", rule->id, "title", rule->title, "strong",
                     measure > rule->strong, "text", text);
}

static json_t *kernel_advice(const struct kernel_rule *rule,
                             const struct vgpu_kernel_figures *kernel)
{
    const struct vgpu_site_figures *site = NULL;
    const double measure = rule->measure(kernel, &site);
    struct vgpu_sentence text;
    json_t *advice;

    if (!(measure > rule->rule.worth) || vgpu_sentence_begin(&text) != 0)
        return NULL;
    rule->say(text.out, kernel, site ? site : &kernel->total);
    advice = advice_object(&rule->rule, measure, vgpu_sentence_end(&text));
    vgpu_sentence_fini(&text);
    json_object_set_new(advice, "kernel", json_string(kernel->name));
    if (site && site->line > 0) {
        json_object_set_new(advice, "file", json_string(site->file));
        json_object_set_new(advice, "line", json_integer(site->line));
    }
    return advice;
}

static json_t *program_advice(const struct program_rule *rule,
                              const struct vgpu_program_figures *program)
{
    const double measure = rule->measure(program);
    struct vgpu_sentence text;
    json_t *advice;

    if (!(measure > rule->rule.worth) || vgpu_sentence_begin(&text) != 0)
        return NULL;
    rule->say(text.out, program);
    advice = advice_object(&rule->rule, measure, vgpu_sentence_end(&text));
    vgpu_sentence_fini(&text);
    return advice;
}

/* put - strong advice goes before that which is not. Steals `advice`, which may be NULL.
 */
static void put(json_t *list, json_t *advice)
{
    size_t at = json_array_size(list);

    if (json_is_true(json_object_get(advice, "strong")))
        while (at > 0 &&
               !json_is_true(json_object_get(json_array_get(list, at - 1), "strong")))
            at--;
    if (advice)
        json_array_insert_new(list, at, advice);
}

json_t *vgpu_advice_of_kernel(const struct vgpu_kernel_figures *kernel)
{
    json_t *list = json_array();

    for (size_t i = 0; i < sizeof kernel_rules / sizeof *kernel_rules; i++)
        put(list, kernel_advice(&kernel_rules[i], kernel));
    return list;
}

json_t *vgpu_advice_of_program(const struct vgpu_program_figures *program)
{
    json_t *list = json_array();

    for (size_t i = 0; i < sizeof program_rules / sizeof *program_rules; i++)
        put(list, program_advice(&program_rules[i], program));
    return list;
}
