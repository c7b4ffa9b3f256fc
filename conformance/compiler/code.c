/* SPDX-License-Identifier: MIT */
/* Kernel code in this process: each load has links of its own, and wrong code is none. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "client_test.h"
#include "fake/directive.h"
#include "vgpu_test.h"

static const size_t any[3] = {0, 0, 0};

static const struct vgpu_unit executable = {.kind = VGPU_UNIT_EXECUTABLE};

static int load(const char *kernel, const size_t local_size[3],
                const struct vgpu_code_links *links, struct vgpu_code *code_out)
{
    char *log = NULL;
    const int error =
        vgpu_compiler_code(&executable, kernel, local_size, 32, links, code_out, &log);

    if (error != 0)
        EXPECT_TRUE(log != NULL);
    free(log);
    return error;
}

/* Which variables the code sees. */
static void *variables_of(const struct vgpu_code *code)
{
    const struct vgpu_group group = {.work_dim = 1};
    void *variables = NULL;
    void *const args[] = {&variables};

    code->table->groups(&group, 1, args);
    return variables;
}

static uint64_t serial_of(const struct vgpu_code *code)
{
    const void *place = dlsym(code->handle, "fake_serial");
    uint64_t serial = 0;

    EXPECT_TRUE(place != NULL);
    if (place)
        memcpy(&serial, place, sizeof serial);
    return serial;
}

static const char *path_of(const struct vgpu_code *code)
{
    struct link_map *map = NULL;

    EXPECT_EQ(0, dlinfo(code->handle, RTLD_DI_LINKMAP, &map));
    return map ? map->l_name : "";
}

VGPU_UNIT_TEST(vgpu_compiler_code, loads_from_the_cache_by_its_real_path)
{
    int variables;
    const struct vgpu_code_links links = {.variables = &variables};
    struct vgpu_code code;

    const char *folder = client_test_start();
    ASSERT_EQ(0, load("good", any, &links, &code));
    const uint64_t serial = serial_of(&code);
    EXPECT_TRUE(variables_of(&code) == &variables);
    EXPECT_CONTAINS(path_of(&code), folder);
    EXPECT_EQ(0, access(path_of(&code), R_OK));
    vgpu_code_fini(&code);
    ASSERT_EQ(0, load("good", any, &links, &code));
    EXPECT_EQ(serial, serial_of(&code));
    EXPECT_CONTAINS(path_of(&code), folder);
    vgpu_code_fini(&code);
    EXPECT_EQ(1, client_test_count(".so"));
    client_test_end();
}

/* Several loads at a time, with the cache or without, see their own links. */
static void expect_own_links(void)
{
    enum { COUNT = 40 };
    struct vgpu_code_links links[COUNT];
    struct vgpu_code codes[COUNT];
    int variables[COUNT];

    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < COUNT; i++) {
            links[i] = (struct vgpu_code_links){.variables = &variables[i]};
            ASSERT_EQ(0, load("good", any, &links[i], &codes[i]));
        }
        for (int i = 0; i < COUNT; i++)
            EXPECT_TRUE(variables_of(&codes[i]) == &variables[i]);
        for (int i = round; i < COUNT; i += 2) { /* others go on meanwhile */
            vgpu_code_fini(&codes[i]);
            ASSERT_EQ(0, load("good", any, &links[i], &codes[i]));
        }
        for (int i = 0; i < COUNT; i++)
            EXPECT_TRUE(variables_of(&codes[i]) == &variables[i]);
        for (int i = 0; i < COUNT; i++)
            vgpu_code_fini(&codes[i]);
    }
}

VGPU_UNIT_TEST(vgpu_compiler_code, several_loads_of_one_entry_have_their_own_links)
{
    client_test_start();
    expect_own_links();
    EXPECT_EQ(1, client_test_count(".so"));
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_compiler_code, loads_without_a_cache)
{
    client_test_start();
    setenv("VGPU_CACHE_DIR", "", 1);
    expect_own_links();
    EXPECT_EQ(0, client_test_count(""));
    client_test_end();
}

