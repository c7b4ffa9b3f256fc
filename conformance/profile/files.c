/* SPDX-License-Identifier: MIT */
/* Profile texts as people, and others, may write them: read, or refused with a place. */
#include "vgpu_test.h"

#include "profile/devices.h"
#include "profile/key.h"
#include "profile/profile_text.h"
#include "profile/shipped.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char error[VGPU_DEVICES_ERROR_CHARS];
static struct vgpu_device_spec spec;

static int apply(const char *text, size_t size)
{
    error[0] = '\0';
    spec = (struct vgpu_device_spec){.global_memory = 1 << 30};
    return vgpu_profile_text_apply("x", "x", text, size, &spec, error, sizeof error);
}

VGPU_UNIT_TEST(profile_text, takes_comments_blanks_and_line_ends_of_all_kinds)
{
    static const char text[] = "\xEF\xBB\xBF# a comment\r\n\r\n\tcu=3\r\n"
                               "name = GPU #1 # the first\n  # another\nmem = 64M";

    ASSERT_EQ(0, apply(text, sizeof text - 1));
    EXPECT_EQ(3, spec.compute_units);
    EXPECT_STREQ("GPU #1", spec.name);
    EXPECT_EQ(64 << 20, spec.global_memory);
    EXPECT_EQ(64 << 20, spec.max_allocation);
    EXPECT_STREQ("x", spec.profile);
}

static void expect_refused(const char *text, size_t size, const char *words)
{
    struct vgpu_device_spec before;

    before = (struct vgpu_device_spec){.global_memory = 1 << 30};
    EXPECT_EQ(-EINVAL, apply(text, size));
    EXPECT_BYTES(&before, &spec, sizeof spec);
    EXPECT_CONTAINS(error, words);
}

VGPU_UNIT_TEST(profile_text, is_refused_with_line_column_and_the_right_spelling)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"", "line 1, column 1: no line says anything"},
        {"# only this\n", "line 1, column 1: no line says anything"},
        {"cu=1\ncu=2\n", "line 2, column 1: cu is given twice"},
        {"cu=1\n\n subgroup = 8",
         "line 3, column 2: unknown key \"subgroup\": did you mean "
         "\"sub_group\""},
        {"cu\n", "line 1, column 3: expected '='"},
        {"= 3\n", "line 1, column 1: unknown key \"\""},
        {"cu = 1000000000000000000000000000000\n", "column 6: expected a number from 1"},
        {"cu = -1\n", "not \"-1\""},
        {"mem = 1e3\n", "column 8: unknown unit \"e3\""},
        {"mem = 1.5\n", "not \"1.5\""},
        {"clock = 1.4\n", "column 12: clock wants a unit: MHz or GHz"},
        {"clock = 1.4GHzz\n", "did you mean \"GHz\"?"},
        {"clock = 0.0000000001GHz\n", "expected a frequency from 1MHz to 100GHz"},
        {"clock = 900GHz\n", "expected a frequency from 1MHz to 100GHz"},
        {"bandwidth = 16Gb\n", "did you mean \"GB/s\"?"},
        {"bandwidth = 16\n", "bandwidth wants a unit: MB/s, GB/s or TB/s"},
        {"latency = 5 u\n", "did you mean \"us\"?"},
        {"latency = 2s\n", "expected a time from 0 to 1s"},
        {"sub_group = 64\n", "a power of two from 8 to 32, not \"64\""},
        {"sub_group = 24\n", "a power of two from 8 to 32, not \"24\""},
        {"images = yes\n", "virtual GPUs have no images yet"},
        {"images = maybe\n", "expected no or yes, not \"maybe\""},
        {"memory = seperate\n",
         "did you mean \"separate\"? Expected unified or separate, not \"seperate\""},
        {"type = GPU\n",
         "did you mean \"gpu\"? Expected gpu, cpu or accelerator, not \"GPU\""},
        {"mem = 1M\nalloc = 2M\n", "line 2, column 1: alloc=2M is more than mem=1M"},
        {"unit_local = 1K\nlocal = 2K\n",
         "line 2, column 1: local=2K is more than unit_local"},
        {"cu = 1\ncaf\xe9 = 1\n", "line 2, column 4: byte 0xe9 is not text in UTF-8"},
        {"\xff\xfe"
         "c",
         "line 1, column 1: byte 0xff is not text in UTF-8"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_refused(cases[i].text, strlen(cases[i].text), cases[i].words);
    expect_refused("cu = 1\0mem = 1G\n", 16, "line 1, column 7: byte 0x00");
}

