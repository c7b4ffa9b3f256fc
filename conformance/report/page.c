/* SPDX-License-Identifier: MIT */
/* The page: what lies in it, and that nothing gets out of where it lies. */
#include "example.h"

#include <stdlib.h>
#include <string.h>

static size_t count(const char *text, const char *part)
{
    size_t found = 0;

    for (; (text = strstr(text, part)); text += strlen(part))
        found++;
    return found;
}

VGPU_UNIT_TEST(report_page, is_one_file_without_anything_from_outside)
{
    char *page = page_of(example_document());

    EXPECT_EQ(0, count(page, "http:") - count(page, "http://www.w3.org/2000/svg"));
    EXPECT_EQ(0, count(page, "https:"));
    EXPECT_EQ(0, count(page, " src="));
    EXPECT_EQ(0, count(page, "@import"));
    EXPECT_CONTAINS(page, "default-src 'none'");
    EXPECT_EQ(0,
              count(page, "@STYLE@") + count(page, "@DATA@") + count(page, "@SCRIPT@"));
    free(page);
}

VGPU_UNIT_TEST(report_page, is_ascii_and_never_makes_html_of_text)
{
    char *page = page_of(example_document());

    for (const char *at = page; *at; at++)
        if ((unsigned char)*at >= 0x80)
            VGPU_FAIL("byte %02x at %zu", (unsigned char)*at, (size_t)(at - page));
    EXPECT_EQ(0, count(page, "innerHTML") + count(page, "insertAdjacentHTML") +
                     count(page, "document.write") + count(page, "eval("));
    free(page);
}

VGPU_UNIT_TEST(report_page, keeps_the_document_as_it_was)
{
    json_t *document = example_document();
    char *page = page_of(json_incref(document));
    json_t *read = data_of(page);

    EXPECT_TRUE(json_equal(document, read));
    json_decref(read);
    json_decref(document);
    free(page);
}

static const char *const hostile[] = {
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "\"'`&amp;&lt;${1}",
    "]]>\\u003c\\",
    "line\nbreak\ttab\x01\x1b[31m\x7f",
    "\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xae gpj.exe",
    "\xf0\x9f\x92\xa5 \xc3\xa9 \xe4\xb8\xad",
    "javascript:alert(1)//' onerror='x",
};

VGPU_UNIT_TEST(report_page, does_not_let_hostile_text_out)
{
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        json_t *document = document_of(json_pack(
            "{ss s[{ss}] s[{ss ss}] s[{ss ss ss}]}", "program", hostile[i], "kernels",
            "name", hostile[i], "sources", "name", hostile[i], "text", hostile[i],
            "findings", "kind", hostile[i], "text", hostile[i], "kernel", hostile[i]));
        char *page = page_of(json_incref(document));
        json_t *read = data_of(page);

        EXPECT_EQ(2, count(page, "</script>"));
        EXPECT_EQ(1, count(page, "<script>"));
        EXPECT_EQ(0, count(page, "<!--"));
        EXPECT_TRUE(json_equal(document, read));
        json_decref(read);
        json_decref(document);
        free(page);
    }
}

VGPU_UNIT_TEST(report_page, has_every_section_even_of_nothing)
{
    static const char *const sections[] = {"overview",  "findings", "device", "timeline",
                                           "transfers", "kernels",  "words"};
    char *page = page_of(document_of(NULL));

    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        char mark[64];

        snprintf(mark, sizeof mark, "<section id=\"%s\">", sections[i]);
        EXPECT_CONTAINS(page, mark);
    }
    free(page);
}
