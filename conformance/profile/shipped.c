/* SPDX-License-Identifier: MIT */
/* The profiles that vgpu comes with, and profile texts as people write them. */
#include "vgpu_test.h"

#include "profile/devices.h"
#include "profile/key.h"
#include "profile/profile_text.h"
#include "profile/shipped.h"

#include <stdio.h>
#include <string.h>

static char error[VGPU_DEVICES_ERROR_CHARS];

static bool says(const char *text, const char *key)
{
    char line[80];

    snprintf(line, sizeof line, "\n%s = ", key);
    return strstr(text, line) != NULL;
}

VGPU_UNIT_TEST(shipped_profiles, say_everything_but_what_native_asks_the_machine)
{
    static const char asked[] = " cu lanes clock mem alloc cache cache_line ";

    for (const struct vgpu_shipped *profile = vgpu_shipped; profile->name; profile++) {
        const bool is_native = strcmp(profile->name, "native") == 0;

        EXPECT_EQ(*profile->size, strlen(profile->text));
        EXPECT_EQ(0, strncmp(profile->text, "# ", 2));
        for (size_t i = 0; i < VGPU_KEYS; i++) {
            char word[80];

            snprintf(word, sizeof word, " %s ", vgpu_key_names[i]);
            if (says(profile->text, vgpu_key_names[i]) ==
                (i == VGPU_KEY_watchdog || /* as VGPU_WATCHDOG has it */
                 (is_native && strstr(asked, word) != NULL)))
                VGPU_FAIL("%s: %s", profile->name, vgpu_key_names[i]);
        }
    }
}

VGPU_UNIT_TEST(shipped_profiles, read_as_they_print)
{
    for (const struct vgpu_shipped *profile = vgpu_shipped; profile->name; profile++) {
        struct vgpu_device_spec spec = {.compute_units = 3, .global_memory = 1 << 30},
                                again = {.compute_units = 7};
        char text[VGPU_SPEC_CHARS];
        size_t size;

        vgpu_shipped_apply(profile, &spec);
        if (strcmp(profile->name, "native") == 0) /* the rest is the machine's */
            spec.lanes = 16, spec.clock_hz = 3700000000, spec.cache_line = 64;
        size = vgpu_spec_print(&spec, text, sizeof text);
        EXPECT_EQ(strlen(text), size);
        if (vgpu_profile_text_apply("again", profile->name, text, size, &again, error,
                                    sizeof error) != 0)
            VGPU_FAIL("%s", error);
        EXPECT_BYTES(&spec, &again, sizeof spec);
    }
}

/* What OpenCL 3.0 asks of devices of the full profile. [Table 5] */
VGPU_UNIT_TEST(shipped_profiles, are_what_opencl_asks_of_a_device)
{
    for (const struct vgpu_shipped *profile = vgpu_shipped; profile->name; profile++) {
        struct vgpu_device_spec spec = {.global_memory = 1 << 30};

        vgpu_shipped_apply(profile, &spec);
        EXPECT_GE(spec.local_memory, 32 << 10);
        EXPECT_GE(spec.constant_memory, 64 << 10);
        EXPECT_GE(spec.max_allocation, 32 << 20);
        EXPECT_GE(spec.max_allocation, spec.global_memory / 4);
        EXPECT_LE(spec.max_allocation, spec.global_memory);
        EXPECT_STREQ(profile->name, spec.profile);
    }
}

static struct vgpu_device_spec specs[VGPU_MAX_DEVICES];

static unsigned parse(const char *text)
{
    const struct vgpu_device_spec defaults = {
        .name = "Virtual GPU", .compute_units = 6, .global_memory = (size_t)8 << 30};
    unsigned count = 0;

    error[0] = '\0';
    if (vgpu_device_specs_parse("VGPU_DEVICES", text, &defaults, specs, &count, error,
                                sizeof error) != 0)
        VGPU_FAIL("refused: %s", error);
    return count;
}