static size_t count_descriptors(void)
{
    size_t count = 0;

    for (int i = 0; i < 1024; i++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/self/fd/%d", i);
        count += access(path, F_OK) == 0;
    }
    return count;
}

/* The kernel loaded eight times: what each is from can be read, or no descriptor stays.
 */
static void expect_descriptors(const char *kernel, bool is_readable)
{
    const struct vgpu_code_links links = {0};
    struct vgpu_code codes[8];

    ASSERT_EQ(0, load(kernel, any, &links, &codes[0]));
    const size_t before = count_descriptors();
    for (int i = 1; i < 8; i++) {
        ASSERT_EQ(0, load(kernel, any, &links, &codes[i]));
        EXPECT_EQ(is_readable ? 0 : -1, access(path_of(&codes[i]), R_OK));
    }
    EXPECT_EQ(before + (is_readable ? 7 : 0), count_descriptors());
    for (int i = 0; i < 8; i++)
        vgpu_code_fini(&codes[i]);
    EXPECT_EQ(before, count_descriptors());
}

VGPU_UNIT_TEST(vgpu_compiler_code, loaded_code_keeps_no_descriptor)
{
    client_test_start();
    expect_descriptors("good", false);
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_compiler_code, each_load_of_debugged_code_can_be_read)
{
    client_test_start();
    expect_descriptors("debugged", true);
    client_test_end();
}

static void *load_and_look(void *unused)
{
    for (int i = 0; i < 50; i++) {
        int variables;
        const struct vgpu_code_links links = {.variables = &variables};
        struct vgpu_code code;
        if (load("good", any, &links, &code) != 0) {
            VGPU_FAIL("round %d does not load", i);
            break;
        }
        EXPECT_TRUE(variables_of(&code) == &variables);
        vgpu_code_fini(&code);
    }
    return unused;
}

VGPU_UNIT_TEST(vgpu_compiler_code, threads_load_one_entry_side_by_side)
{
    pthread_t threads[8];

    client_test_start();
    for (int i = 0; i < 8; i++)
        ASSERT_EQ(0, pthread_create(&threads[i], NULL, load_and_look, NULL));
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_compiler_code, what_is_no_code_is_refused_each_time)
{
    static const char *const kernels[] = {
        FAKE_CODE_GARBAGE, FAKE_CODE_EMPTY, "no_table",  "other_version",
        "other_mode",      "no_function",   "other_size"};
    const struct vgpu_code_links links = {0};
    const size_t local_size[3] = {64, 1, 1};
    struct vgpu_code code;

    client_test_start();
    for (size_t i = 0; i < 2 * sizeof kernels / sizeof *kernels; i++)
        EXPECT_EQ(-EIO, load(kernels[i / 2], local_size, &links, &code));
    EXPECT_EQ(0, client_test_count(".so"));
    EXPECT_EQ(-EINVAL, load("nothing of that name", local_size, &links, &code));
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_compiler_code, local_size_mode_and_unit_are_part_of_the_key)
{
    static const size_t sizes[][3] = {{64, 1, 1}, {1, 64, 1}, {0, 0, 0}};
    const struct vgpu_code_links links = {0};
    struct vgpu_code code;

    client_test_start();
    for (size_t i = 0; i < 6; i++) {
        ASSERT_EQ(0, load("good", sizes[i % 3], &links, &code));
        vgpu_code_fini(&code);
    }
    EXPECT_EQ(3, client_test_count(".so"));
    setenv("VGPU_KERNEL_MODE", "fiber", 1);
    ASSERT_EQ(0, load("good", any, &links, &code));
    vgpu_code_fini(&code);
    EXPECT_EQ(4, client_test_count(".so"));
    client_test_end();
}

