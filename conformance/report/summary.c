/* SPDX-License-Identifier: MIT */
/* The summary on a terminal. */
#include "example.h"

#include <stdlib.h>
#include <string.h>

/* longest_line - in characters. */
static size_t longest_line(const char *text)
{
    size_t most = 0, here = 0;

    for (; *text; text++) {
        here = *text == '\n' ? 0 : here + ((*text & 0xc0) != 0x80);
        if (here > most)
            most = here;
    }
    return most;
}

VGPU_UNIT_TEST(report_summary, tells_kernels_advice_findings_and_transfers)
{
    char *text = summary_of(example_document(), false);

    EXPECT_CONTAINS(text, "transpose_naive");
    EXPECT_CONTAINS(text, "! Scattered writes in transpose_naive, transpose.cl:10");
    EXPECT_CONTAINS(text, "data race in a work-group");
    EXPECT_CONTAINS(text, "write  ");
    EXPECT_CONTAINS(text, "Estimated times on other hardware: no measurement");
    EXPECT_CONTAINS(text, "    2.2 ms    1.1 ms   4.03 ms  memory ");
    EXPECT_CONTAINS(text, "     520 \xc2\xb5s    210 \xc2\xb5s    1.3 ms  arithmetic");
    EXPECT_CONTAINS(text, "  profile laptop  ");
    EXPECT_CONTAINS(text, "Scaled up from a sample");
    EXPECT_CONTAINS(text, "estimated: 4.1 ms, which bounds the program.");
    EXPECT_TRUE(!strchr(text, '\033'));
    EXPECT_LT(longest_line(text), 80);
    free(text);
}

VGPU_UNIT_TEST(report_summary, has_colour_where_that_is_wanted)
{
    char *text = summary_of(example_document(), true);

    EXPECT_CONTAINS(text, "\033[1m");
    free(text);
}

VGPU_UNIT_TEST(report_summary, keeps_hostile_names_off_the_terminal)
{
    char *text = summary_of(
        document_of(json_pack("{ss s[{ss}] s[{ss ss}]}", "program", "\033]0;x\007",
                              "kernels", "name", "\033[2J\xc2\x9b\xe2\x80\xae",
                              "findings", "kind", "a\rb", "text", "x\033[1mx\ny")),
        false);

    EXPECT_TRUE(!strpbrk(text, "\033\r\007"));
    EXPECT_TRUE(!strstr(text, "\xc2\x9b") && !strstr(text, "\xe2\x80\xae"));
    free(text);
}

VGPU_UNIT_TEST(report_summary, tells_of_few_out_of_many_kernels)
{
    json_t *kernels = json_array();
    char *text;

    for (int i = 0; i < 200; i++)
        json_array_append_new(
            kernels,
            json_pack("{ss+}", "name",
                      "a_kernel_with_a_name_that_is_much_longer_than_its_column_", "k"));
    text = summary_of(document_of(json_pack("{so}", "kernels", kernels)), false);
    EXPECT_CONTAINS(text, "and 180 more");
    EXPECT_LT(longest_line(text), 80);
    free(text);
}

VGPU_UNIT_TEST(report_summary, says_that_no_kernel_was_launched)
{
    char *text = summary_of(document_of(NULL), false);

    EXPECT_CONTAINS(text, "none was launched");
    free(text);
}
