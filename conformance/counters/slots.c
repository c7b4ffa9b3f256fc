/* SPDX-License-Identifier: MIT */
/* Who writes a segment, and who may not: forks, files that cannot be had, the end of a
 * process. */
#define _GNU_SOURCE
#include "vgpu_test.h"

#include "observe/counters.h" /* of the room device/ */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct vgpu_counted_device one_device = {"one", 1 << 20, 2};

/* The number of the first descriptor that shows a segment, -1: there is none. */
static int find_file(pid_t pid)
{
    char path[64], target[128];
    struct dirent *entry;
    int found = -1;
    DIR *folder;

    snprintf(path, sizeof path, "/proc/%ld/fd", (long)pid);
    folder = opendir(path);
    while (folder && found < 0 && (entry = readdir(folder))) {
        const ssize_t length =
            readlinkat(dirfd(folder), entry->d_name, target, sizeof target - 1);

        target[length > 0 ? length : 0] = 0;
        if (strstr(target, "memfd:" VGPU_SEGMENT_FILE))
            sscanf(entry->d_name, "%d", &found);
    }
    if (folder)
        closedir(folder);
    return found;
}

static cl_device_counters_vgpu read_device(const struct vgpu_device_counters *device)
{
    cl_device_counters_vgpu counters;

    vgpu_segment_read_device(device->segment, device->index, 0, &counters);
    return counters;
}

VGPU_UNIT_TEST(segment, cannot_be_shrunk_or_written_by_who_finds_it)
{
    struct vgpu_counters *counters;
    char path[64];
    int found, file;

    ASSERT_EQ(0, vgpu_counters_create(&one_device, 1, &counters));
    found = find_file(getpid());
    if (found < 0) {
        vgpu_counters_release(counters);
        VGPU_SKIP("the system gives no memfd");
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", found);
    file = open(path, O_RDWR | O_CLOEXEC);
    if (file >= 0) {
        EXPECT_EQ(-1, ftruncate(file, 0));
        EXPECT_EQ(-1, write(file, "x", 1));
        EXPECT_TRUE(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) ==
                    MAP_FAILED);
        close(file);
    }
    vgpu_counters_release(counters);
    EXPECT_EQ(-1, find_file(getpid()));
}

VGPU_UNIT_TEST(segment, is_private_to_a_child_made_by_fork)
{
    struct vgpu_counters *counters;
    struct vgpu_device_counters device;
    int status = -1;
    pid_t child;

    ASSERT_EQ(0, vgpu_counters_create(&one_device, 1, &counters));
    vgpu_device_counters_bind(&device, counters, 0);
    vgpu_count(&device, VGPU_COUNTER_commands_read, 5);
    child = fork();
    if (child == 0) {
        bool good = find_file(getpid()) < 0 && read_device(&device).commands_read == 5;

        vgpu_count(&device, VGPU_COUNTER_commands_read, 100);
        vgpu_count_memory_taken(&device, 64);
        good = good && read_device(&device).commands_read == 105;
        _exit(good ? 0 : 1);
    }
    ASSERT_LT(0, child);
    EXPECT_EQ(child, waitpid(child, &status, 0));
    EXPECT_EQ(0, status);
    EXPECT_EQ(5, read_device(&device).commands_read);
    EXPECT_EQ(0, read_device(&device).memory_used);
    vgpu_counters_release(counters);
    vgpu_counters_release(counters);
}

VGPU_UNIT_TEST(segment, is_private_memory_where_there_is_no_file_to_be_had)
{
    struct vgpu_counters *counters;
    struct vgpu_device_counters device;
    int status = -1;
    const pid_t child = fork();

    if (child == 0) {
        const struct rlimit none = {0, 0};
        bool good;

        setrlimit(RLIMIT_NOFILE, &none);
        good = vgpu_counters_create(&one_device, 1, &counters) == 0;
        if (good) {
            vgpu_device_counters_bind(&device, counters, 0);
            vgpu_count(&device, VGPU_COUNTER_commands_read, 7);
            good = read_device(&device).commands_read == 7;
        }
        _exit(good ? 0 : 1);
    }
    ASSERT_LT(0, child);
    EXPECT_EQ(child, waitpid(child, &status, 0));
    EXPECT_EQ(0, status);
}