VGPU_UNIT_TEST_WITH_ENV(vgpu_compiler_code, an_odd_mode_is_reported_once,
                        "VGPU_KERNEL_MODE=fast")
{
    const struct vgpu_code_links links = {0};
    struct vgpu_code code;

    client_test_start();
    setenv("VGPU_KERNEL_MODE", "fast", 1);
    vgpu_test_stderr_start();
    for (int i = 0; i < 2; i++) {
        ASSERT_EQ(0, load("good", any, &links, &code));
        vgpu_code_fini(&code);
    }
    EXPECT_STREQ("vgpu: VGPU_KERNEL_MODE: 'fast' is none of auto, lockstep, plain and "
                 "fiber; auto is taken\n",
                 vgpu_test_stderr_stop());
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_compiler_code, a_damaged_entry_is_made_anew)
{
    const struct vgpu_code_links links = {0};
    struct vgpu_code code;

    client_test_start();
    ASSERT_EQ(0, load("good", any, &links, &code));
    const uint64_t serial = serial_of(&code);
    char *path = strdup(path_of(&code));
    vgpu_code_fini(&code);
    EXPECT_EQ(0, truncate(path, 1000));
    ASSERT_EQ(0, load("good", any, &links, &code));
    EXPECT_NE(serial, serial_of(&code));
    EXPECT_STREQ(path, path_of(&code));
    vgpu_code_fini(&code);
    free(path);
    client_test_end();
}

/* In a process of its own, as the limit cannot be lifted again. */
VGPU_UNIT_TEST_WITH_ENV(vgpu_compiler_code, no_signal_where_files_may_not_be_that_large,
                        "VGPU_CC")
{
    const struct rlimit limit = {.rlim_cur = 1000, .rlim_max = 1000};
    const struct vgpu_code_links links = {0};
    struct vgpu_code code;

    client_test_start();
    ASSERT_EQ(0, setrlimit(RLIMIT_FSIZE, &limit));
    EXPECT_EQ(-EIO, load("good", any, &links, &code));
    EXPECT_EQ(0, client_test_compile(FAKE_ANSWER));
    EXPECT_EQ(0, client_test_count(".so"));
    EXPECT_EQ(1, client_test_count(".unit"));
    EXPECT_EQ(2, client_test_count("")); /* the other is about the tools */
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_code_scratch_bytes, counts_rows_along_the_first_dimension)
{
    const struct vgpu_code_table table = {
        .width = 16, .scratch_bytes = 128, .scratch_bytes_per_row = 256};

    EXPECT_EQ(128 + 256, vgpu_code_scratch_bytes(&table, (size_t[3]){1, 1, 1}));
    EXPECT_EQ(128 + 256, vgpu_code_scratch_bytes(&table, (size_t[3]){16, 1, 1}));
    EXPECT_EQ(128 + 512, vgpu_code_scratch_bytes(&table, (size_t[3]){17, 1, 1}));
    EXPECT_EQ(128 + 256 * 30, vgpu_code_scratch_bytes(&table, (size_t[3]){17, 5, 3}));
}

VGPU_UNIT_TEST(vgpu_code_scratch_bytes, an_overflow_is_more_than_any_memory)
{
    const struct vgpu_code_table table = {
        .width = 1, .scratch_bytes = 128, .scratch_bytes_per_row = UINT64_MAX / 2};
    const struct vgpu_code_table large = {
        .width = 16, .scratch_bytes = UINT64_MAX, .scratch_bytes_per_row = 1};

    EXPECT_TRUE(vgpu_code_scratch_bytes(&table, (size_t[3]){3, 1, 1}) == SIZE_MAX);
    EXPECT_TRUE(vgpu_code_scratch_bytes(&table, (size_t[3]){SIZE_MAX, SIZE_MAX, 2}) ==
                SIZE_MAX);
    EXPECT_TRUE(vgpu_code_scratch_bytes(&large, (size_t[3]){1, 1, 1}) == SIZE_MAX);
}
