/* SPDX-License-Identifier: MIT */
/* Compute units: where they are pinned, what they are called, how they begin, rest and
 * end. */
#define _GNU_SOURCE
#include "vgpu_test.h"

#include "fiber.h"
#include "futex.h"
#include "run_launch.h"
#include "sanitizer.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* What the thread of a group says about itself. */
struct portrait {
    char name[16];
    int cpus;    /* it may run on */
    bool on_cpu; /* the one that placement names is among them */
    bool on_unit;
    bool blocks_interrupt, blocks_fault;
    unsigned cpu; /* in: what placement says */
};

static void portray(const struct vgpu_group *group, void *const args[])
{
    struct portrait *portrait = *(struct portrait *const *)args[0];
    sigset_t blocked;
    cpu_set_t cpus;

    (void)group;
    pthread_getname_np(pthread_self(), portrait->name, sizeof portrait->name);
    sched_getaffinity(0, sizeof cpus, &cpus);
    portrait->cpus = CPU_COUNT(&cpus);
    portrait->on_cpu = CPU_ISSET(portrait->cpu, &cpus);
    portrait->on_unit = vgpu_on_compute_unit();
    pthread_sigmask(SIG_BLOCK, NULL, &blocked);
    portrait->blocks_interrupt = sigismember(&blocked, SIGINT) == 1;
    portrait->blocks_fault = sigismember(&blocked, SIGSEGV) == 1;
}

VGPU_UNIT_TEST(compute_unit, is_a_named_thread_pinned_to_its_core)
{
    struct vgpu_device *device = make_device("cu=1");
    struct portrait portrait = {.cpus = 0}, *pointer = &portrait;
    struct vgpu_unit_placement placement;
    void *args[] = {&pointer};
    struct run run;

    ASSERT_TRUE(device != NULL);
    ASSERT_EQ(0, vgpu_device_placement(device, 0, &placement));
    portrait.cpu = placement.cpu;
    run_init(&run, portray, (struct size3){1, 1, 1}, (struct size3){1, 1, 1});
    run.launch.args = args;
    run.launch.num_args = 1;
    EXPECT_EQ(0, run_one(&run, device));
    EXPECT_STREQ("vgpu0.0", portrait.name);
    EXPECT_TRUE(portrait.on_unit);
    EXPECT_FALSE(vgpu_on_compute_unit());
    EXPECT_TRUE(portrait.blocks_interrupt);
    EXPECT_FALSE(portrait.blocks_fault);
    if (placement.pinned) {
        EXPECT_EQ(1, portrait.cpus);
        EXPECT_TRUE(portrait.on_cpu);
    }
    drop_device(device);
}

VGPU_UNIT_TEST(compute_unit, sits_on_a_core_of_its_own_as_long_as_there_are_enough)
{
    struct vgpu_device *devices[VGPU_MAX_DEVICES];
    struct vgpu_unit_placement first, second;
    unsigned count;

    if (vgpu_host_cpus() < 2)
        VGPU_SKIP("needs two cores");
    ASSERT_EQ(0, vgpu_devices_create("cu=1;cu=1", devices, &count));
    ASSERT_EQ(2, count);
    EXPECT_EQ(0, vgpu_device_placement(devices[0], 0, &first));
    EXPECT_EQ(0, vgpu_device_placement(devices[1], 0, &second));
    EXPECT_NE(first.cpu, second.cpu);
    for (unsigned i = 0; i < count; i++)
        drop_device(devices[i]);
}

VGPU_UNIT_TEST(compute_unit, says_when_all_share_one_core)
{
    struct vgpu_device *devices[VGPU_MAX_DEVICES];
    struct vgpu_unit_placement placement;
    unsigned count;

    ASSERT_EQ(0, vgpu_devices_create("cu=1;cu=256", devices, &count));
    EXPECT_EQ(0, vgpu_device_placement(devices[0], 0, &placement));
    EXPECT_EQ(placement.cpu, devices[0]->only_cpu);
    if (vgpu_host_cpus() > 1)
        EXPECT_EQ(VGPU_SEVERAL_CPUS, devices[1]->only_cpu);
    else
        EXPECT_EQ(placement.cpu, devices[1]->only_cpu);
    for (unsigned i = 0; i < count; i++)
        drop_device(devices[i]);
}

VGPU_UNIT_TEST(compute_unit, stays_on_the_cores_that_the_thread_was_bound_to)
{
    struct vgpu_device *device = NULL;
    struct vgpu_unit_placement placement;
    cpu_set_t before, one;
    int cpu = 0;

    sched_getaffinity(0, sizeof before, &before);
    for (int i = 0; i < CPU_SETSIZE; i++)
        cpu = CPU_ISSET(i, &before) ? i : cpu;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    ASSERT_EQ(0, sched_setaffinity(0, sizeof one, &one));
    EXPECT_EQ(1, vgpu_host_cpus());
    device = make_device(NULL);
    sched_setaffinity(0, sizeof before, &before);
    ASSERT_TRUE(device != NULL);
    EXPECT_EQ(1, device->spec.compute_units);
    EXPECT_EQ(0, vgpu_device_placement(device, 0, &placement));
    EXPECT_EQ(cpu, placement.cpu);
    drop_device(device);
}

