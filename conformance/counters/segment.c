/* SPDX-License-Identifier: MIT */
/* Segments of counters that are damaged, or made to harm: no reader crashes or hangs. The
 * long run: VGPU_FUZZ_SEED and VGPU_FUZZ_COUNT in the environment. */
#define _GNU_SOURCE
#include "vgpu_test.h"

#include "observe/counters.h" /* of the room device/ */

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static uint64_t number_from(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);

    return text ? strtoull(text, NULL, 10) : otherwise;
}

/* A good segment, in memory that the caller frees. */
static void *good_segment(size_t *size_out)
{
    static const struct vgpu_counted_device devices[] = {
        {"first", 1 << 20, 3}, {"no units", 5, 0}, {"last", 1 << 30, 1}};
    struct vgpu_counters *counters;
    struct vgpu_device_counters device;
    void *copy = NULL;

    if (vgpu_counters_create(devices, 3, &counters) != 0)
        return NULL;
    vgpu_device_counters_bind(&device, counters, 2);
    vgpu_count(&device, VGPU_COUNTER_bytes_read, 1234);
    vgpu_counters_kernel(counters, "a_kernel");
    *size_out = device.segment->total_bytes;
    if (posix_memalign(&copy, VGPU_SEGMENT_ALIGN, *size_out) == 0)
        memcpy(copy, device.segment, *size_out);
    vgpu_counters_release(counters);
    vgpu_counters_release(counters);
    return copy;
}

/* Reads all there is; the sum keeps the reads from being left out. */
static uint64_t read_all(const struct vgpu_segment *segment)
{
    uint64_t sum = strlen(segment->program);

    for (uint32_t d = 0; d < segment->num_devices; d++) {
        cl_device_counters_vgpu device;
        cl_compute_unit_counters_vgpu unit;
        cl_kernel_counters_vgpu kernel;

        vgpu_segment_read_device(segment, d, 1000, &device);
        sum += device.bytes_read + strlen(segment->devices[d].name);
        for (uint32_t i = 0; i < segment->devices[d].num_units; i++) {
            vgpu_segment_read_unit(segment, d, i, 1000, &unit);
            sum += unit.busy_ns;
        }
        for (uint32_t i = 0; i < vgpu_segment_kernels(segment); i++) {
            vgpu_segment_read_kernel(segment, d, i, 1000, &kernel);
            sum += kernel.busy_ns + strlen(kernel.name);
        }
    }
    return sum;
}

VGPU_UNIT_TEST(segment, passes_its_own_check_and_says_what_was_counted)
{
    size_t size = 0;
    struct vgpu_segment *segment = good_segment(&size);
    cl_device_counters_vgpu counters;

    ASSERT_TRUE(segment != NULL);
    EXPECT_EQ(0, vgpu_segment_check(segment, size));
    EXPECT_EQ(3, segment->num_devices);
    EXPECT_STREQ("last", segment->devices[2].name);
    EXPECT_EQ(VGPU_ROW_FIRST + 1, vgpu_segment_kernels(segment));
    EXPECT_STREQ("a_kernel", segment->kernels[VGPU_ROW_FIRST]);
    vgpu_segment_read_device(segment, 2, 0, &counters);
    EXPECT_EQ(1234, counters.bytes_read);
    vgpu_segment_read_device(segment, 0, 0, &counters);
    EXPECT_EQ(0, counters.bytes_read);
    free(segment);
}

VGPU_UNIT_TEST(segment, is_refused_where_it_is_cut_of_another_version_or_none)
{
    size_t size = 0;
    struct vgpu_segment *segment = good_segment(&size);

    ASSERT_TRUE(segment != NULL);
    for (size_t shorter = 0; shorter < size; shorter += 61)
        EXPECT_EQ(-EBADMSG, vgpu_segment_check(segment, shorter));
    segment->version++;
    EXPECT_EQ(-EPROTONOSUPPORT, vgpu_segment_check(segment, size));
    segment->version--;
    segment->slot_bytes += 128;
    EXPECT_EQ(-EPROTONOSUPPORT, vgpu_segment_check(segment, size));
    segment->slot_bytes -= 128;
    memset(segment->kernels[7], 'x', sizeof segment->kernels[7]);
    EXPECT_EQ(-EBADMSG, vgpu_segment_check(segment, size));
    memset(segment, 0, size);
    EXPECT_EQ(-EBADMSG, vgpu_segment_check(segment, size));
    free(segment);
}