VGPU_UNIT_TEST(device_list, takes_profiles_by_number_and_with_keys)
{
    ASSERT_EQ(4, parse("2*teaching;cu=4,mem=1G,name=big; laptop , cu = 2"));
    EXPECT_STREQ("Teaching GPU 0", specs[0].name);
    EXPECT_STREQ("Teaching GPU 1", specs[1].name);
    EXPECT_STREQ("big", specs[2].name);
    EXPECT_STREQ("Laptop GPU 3", specs[3].name);
    EXPECT_STREQ("teaching", specs[1].profile);
    EXPECT_STREQ("laptop", specs[3].profile);
    EXPECT_EQ(2, specs[1].compute_units);
    EXPECT_EQ((size_t)1 << 30, specs[2].global_memory);
    EXPECT_EQ(2, specs[3].compute_units);
    EXPECT_EQ(1600000000, specs[3].clock_hz);
    ASSERT_EQ(3, parse("3 * cu=5"));
    EXPECT_EQ(5, specs[2].compute_units);
    ASSERT_EQ(1, parse("datacenter"));
    EXPECT_STREQ("Data-centre GPU", specs[0].name);
}

VGPU_UNIT_TEST(device_list, takes_every_key_with_its_units)
{
    ASSERT_EQ(1,
              parse("name=x,type=accelerator,cu=3,sub_group=16,lanes=12,clock=1.4GHz,"
                    "work_group=128,unit_sub_groups=10,unit_work_groups=11,"
                    "unit_work_items=512,unit_local=48K,unit_private=96KiB,mem=64M,"
                    "alloc=40M,local=40K,constant=20K,private=2K,cache=0,cache_line=32,"
                    "bandwidth=16G,latency=1.5us,images=no,memory=separate,link=paced,"
                    "link_bandwidth=2.5GB/s,link_delay=0"));
    EXPECT_EQ(VGPU_TYPE_ACCELERATOR, specs[0].type);
    EXPECT_EQ(16, specs[0].sub_group_size);
    EXPECT_EQ(12, specs[0].lanes);
    EXPECT_EQ(1400000000, specs[0].clock_hz);
    EXPECT_EQ(128, specs[0].max_work_group_size);
    EXPECT_EQ(10, specs[0].unit_sub_groups);
    EXPECT_EQ(11, specs[0].unit_work_groups);
    EXPECT_EQ(512, specs[0].unit_work_items);
    EXPECT_EQ(48 << 10, specs[0].unit_local_memory);
    EXPECT_EQ(96 << 10, specs[0].unit_private_memory);
    EXPECT_EQ(64 << 20, specs[0].global_memory);
    EXPECT_EQ(40 << 20, specs[0].max_allocation);
    EXPECT_EQ(40 << 10, specs[0].local_memory);
    EXPECT_EQ(20 << 10, specs[0].constant_memory);
    EXPECT_EQ(2 << 10, specs[0].private_memory);
    EXPECT_EQ(0, specs[0].cache_size);
    EXPECT_EQ(32, specs[0].cache_line);
    EXPECT_EQ(16000000000, specs[0].bandwidth);
    EXPECT_EQ(1500, specs[0].latency_ns);
    EXPECT_FALSE(specs[0].has_images);
    EXPECT_EQ(VGPU_MEMORY_SEPARATE, specs[0].memory);
    EXPECT_EQ(VGPU_LINK_PACED, specs[0].link);
    EXPECT_EQ(2500000000, specs[0].link_bandwidth);
    EXPECT_EQ(0, specs[0].link_delay_ns);
}

VGPU_UNIT_TEST(device_list, what_is_given_pulls_along_what_is_not)
{
    ASSERT_EQ(1, parse("teaching,mem=8M"));
    EXPECT_EQ(8 << 20, specs[0].max_allocation);
    ASSERT_EQ(1, parse("teaching,local=64K,work_group=512"));
    EXPECT_EQ(64 << 10, specs[0].unit_local_memory);
    EXPECT_EQ(512, specs[0].unit_work_items);
    ASSERT_EQ(1, parse("teaching,unit_local=8K,unit_work_items=64"));
    EXPECT_EQ(8 << 10, specs[0].local_memory);
    EXPECT_EQ(64, specs[0].max_work_group_size);
}