VGPU_UNIT_TEST(compute_unit, shares_a_core_where_there_are_more_units)
{
    struct vgpu_device *device = make_device("cu=256");
    struct vgpu_unit_placement placement;

    ASSERT_TRUE(device != NULL);
    for (unsigned i = 0; i < 256; i++)
        EXPECT_EQ(0, vgpu_device_placement(device, i, &placement));
    EXPECT_EQ(-ESRCH, vgpu_device_placement(device, 256, &placement));
    EXPECT_EQ(-ESRCH, vgpu_device_placement(device, UINT32_MAX, &placement));
    drop_device(device);
}

VGPU_UNIT_TEST(compute_unit, ends_with_a_device_that_never_ran)
{
    struct vgpu_device *devices[VGPU_MAX_DEVICES];
    unsigned count;

    ASSERT_EQ(0, vgpu_devices_create("cu=2;cu=2;cu=2", devices, &count));
    EXPECT_EQ(3, count);
    for (unsigned i = 0; i < count; i++)
        drop_device(devices[i]);
}

static void do_nothing(const struct vgpu_group *group, void *const args[])
{
    (void)group;
    (void)args;
}

/* Leaves the process room for so many more thread stacks. */
static struct rlimit limit_threads(size_t count)
{
    struct rlimit before, limited;
    unsigned long pages = 0;
    size_t stack_size = 0;
    pthread_attr_t attributes;
    FILE *file = fopen("/proc/self/statm", "r");

    if (!file || fscanf(file, "%lu", &pages) != 1)
        VGPU_FAIL("cannot read the size of this process");
    if (file)
        fclose(file);
    pthread_attr_init(&attributes);
    pthread_attr_getstacksize(&attributes, &stack_size);
    pthread_attr_destroy(&attributes);
    getrlimit(RLIMIT_AS, &before);
    limited = before;
    limited.rlim_cur =
        pages * (rlim_t)sysconf(_SC_PAGESIZE) + (count * 2 + 1) * stack_size / 2;
    setrlimit(RLIMIT_AS, &limited);
    return before;
}

/* In a process of its own, where no earlier thread has left its stack behind. */
VGPU_UNIT_TEST_WITH_ENV(compute_unit, that_cannot_start_is_reported_and_tried_again,
                        "VGPU_DEVICES")
{
    struct vgpu_device *device;
    struct vgpu_unit_placement placement;
    struct run waiting, second;
    struct rlimit before;

    if (VGPU_ASAN || VGPU_TSAN)
        VGPU_SKIP("sanitizers need the address space that this test takes away");
    device = make_device("cu=4");
    ASSERT_TRUE(device != NULL);
    run_init(&waiting, do_nothing, (struct size3){9, 1, 1}, (struct size3){1, 1, 1});
    run_init(&second, do_nothing, (struct size3){9, 1, 1}, (struct size3){1, 1, 1});
    before = limit_threads(0);
    vgpu_test_stderr_start();
    EXPECT_EQ(-EAGAIN, vgpu_device_placement(device, 0, &placement));
    run_submit(&waiting, device);
    setrlimit(RLIMIT_AS, &before);
    EXPECT_CONTAINS(vgpu_test_stderr_stop(),
                    "only 0 of 4 compute units could be started");
    EXPECT_EQ(0, atomic_load(&waiting.completed));
    EXPECT_EQ(0, run_one(&second, device));
    run_wait(&waiting);
    EXPECT_EQ(0, waiting.status);
    drop_device(device);
}

VGPU_UNIT_TEST_WITH_ENV(compute_unit, does_the_work_of_those_that_cannot_start,
                        "VGPU_DEVICES")
{
    struct vgpu_device *device;
    struct vgpu_unit_placement placement;
    struct rlimit before;
    struct run run;

    if (VGPU_ASAN || VGPU_TSAN)
        VGPU_SKIP("sanitizers need the address space that this test takes away");
    device = make_device("cu=64");
    ASSERT_TRUE(device != NULL);
    run_init(&run, do_nothing, (struct size3){1000, 1, 1}, (struct size3){1, 1, 1});
    before = limit_threads(3);
    vgpu_test_stderr_start();
    EXPECT_EQ(0, run_one(&run, device));
    EXPECT_CONTAINS(vgpu_test_stderr_stop(), "of 64 compute units could be started");
    setrlimit(RLIMIT_AS, &before);
    EXPECT_EQ(0, vgpu_device_placement(device, 0, &placement));
    EXPECT_EQ(-ESRCH, vgpu_device_placement(device, 63, &placement));
    drop_device(device);
}

