/* SPDX-License-Identifier: MIT */
/* VGPU_DEVICES: what is read from it, and how it is refused. */
#include "vgpu_test.h"

#include "profile/devices.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct vgpu_device_spec defaults = {
    .name = "Virtual GPU",
    .compute_units = 6,
    .global_memory = (size_t)8 << 30,
    .local_memory = 65536,
    .max_work_group_size = 1024,
};

static struct vgpu_device_spec specs[VGPU_MAX_DEVICES];
static char error[VGPU_DEVICES_ERROR_CHARS];

static unsigned parse(const char *text)
{
    unsigned count = 0;

    error[0] = '\0';
    if (vgpu_device_specs_parse("VGPU_DEVICES", text, &defaults, specs, &count, error,
                                sizeof error) != 0)
        VGPU_FAIL("refused: %s", error);
    return count;
}

VGPU_UNIT_TEST(device_spec, without_text_is_one_device_like_the_defaults)
{
    ASSERT_EQ(1, parse(NULL));
    EXPECT_STREQ("Virtual GPU", specs[0].name);
    EXPECT_EQ(6, specs[0].compute_units);
    EXPECT_EQ((size_t)8 << 30, specs[0].global_memory);
    EXPECT_EQ((size_t)2 << 30, specs[0].max_allocation);
    EXPECT_EQ(65536, specs[0].local_memory);
}

VGPU_UNIT_TEST(device_spec, reads_every_key)
{
    ASSERT_EQ(1, parse("cu=3,mem=512M,name=Small GPU"));
    EXPECT_EQ(3, specs[0].compute_units);
    EXPECT_EQ((size_t)512 << 20, specs[0].global_memory);
    EXPECT_EQ((size_t)128 << 20, specs[0].max_allocation);
    EXPECT_STREQ("Small GPU", specs[0].name);
}

VGPU_UNIT_TEST(device_spec, numbers_the_names_of_several_devices)
{
    ASSERT_EQ(3, parse("cu=1;cu=2,name=Second;mem=1g"));
    EXPECT_STREQ("Virtual GPU 0", specs[0].name);
    EXPECT_STREQ("Second", specs[1].name);
    EXPECT_STREQ("Virtual GPU 2", specs[2].name);
    EXPECT_EQ(1, specs[0].compute_units);
    EXPECT_EQ(2, specs[1].compute_units);
    EXPECT_EQ(6, specs[2].compute_units);
    EXPECT_EQ((size_t)1 << 30, specs[2].global_memory);
}

VGPU_UNIT_TEST(device_spec, ignores_blanks_around_keys_and_values)
{
    ASSERT_EQ(2, parse(" cu = 2 , name =  A b ; mem= 64K "));
    EXPECT_EQ(2, specs[0].compute_units);
    EXPECT_STREQ("A b", specs[0].name);
    EXPECT_EQ(65536, specs[1].global_memory);
}

VGPU_UNIT_TEST(device_spec, takes_sizes_with_and_without_suffix)
{
    ASSERT_EQ(4, parse("mem=4096;mem=8k;mem=3M;mem=65536G"));
    EXPECT_EQ(4096, specs[0].global_memory);
    EXPECT_EQ(4096, specs[0].max_allocation);
    EXPECT_EQ(8192, specs[1].global_memory);
    EXPECT_EQ(3 << 20, specs[2].global_memory);
    EXPECT_EQ((size_t)1 << 46, specs[3].global_memory);
}

VGPU_UNIT_TEST(device_spec, rounds_the_largest_allocation_down_to_the_base_alignment)
{
    ASSERT_EQ(1, parse("mem=4100"));
    EXPECT_EQ(4096, specs[0].max_allocation);
}

VGPU_UNIT_TEST(device_spec, takes_as_many_units_and_devices_as_there_may_be)
{
    char text[VGPU_MAX_DEVICES * 8] = "cu=256";

    for (unsigned i = 1; i < VGPU_MAX_DEVICES; i++)
        strcat(text, ";cu=256");
    ASSERT_EQ(VGPU_MAX_DEVICES, parse(text));
    EXPECT_EQ(VGPU_MAX_COMPUTE_UNITS, specs[VGPU_MAX_DEVICES - 1].compute_units);
}

/* The whole of a refusal: the words, the 1-based column, and the outputs left alone. */
static void expect_refused(const char *text, unsigned column, const char *words)
{
    struct vgpu_device_spec untouched[VGPU_MAX_DEVICES];
    char position[64];
    unsigned count = 77;

    memset(specs, 0x5a, sizeof specs);
    memcpy(untouched, specs, sizeof specs);
    error[0] = '\0';
    EXPECT_EQ(-EINVAL, vgpu_device_specs_parse("VGPU_DEVICES", text, &defaults, specs,
                                               &count, error, sizeof error));
    EXPECT_EQ(77, count);
    EXPECT_BYTES(untouched, specs, sizeof specs);
    snprintf(position, sizeof position, "VGPU_DEVICES, column %u: ", column);
    EXPECT_CONTAINS(error, position);
    EXPECT_CONTAINS(error, words);
    EXPECT_CONTAINS(error, "for example: 2*teaching;cu=4,mem=1G,name=Big GPU");
}

