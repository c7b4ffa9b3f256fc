/* SPDX-License-Identifier: MIT */
/* Text from outside on its way to a terminal or into JSON. */
#include "plain_text.h"

#include "vgpu_test.h"

#include <string.h>

static void expect_clean(const char *expected, size_t capacity, const char *text)
{
    char out[64];

    memset(out, 'x', sizeof out);
    EXPECT_EQ(strlen(expected), vgpu_text_clean(out, capacity, text));
    EXPECT_STREQ(expected, out);
}

static void expect_json(const char *expected, size_t capacity, const char *text)
{
    char out[64];

    memset(out, 'x', sizeof out);
    EXPECT_EQ(strlen(expected), vgpu_json_escape(out, capacity, text));
    EXPECT_STREQ(expected, out);
}

VGPU_UNIT_TEST(vgpu_text_clean, keeps_one_line_of_valid_utf8)
{
    expect_clean("", 64, NULL);
    expect_clean("plain", 64, "plain");
    expect_clean("a b c d", 64,
                 "a\nb\tc\x7f"
                 "d");
    expect_clean("\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80", 64,
                 "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80");
    expect_clean(" [31m", 64, "\x1b[31m");
}

VGPU_UNIT_TEST(vgpu_text_clean, replaces_what_is_no_utf8)
{
    expect_clean("?a", 64,
                 "\x80"
                 "a");
    expect_clean("?", 64, "\xc3");
    expect_clean("??", 64, "\xe2\x82");
    expect_clean("???", 64, "\xe0\x80\x80");      /* overlong */
    expect_clean("???", 64, "\xed\xa0\x80");      /* a surrogate */
    expect_clean("????", 64, "\xf4\x90\x80\x80"); /* beyond the last code point */
    expect_clean("??", 64, "\xc0\xaf");
    expect_clean("?", 64, "\xff");
}

VGPU_UNIT_TEST(vgpu_text_clean, cuts_between_two_characters)
{
    expect_clean("", 1, "abc");
    expect_clean("ab", 3, "abc");
    expect_clean("abc", 4, "abc");
    expect_clean("a", 3, "a\xc3\xa4");
    expect_clean("a\xc3\xa4", 4, "a\xc3\xa4");
}

VGPU_UNIT_TEST(vgpu_json_escape, escapes_what_json_wants_escaped)
{
    expect_json("", 64, NULL);
    expect_json("a\\\"b\\\\c", 64, "a\"b\\c");
    expect_json("\\u000a\\u001b\\u007f", 64, "\n\x1b\x7f");
    expect_json("\xc3\xa4?", 64, "\xc3\xa4\xff");
}

VGPU_UNIT_TEST(vgpu_json_escape, cuts_between_two_characters)
{
    expect_json("", 1, "\n");
    expect_json("", 6, "\n");
    expect_json("\\u000a", 7, "\n");
    expect_json("a", 3, "a\"");
    expect_json("a\\\"", 4, "a\"");
}