static atomic_uint idle_calls;

static void note_idle(void)
{
    atomic_fetch_add(&idle_calls, 1);
    vgpu_futex_wake_all(&idle_calls);
}

VGPU_UNIT_TEST(compute_unit, calls_the_idle_hook_before_it_sleeps)
{
    struct vgpu_device *device = make_device("cu=1");
    struct run run;

    ASSERT_TRUE(device != NULL);
    vgpu_device_set_idle_hook(note_idle);
    atomic_store(&idle_calls, 0);
    run_init(&run, do_nothing, (struct size3){1, 1, 1}, (struct size3){1, 1, 1});
    EXPECT_EQ(0, run_one(&run, device));
    while (atomic_load(&idle_calls) == 0)
        vgpu_futex_wait(&idle_calls, 0);
    vgpu_device_set_idle_hook(NULL);
    drop_device(device);
}

/* Every launch of a group of two units finds the group's local memory to itself. */
static void use_local_memory(const struct vgpu_group *group, void *const args[])
{
    unsigned char *first = *(unsigned char *const *)args[1];
    unsigned char *second = *(unsigned char *const *)args[2];
    atomic_uint *wrong = *(atomic_uint *const *)args[0];
    const unsigned char mark = (unsigned char)(group->group_id[0] + 1);

    if (first != group->local_memory || second != first + 1024 ||
        (uintptr_t)first % VGPU_BASE_ALIGN != 0)
        atomic_fetch_add(wrong, 1);
    memset(first, mark, 1000);
    memset(second, mark + 1, 64512);
    sched_yield();
    for (size_t i = 0; i < 1000; i++)
        if (first[i] != mark)
            atomic_fetch_add(wrong, 1);
    for (size_t i = 0; i < 64512; i++)
        if (second[i] != (unsigned char)(mark + 1))
            atomic_fetch_add(wrong, 1);
}

VGPU_UNIT_TEST(compute_unit, gives_each_group_local_memory_of_its_own)
{
    static const struct vgpu_local_arg locals[] = {{1, 1024, 0}, {2, 1024, 1024}};
    struct vgpu_device *device = make_device("cu=3");
    atomic_uint wrong = 0, *pointer = &wrong;
    void *args[] = {&pointer, NULL, NULL};
    struct run run;

    ASSERT_TRUE(device != NULL);
    ASSERT_EQ(65536, device->spec.local_memory);
    run_init(&run, use_local_memory, (struct size3){40, 1, 1}, (struct size3){1, 1, 1});
    run.launch.args = args;
    run.launch.num_args = 3;
    run.launch.locals = locals;
    run.launch.num_locals = 2;
    run.launch.local_bytes = 65536;
    EXPECT_EQ(0, run_one(&run, device));
    EXPECT_EQ(0, atomic_load(&wrong));
    EXPECT_TRUE(args[1] == NULL && args[2] == NULL);
    drop_device(device);
}

VGPU_UNIT_TEST(devices, are_described_by_the_machine)
{
    struct vgpu_device *device = make_device(NULL);

    ASSERT_TRUE(device != NULL);
    EXPECT_STREQ("Virtual GPU", device->spec.name);
    EXPECT_EQ(vgpu_host_cpus(), device->spec.compute_units);
    EXPECT_GT(device->spec.global_memory, 0);
    EXPECT_LE(device->spec.global_memory,
              (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE));
    EXPECT_LE(device->spec.global_memory / 4 / VGPU_BASE_ALIGN * VGPU_BASE_ALIGN,
              device->spec.max_allocation);
    EXPECT_EQ(0, device->spec.max_allocation % VGPU_BASE_ALIGN);
    EXPECT_EQ(VGPU_MAX_WORK_GROUP_SIZE, device->spec.max_work_group_size);
    EXPECT_GE(device->spec.constant_memory, 65536);
    EXPECT_GT(device->spec.clock_hz, 0);
    EXPECT_GT(device->spec.cache_line, 0);
    drop_device(device);
}

VGPU_UNIT_TEST(devices, are_refused_with_a_message_when_the_text_cannot_be_read)
{
    struct vgpu_device *devices[VGPU_MAX_DEVICES] = {NULL};
    unsigned count = 55;
    const char *text;

    vgpu_test_stderr_start();
    EXPECT_EQ(-EINVAL, vgpu_devices_create("cu=2;cu=two", devices, &count));
    text = vgpu_test_stderr_stop();
    EXPECT_CONTAINS(text, "vgpu: VGPU_DEVICES, column 9: ");
    EXPECT_CONTAINS(text, "cu=2;cu=two");
    EXPECT_EQ(55, count);
    EXPECT_TRUE(devices[0] == NULL);
}
