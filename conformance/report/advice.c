/* SPDX-License-Identifier: MIT */
/* Every rule of advice: speaks above its threshold, is silent below. */
#include "example.h"

#include "advice.h"

#include <string.h>

/* What a rule wants to see, as members of a kernel or, of programs, of a profile. */
struct row {
    const char *rule;
    const char *speaks, *silent; /* JSON */
    const char *says;            /* part of the sentence */
};

#define ACCESS(kind, sectors, lines, useful)                               \
    "{\"" kind "\": {\"requests\": 100, \"sectors_per_request\": " sectors \
    ", \"lines\": " lines ", \"useful_bytes_fraction\": " useful "}}"

static const struct row kernel_rows[] = {
    {"scattered_load", ACCESS("global_load", "32", "3200", "0.125"),
     ACCESS("global_load", "4", "100", "1"), "32 sectors per request where 4 would do"},
    {"scattered_load", ACCESS("global_load", "8", "200", "0.5"),
     ACCESS("global_load", "1", "100", "0.125"), "As with stride 2: 8 sectors"},
    {"scattered_load", ACCESS("global_load", "2", "100", "0.5"), /* of eight lanes */
     ACCESS("global_load", "1", "100", "1"), "As with stride 2: 2 sectors"},
    {"scattered_load", ACCESS("global_load", "8", "200", "0.125"), /* the same */
     ACCESS("global_load", "1", "100", "1"), "As with stride 8: 8 sectors"},
    {"scattered_load", ACCESS("global_load", "32", "1600", "0.125"),
     ACCESS("global_load", "4", "100", "1"), "As with stride 16: 32 sectors"},
    {"scattered_store", ACCESS("global_store", "32", "3200", "0.125"),
     ACCESS("global_store", "8", "200", "1"), "let neighbours write neighbours"},
    {"misaligned", ACCESS("global_load", "5", "200", "0.8"),
     ACCESS("global_load", "8", "200", "0.5"), "middle of a sector"},
    {"misaligned", ACCESS("global_load", "5", "200", "0.8"),
     "{\"global_load\": {\"requests\": 100, \"sectors_per_request\": 4, \"lines\": 100, "
     "\"useful_bytes_fraction\": 0.75}, \"simt_efficiency\": 0.75}",
     "begin in the middle"},
    {"constant_scatter",
     "{\"constant_load\": {\"requests\": 9, \"sectors_per_request\": 4}}",
     "{\"constant_load\": {\"requests\": 9, \"sectors_per_request\": 1}}",
     "reaches 4 sectors"},
    {"bank_conflict",
     "{\"local_load\": {\"requests\": 9, \"conflict_degree\": 32, "
     "\"max_conflict_degree\": 32}}",
     "{\"local_load\": {\"requests\": 9, \"conflict_degree\": 1}}", "takes 32 turns"},
    {"bank_conflict", "{\"local_store\": {\"requests\": 9, \"conflict_degree\": 2}}",
     "{\"local_store\": {\"requests\": 9, \"conflict_degree\": 1.2}}", "tile[32][33]"},
    {"divergence",
     "{\"simt_efficiency\": 0.5, \"branches\": 8, \"divergent_branches\": 4}",
     "{\"simt_efficiency\": 0.5, \"branches\": 8, \"divergent_branches\": 0}",
     "only 16 of a sub-group's 32 work-items take part: 4 of 8 branches"},
    {"atomic_contention", "{\"atomics\": {\"requests\": 9, \"contention\": 32}}",
     "{\"atomics\": {\"requests\": 9, \"contention\": 1}}",
     "32 work-items of a sub-group"},
    {"partial_sub_groups", "{\"groups\": 64, \"sub_groups\": 128, \"work_items\": 3072}",
     "{\"groups\": 64, \"sub_groups\": 64, \"work_items\": 2048}",
     "Of a sub-group's 32 lanes 24 are there"},
    {"few_groups", "{\"groups\": 2}", "{\"groups\": 4}",
     "2 work-groups for 4 compute units"},
    {"tiny_launches", "{\"launches\": 100, \"work_items\": 6400}",
     "{\"launches\": 100, \"work_items\": 640000}",
     "100 launches have 64 work-items each"},
    {"low_occupancy",
     "{\"occupancy\": {\"fraction\": 0.25, \"limit\": \"local memory\"}}",
     "{\"occupancy\": {\"fraction\": 0.5}}", "runs out first is local memory"},
    {"private_memory", "{\"private_bytes\": 4096}", "{\"private_bytes\": 256}",
     "has 4 KiB of private memory"},
    {"lone_sub_group", "{\"barriers\": 64, \"groups\": 64}",
     "{\"barriers\": 64, \"groups\": 32}", "single sub-group"},
};

static const struct row program_rows[] = {
    {"bouncing_buffer",
     "{\"migrations\": [{\"buffer\": \"buffer 2\", \"returns\": 1}, {\"buffer\": "
     "\"buffer 3 \\\"ball\\\"\", \"pieces\": 9, \"bytes\": 9216, \"returns\": 8}]}",
     "{\"migrations\": [{\"buffer\": \"buffer 3\", \"returns\": 7}, 4]}",
     "buffer 3 \"ball\" goes to a device, and back to where it came from, 8 times: 9 "
     "KiB"},
    {"link_dominates", "{\"estimate\": {\"link_ns\": 3e6, \"kernels_ns\": 2e6}}",
     "{\"estimate\": {\"link_ns\": 2e6, \"kernels_ns\": 3e6}}",
     "take about 3 ms, kernels 2 ms"},
    {"small_transfers",
     "{\"transfers\": [{\"kind\": \"copy\", \"commands\": 64, \"bytes\": 64000}]}",
     "{\"transfers\": [{\"kind\": \"copy\", \"commands\": 64, \"bytes\": 64000000}]}",
     "64 transfers carry"},
    {"untraced", "{\"kernels\": [{\"name\": \"k\", \"traced\": false}]}",
     "{\"kernels\": [{\"name\": \"k\"}]}", "1 kernel has no traced build"},
};