/* Damages some bytes, more often where the header is. */
static void damage(uint8_t *bytes, size_t size, uint64_t *random)
{
    const uint64_t count = 1 + next_random(random) % 16;

    for (uint64_t i = 0; i < count; i++) {
        const size_t span = next_random(random) % 2 ? size : 128;
        const size_t at = next_random(random) % span;

        bytes[at] = next_random(random) % 3 ? (uint8_t)next_random(random) : 0xFF;
    }
}

VGPU_UNIT_TEST(segment, that_is_damaged_at_random_is_refused_or_read)
{
    uint64_t random = number_from("VGPU_FUZZ_SEED", 20260101);
    const uint64_t count = number_from("VGPU_FUZZ_COUNT", 4000);
    size_t size = 0;
    uint8_t *good = good_segment(&size);
    uint64_t sum = 0, read = 0;

    ASSERT_TRUE(good != NULL);
    random += random == 0;
    for (uint64_t i = 0; i < count; i++) {
        const size_t cut = next_random(&random) % 8 ? size : next_random(&random) % size;
        void *bytes = NULL;

        /* as large as it says, so that a sanitizer sees what reads past it */
        ASSERT_EQ(0, posix_memalign(&bytes, VGPU_SEGMENT_ALIGN, cut ? cut : 1));
        memcpy(bytes, good, cut);
        if (cut > 128)
            damage(bytes, cut, &random);
        if (vgpu_segment_check(bytes, cut) == 0) {
            sum += read_all(bytes);
            read++;
        }
        free(bytes);
    }
    EXPECT_LT(0, read);
    EXPECT_NE(0, sum);
    free(good);
}

/* A memfd such as a process that uses vgpu has; -1 after a failure of the test. */
static int publish(const void *bytes, size_t size)
{
    const int file = memfd_create(VGPU_SEGMENT_FILE, MFD_CLOEXEC);

    EXPECT_LE(0, file);
    EXPECT_EQ(size, write(file, bytes, size));
    return file;
}

/* What `vgpu top` makes of this process, which has garbage to show. */
static void expect_top_lives(size_t most_processes)
{
    static const char *const forms[] = {"--json", "--once"};
    char pid[32];

    snprintf(pid, sizeof pid, "%ld", (long)getpid());
    for (int i = 0; i < 2; i++) {
        const char *const argv[] = {VGPU_PROGRAM, "top",        forms[i], "--pid",
                                    pid,          "--interval", "0",      NULL};
        struct vgpu_test_process process = vgpu_test_spawn(argv, NULL);
        json_t *root;

        EXPECT_LE(0, process.status);
        EXPECT_LE(process.status, 1);
        for (const char *c = process.out; i == 1 && c && *c; c++)
            EXPECT_TRUE(*c == '\n' || (*c >= ' ' && *c <= '~'));
        if (i == 0) {
            root = json_loads(process.out ? process.out : "", 0, NULL);
            EXPECT_TRUE(root != NULL);
            EXPECT_LE(json_array_size(json_object_get(root, "processes")),
                      most_processes);
            json_decref(root);
        }
        vgpu_test_process_fini(&process);
    }
}

VGPU_UNIT_TEST(vgpu_top, lives_where_a_process_shows_it_garbage)
{
    uint64_t random = number_from("VGPU_FUZZ_SEED", 31337);
    size_t size = 0;
    uint8_t *bytes = good_segment(&size);
    int file;

    ASSERT_TRUE(bytes != NULL);
    for (int i = 0; i < 12; i++) {
        uint8_t *damaged = malloc(size);

        ASSERT_TRUE(damaged != NULL);
        memcpy(damaged, bytes, size);
        if (i < 4) /* counters alone: it is read, and shows what cannot be */
            for (size_t at =
                     sizeof(struct vgpu_segment) + 3 * sizeof(struct vgpu_segment_device);
                 at < size; at++)
                damaged[at] = (uint8_t)next_random(&random);
        else
            damage(damaged, size, &random);
        if (i == 11)
            memset(((struct vgpu_segment *)(void *)damaged)->program, 0x1B, 60);
        file = publish(damaged, i % 3 ? size : size / (size_t)(i + 1));
        expect_top_lives(1);
        close(file);
        free(damaged);
    }
    free(bytes);
}

VGPU_UNIT_TEST(vgpu_top, leaves_out_files_that_are_empty_or_huge)
{
    const int empty = memfd_create(VGPU_SEGMENT_FILE, MFD_CLOEXEC);
    const int huge = memfd_create(VGPU_SEGMENT_FILE, MFD_CLOEXEC);

    ASSERT_LE(0, empty);
    ASSERT_LE(0, huge);
    EXPECT_EQ(0, ftruncate(huge, (off_t)1 << 40));
    expect_top_lives(0);
    close(empty);
    close(huge);
}
