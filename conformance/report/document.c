/* SPDX-License-Identifier: MIT */
/* The document: words, times from the timeline, and what malformed profiles become. */
#include "example.h"

#include "report_file.h"

#include "document.h"

#include <string.h>
#include <unistd.h>
#include <stdlib.h>

static const json_t *kernel_of(const json_t *document, size_t index)
{
    return json_array_get(json_object_get(document, "kernels"), index);
}

/* word - the value that is said of a figure. */
static const char *word(const json_t *kernel, const char *id)
{
    size_t i;
    json_t *words;

    json_array_foreach (json_object_get(kernel, "words"), i, words)
        if (strcmp(json_string_value(json_object_get(words, "id")), id) == 0)
            return json_string_value(json_object_get(words, "value"));
    return "";
}

VGPU_UNIT_TEST(report_document, says_figures_in_words)
{
    json_t *document = example_document();

    EXPECT_STREQ("32 sectors per request", word(kernel_of(document, 0), "global_store"));
    EXPECT_STREQ("conflict degree 32", word(kernel_of(document, 1), "local_load"));
    EXPECT_STREQ("73.2 %", word(kernel_of(document, 2), "simt_efficiency"));
    EXPECT_STREQ("192 512 of 393 216", word(kernel_of(document, 2), "branches"));
    EXPECT_STREQ("37.5 %", word(kernel_of(document, 2), "occupancy"));
    EXPECT_STREQ("contention 5.8", word(kernel_of(document, 3), "atomics"));
    EXPECT_STREQ("", word(kernel_of(document, 4), "simt_efficiency"));
    json_decref(document);
}

VGPU_UNIT_TEST(report_document, has_the_times_of_the_timeline)
{
    json_t *document = example_document();

    EXPECT_NEAR(3100,
                json_number_value(json_object_get(kernel_of(document, 0), "time_us")),
                0.01);
    json_decref(document);
}

VGPU_UNIT_TEST(report_document, takes_whatever_json_there_is)
{
    static const char *const profiles[] = {
        "{}",
        "{\"kernels\": 4, \"devices\": \"x\", \"sources\": null}",
        "{\"kernels\": [1, \"x\", null, [], {}], \"devices\": [[]]}",
        "{\"kernels\": [{\"name\": 7, \"lines\": [1, {\"line\": \"x\"}], \"lanes\": 3, "
        "\"banks\": [[]], \"occupancy\": 1, \"launches\": -1e308}]}",
        "{\"kernels\": [{\"estimate\": {\"ns\": 1e308, \"profile\": 4, \"bound\": "
        "null}}, "
        "{\"estimate\": [3]}], \"estimate\": \"x\"}",
        "{\"transfers\": [{\"kind\": [], \"bytes\": \"many\"}, 8], \"findings\": [3, "
        "{}]}",
    };

    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++) {
        json_t *document = document_of(json_loads(profiles[i], 0, NULL));

        EXPECT_TRUE(vgpu_report_is_document(document));
        EXPECT_TRUE(json_is_array(json_object_get(document, "kernels")));
        json_decref(document);
    }
}

VGPU_UNIT_TEST(report_document,
               counts_transfers_of_the_timeline_where_the_profile_has_none)
{
    struct vgpu_spans *spans = vgpu_spans_create();
    const struct vgpu_span span = {
        .name = "x", .bytes = 100, .duration_us = 2, .kind = VGPU_SPAN_READ};
    json_t *document, *row;

    vgpu_spans_add(spans, vgpu_spans_lane(spans, 0, 0), &span);
    vgpu_spans_add(spans, vgpu_spans_lane(spans, 0, 0), &span);
    document = vgpu_report_document(NULL, spans);
    row = json_array_get(json_object_get(document, "transfers"), 0);
    EXPECT_STREQ("read", json_string_value(json_object_get(row, "kind")));
    EXPECT_NEAR(200, json_number_value(json_object_get(row, "bytes")), 0);
    EXPECT_NEAR(2, json_number_value(json_object_get(row, "commands")), 0);
    json_decref(document);
    vgpu_spans_destroy(spans);
}

VGPU_UNIT_TEST(report_document, leaves_out_times_that_kernels_of_one_name_share)
{
    json_t *kernels = json_pack("[{ss ss}, {ss ss}, {ss}]", "name", "transpose_naive",
                                "profile", "laptop", "name", "transpose_naive", "profile",
                                "datacenter", "name", "transpose_tile");
    json_t *profile = json_pack("{so}", "kernels", kernels);
    char *path = temporary_path(".json"), message[VGPU_REPORT_MESSAGE] = "";
    json_t *document;

    EXPECT_EQ(0, json_dump_file(profile, path, 0));
    document = vgpu_report_gather(path, EXAMPLES "/example.trace.json", message);
    ASSERT_TRUE(document);
    EXPECT_TRUE(!json_object_get(kernel_of(document, 0), "time_us"));
    EXPECT_TRUE(!json_object_get(kernel_of(document, 1), "time_us"));
    EXPECT_TRUE(json_object_get(kernel_of(document, 2), "time_us"));
    json_decref(document);
    json_decref(profile);
    unlink(path);
    free(path);
}