VGPU_UNIT_TEST(segment, stays_where_the_program_closes_its_file)
{
    struct vgpu_counters *counters;
    struct vgpu_device_counters device;
    int found, other;

    ASSERT_EQ(0, vgpu_counters_create(&one_device, 1, &counters));
    vgpu_device_counters_bind(&device, counters, 0);
    found = find_file(getpid());
    if (found >= 0)
        close(found);
    other = open("/dev/null", O_RDWR | O_CLOEXEC); /* gets its number */
    vgpu_count(&device, VGPU_COUNTER_commands_read, 3);
    EXPECT_EQ(3, read_device(&device).commands_read);
    vgpu_counters_release(counters);
    vgpu_counters_release(counters);
    EXPECT_EQ(0, fcntl(other, F_GETFD) & ~FD_CLOEXEC); /* still open */
    close(other);
}

VGPU_UNIT_TEST(segment, is_gone_when_its_process_is_killed)
{
    struct vgpu_counters *counters;
    char pid[32], byte;
    const char *const argv[] = {VGPU_PROGRAM, "top", "--once", "--pid",
                                pid,          "-i",  "0",      NULL};
    struct vgpu_test_process process;
    pid_t child;
    int ready[2];

    ASSERT_EQ(0, pipe2(ready, O_CLOEXEC));
    child = fork();
    if (child == 0) {
        byte = vgpu_counters_create(&one_device, 1, &counters) == 0;
        if (write(ready[1], &byte, 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    ASSERT_LT(0, child);
    ASSERT_EQ(1, read(ready[0], &byte, 1));
    EXPECT_EQ(1, byte);
    snprintf(pid, sizeof pid, "%ld", (long)child);
    process = vgpu_test_spawn(argv, NULL);
    EXPECT_EQ(0, process.status);
    EXPECT_CONTAINS(process.out, "one");
    vgpu_test_process_fini(&process);
    kill(child, SIGKILL);
    EXPECT_EQ(child, waitpid(child, NULL, 0));
    process = vgpu_test_spawn(argv, NULL);
    EXPECT_EQ(1, process.status);
    vgpu_test_process_fini(&process);
    close(ready[0]);
    close(ready[1]);
}

VGPU_UNIT_TEST(time_word, runs_stops_and_never_goes_back)
{
    struct vgpu_counters *counters;
    struct vgpu_device_counters device;
    struct vgpu_unit_counters unit = {0};
    cl_compute_unit_counters_vgpu read;

    ASSERT_EQ(0, vgpu_counters_create(&one_device, 1, &counters));
    vgpu_device_counters_bind(&device, counters, 0);
    unit.block = &device.units[1];
    vgpu_unit_expect(&unit, 1000);
    vgpu_unit_begin(&unit, VGPU_ROW_OTHERS, 8);
    vgpu_segment_read_unit(device.segment, 0, 1, 1500, &read);
    EXPECT_EQ(500, read.busy_ns);
    EXPECT_EQ(8, read.work_groups);
    vgpu_unit_rest(&unit, 1600);
    vgpu_segment_read_unit(device.segment, 0, 1, 9999, &read);
    EXPECT_EQ(600, read.busy_ns);
    vgpu_unit_rest(&unit, 5000); /* it rests already */
    vgpu_unit_expect(&unit, 6000);
    vgpu_unit_begin(&unit, VGPU_ROW_NATIVE, 1);
    vgpu_segment_read_unit(device.segment, 0, 1, 6001, &read);
    EXPECT_EQ(601, read.busy_ns);
    vgpu_segment_read_unit(device.segment, 0, 1, 100, &read); /* a clock of its own */
    EXPECT_EQ(0, read.busy_ns);
    EXPECT_EQ(600, vgpu_time_read(&unit.block->kernels[VGPU_ROW_OTHERS].busy, 7000));
    EXPECT_EQ(1000, vgpu_time_read(&unit.block->kernels[VGPU_ROW_NATIVE].busy, 7000));
    vgpu_counters_release(counters);
    vgpu_counters_release(counters);
}