VGPU_UNIT_TEST(device_spec, refuses_bad_forms_with_position_and_reason)
{
    static const struct {
        const char *text;
        unsigned column;
        const char *words;
    } cases[] = {
        {"", 1, "found nothing"},
        {" ", 1, "found nothing"},
        {";", 1, "found nothing"},
        {"cu=2;", 6, "found nothing"},
        {"cu=2;;cu=2", 6, "found nothing"},
        {"cu=2,", 6, "found nothing"},
        {"cu=2,,mem=1M", 6, "found nothing"},
        {",cu=2", 1, "found nothing"},
        {"cu", 3, "expected '='"},
        {"cu=2;mem", 9, "expected '='"},
        {"cu=", 4, "from 1 to 256, not \"\""},
        {"cu=0", 4, "from 1 to 256, not \"0\""},
        {"cu=-1", 4, "not \"-1\""},
        {"cu=+1", 4, "not \"+1\""},
        {"cu=2x", 4, "not \"2x\""},
        {"cu=0x2", 4, "not \"0x2\""},
        {"cu=1.5", 4, "not \"1.5\""},
        {"cu=257", 4, "not \"257\""},
        {"cu=2 3", 4, "not \"2 3\""},
        {"cu=18446744073709551617", 4, "not \"18446744073709551617\""},
        {"cu==2", 4, "not \"=2\""},
        {"cu=2,cu=3", 6, "cu is given twice"},
        {"mem=", 5, "expected a size"},
        {"mem=0", 5, "not \"0\""},
        {"mem=-1M", 5, "not \"-1M\""},
        {"mem=4095", 5, "from 4K"},
        {"mem=M", 5, "not \"M\""},
        {"mem=1T", 6, "unknown unit \"T\": expected a size in bytes from 4K to 65536G"},
        {"mem=1MB", 6, "unknown unit \"MB\", did you mean \"MiB\"?"},
        {"mem=65537G", 5, "to 65536G"},
        {"mem=99999999999999999999G", 5, "not \"99999999999999999999G\""},
        {"mem=18014398509481985K", 5, "expected a size"},
        {"name=", 6, "1 to 63 bytes, not 0"},
        {"name=a\tb", 7, "control characters"},
        {"cores=2", 1, "expected one of name, type, cu, sub_group, "},
        {"cu=2;=3", 6, "unknown key \"\""},
        {"cu=2;CU=3", 6, "did you mean \"cu\""},
        {"nmae=x", 1, "did you mean \"name\", as in name="},
        {"name=a\xc3\xa9\xff", 8, "byte 0xff is not"},
        {"memory=unifed", 8,
         "did you mean \"unified\"? Expected unified or separate, not"},
        {"type=cqu", 6, "did you mean \"cpu\""},
        {"link=Paced", 6, "did you mean \"paced\""},
        {"memory=1G", 8, "expected unified or separate, not \"1G\""},
        {"me=1G", 1, "did you mean \"mem\""},
        {"c=1", 1, "did you mean \"cu\""},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_refused(cases[i].text, cases[i].column, cases[i].words);
}

VGPU_UNIT_TEST(device_spec, shows_the_text_with_a_caret_under_the_place)
{
    expect_refused("cu=2;cu=none", 9, "not \"none\"");
    EXPECT_CONTAINS(error, "\n    cu=2;cu=none\n            ^\n");
}

VGPU_UNIT_TEST(device_spec, refuses_more_devices_than_there_may_be)
{
    char text[VGPU_MAX_DEVICES * 5 + 8] = "cu=1";

    for (unsigned i = 0; i < VGPU_MAX_DEVICES; i++)
        strcat(text, ";cu=1");
    expect_refused(text, VGPU_MAX_DEVICES * 5 + 1, "more than 64 devices");
}

VGPU_UNIT_TEST(device_spec, refuses_a_name_that_is_too_long)
{
    char text[128] = "name=";

    memset(text + 5, 'n', 63);
    ASSERT_EQ(1, parse(text));
    EXPECT_EQ(63, strlen(specs[0].name));
    text[5 + 63] = 'n';
    expect_refused(text, 6, "not 64");
}

VGPU_UNIT_TEST(device_spec, survives_long_and_hostile_text)
{
    static char text[100001];

    memset(text, 'x', sizeof text - 1);
    expect_refused(text, 1, "unknown profile \"xxxxxxxx");
    memset(text, '\n', sizeof text - 1);
    text[50000] = '\x7f';
    expect_refused(text, 50001, "unknown profile \"?\"");
    EXPECT_CONTAINS(error, "\n    ...????");
    memset(text, '=', sizeof text - 1);
    expect_refused(text, 1, "unknown key \"\"");
    memset(text, '9', sizeof text - 1);
    memcpy(text, "cu=", 3);
    expect_refused(text, 4, "99...");
    for (int byte = 1; byte < 256; byte++) {
        memset(text, byte, 300);
        text[300] = '\0';
        EXPECT_TRUE(vgpu_device_specs_parse("VGPU_DEVICES", text, &defaults, specs,
                                            &(unsigned){0}, error,
                                            sizeof error) == -EINVAL);
    }
}