/* find - the advice of that rule, or NULL. */
static const json_t *find(const json_t *document, const char *rule)
{
    size_t i;
    json_t *advice;

    json_array_foreach (json_object_get(document, "advice"), i, advice)
        if (strcmp(json_string_value(json_object_get(advice, "rule")), rule) == 0)
            return advice;
    return NULL;
}

static void expect_rule(const struct row *row, json_t *speaking, json_t *silent)
{
    const json_t *advice = find(speaking, row->rule);

    if (!advice)
        VGPU_FAIL("%s says nothing of %s", row->rule, row->speaks);
    else
        EXPECT_CONTAINS(json_string_value(json_object_get(advice, "text")), row->says);
    if (find(silent, row->rule))
        VGPU_FAIL("%s is not silent of %s", row->rule, row->silent);
    json_decref(speaking);
    json_decref(silent);
}

VGPU_UNIT_TEST(report_advice, each_rule_of_kernels_speaks_above_its_threshold_only)
{
    for (size_t i = 0; i < sizeof kernel_rows / sizeof *kernel_rows; i++)
        expect_rule(&kernel_rows[i],
                    document_of(profile_of(json_loads(kernel_rows[i].speaks, 0, NULL))),
                    document_of(profile_of(json_loads(kernel_rows[i].silent, 0, NULL))));
}

VGPU_UNIT_TEST(report_advice, each_rule_of_programs_speaks_above_its_threshold_only)
{
    for (size_t i = 0; i < sizeof program_rows / sizeof *program_rows; i++)
        expect_rule(&program_rows[i],
                    document_of(json_loads(program_rows[i].speaks, 0, NULL)),
                    document_of(json_loads(program_rows[i].silent, 0, NULL)));
}

/* rule_of - the one rule that speaks of these figures; "" where none does. */
static const char *rule_of(const struct vgpu_program_figures *figures)
{
    static char rule[64];
    json_t *list = vgpu_advice_of_program(figures);
    const json_t *advice = json_array_get(list, 0);

    snprintf(rule, sizeof rule, "%s", advice ? vgpu_json_text(advice, "rule") : "");
    json_decref(list);
    return rule;
}

VGPU_UNIT_TEST(report_advice, rules_about_time_speak_where_it_is_more_than_noise)
{
    struct vgpu_program_figures figures = {.kernel_us = 2000, .transfer_us = 3000};

    EXPECT_STREQ("transfers_dominate", rule_of(&figures));
    figures.transfer_us = 1900;
    EXPECT_STREQ("", rule_of(&figures));
    figures = (struct vgpu_program_figures){.kernel_us = 20, .transfer_us = 300};
    EXPECT_STREQ("", rule_of(&figures));
    figures =
        (struct vgpu_program_figures){.commands = 2, .busy_us = 1e5, .span_us = 5e5};
    EXPECT_STREQ("idle_device", rule_of(&figures));
    figures.built_us = 4e5; /* which is no waiting */
    EXPECT_STREQ("", rule_of(&figures));
    figures.built_us = 0;
    figures.span_us = 1.9e5;
    EXPECT_STREQ("", rule_of(&figures));
    figures = /* most of so short a program is its beginning and end */
        (struct vgpu_program_figures){.commands = 2, .busy_us = 1000, .span_us = 99e3};
    EXPECT_STREQ("", rule_of(&figures));
    figures.span_us = 101e3;
    EXPECT_STREQ("idle_device", rule_of(&figures));
    figures = (struct vgpu_program_figures){
        .units = 4, .unit_busy_max_us = 4000, .unit_busy_sum_us = 8000};
    EXPECT_STREQ("unbalanced_units", rule_of(&figures));
    figures.unit_busy_sum_us = 14000;
    EXPECT_STREQ("", rule_of(&figures));
}

VGPU_UNIT_TEST(report_advice, the_dearest_line_is_named_not_the_one_with_the_worst_ratio)
{
    json_t *document = document_of(profile_of(json_loads(
        "{\"lines\": ["
        "{\"file\": \"a.cl\", \"line\": 3, \"global_load\": {\"requests\": 1, "
        "\"sectors_per_request\": 32, \"useful_bytes_fraction\": 0.125}},"
        "{\"file\": \"a.cl\", \"line\": 7, \"global_load\": {\"requests\": 1000, "
        "\"sectors_per_request\": 8, \"useful_bytes_fraction\": 0.5}}]}",
        0, NULL)));
    const json_t *advice = find(document, "scattered_load");

    EXPECT_EQ(7, json_integer_value(json_object_get(advice, "line")));
    EXPECT_STREQ("a.cl", json_string_value(json_object_get(advice, "file")));
    json_decref(document);
}

VGPU_UNIT_TEST(report_advice, what_is_important_comes_first)
{
    json_t *document = example_document(), *advice;
    bool strong = true;
    size_t i;

    json_array_foreach (json_object_get(document, "advice"), i, advice) {
        const bool here = json_is_true(json_object_get(advice, "strong"));

        EXPECT_TRUE(strong || !here);
        strong = here;
    }
    EXPECT_GT(i, 4);
    json_decref(document);
}