VGPU_UNIT_TEST(profile_file, is_a_regular_one_of_no_great_size)
{
    static const char path[] = "./test-huge.profile", fifo[] = "./test-fifo.profile";
    FILE *const file = fopen(path, "w");
    static const struct {
        const char *path, *words;
    } cases[] = {
        {"./no/such.profile", "profile ./no/such.profile cannot be read: No such file"},
        {"/", "profile / cannot be read: Is a directory"},
        {"/dev/zero", "profile /dev/zero cannot be read: it is no regular file"},
        {"./test-fifo.profile", "it is no regular file"},
        {"./test-huge.profile", "it is larger than 64 KiB"},
    };

    ASSERT_TRUE(file != NULL);
    for (unsigned i = 0; i < VGPU_PROFILE_BYTES; i++)
        fputs("# ", file);
    fclose(file);
    unlink(fifo);
    ASSERT_EQ(0, mkfifo(fifo, 0600));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        EXPECT_EQ(-EINVAL,
                  vgpu_profile_file_apply(cases[i].path, &spec, error, sizeof error));
        EXPECT_CONTAINS(error, cases[i].words);
    }
    unlink(path);
    unlink(fifo);
}

static uint64_t random_state = 88172645463325252u;

static uint32_t next_random(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 32) % below;
}

/* Changes, drops or repeats some bytes. Returns the new size. */
static size_t spoil(char *text, size_t size, size_t room)
{
    static const char likely[] = "=,;*/#.\n 019KMGx\xff\0";

    for (uint32_t i = 1 + next_random(6); i > 0 && size > 0; i--) {
        const size_t at = next_random((uint32_t)size);
        const size_t length = next_random((uint32_t)(size - at)) % 20;

        switch (next_random(3)) {
        case 0:
            text[at] = likely[next_random(sizeof likely)];
            break;
        case 1:
            memmove(text + at, text + at + length, size - at - length);
            size -= length;
            break;
        default:
            if (size + length >= room)
                break;
            memmove(text + at + length, text + at, size - at);
            size += length;
        }
    }
    text[size] = '\0';
    return size;
}

VGPU_UNIT_TEST(profile_text, whatever_it_is_is_read_or_refused_with_a_message)
{
    char text[8192];

    for (unsigned i = 0; i < 20000; i++) {
        const struct vgpu_shipped *const profile = &vgpu_shipped[next_random(5)];
        size_t size = *profile->size;

        memcpy(text, profile->text, size);
        size = spoil(text, size, sizeof text - 1);
        if (apply(text, size) == 0)
            EXPECT_LE(spec.max_allocation, spec.global_memory);
        else
            EXPECT_EQ(0, strncmp(error, "x, line ", 8));
    }
}

VGPU_UNIT_TEST(device_list, whatever_it_is_is_read_or_refused_with_a_message)
{
    static const char *const lists[] = {
        "2*teaching;cu=4,mem=1G,name=big", "laptop,clock=1.4GHz,link=paced;./x.profile",
        "cu=2,memory=separate,bandwidth=16GB/s,latency=5us"};
    const struct vgpu_device_spec defaults = {.global_memory = 1 << 30};
    static struct vgpu_device_spec specs[VGPU_MAX_DEVICES];
    char text[256];

    for (unsigned i = 0; i < 50000; i++) {
        unsigned count = 0;

        strcpy(text, lists[next_random(3)]);
        spoil(text, strlen(text), sizeof text - 1);
        error[0] = '\0';
        if (vgpu_device_specs_parse("D", text, &defaults, specs, &count, error,
                                    sizeof error) == 0)
            EXPECT_LE(1, count);
        else
            EXPECT_TRUE(strlen(error) > 20);
    }
}
