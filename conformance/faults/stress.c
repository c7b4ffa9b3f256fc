/* SPDX-License-Identifier: MIT */
/* Thousands of faults of every kind in one process, on two devices, one of which works
 * meanwhile. VGPU_FAULT_COUNT and VGPU_FAULT_SEED ask for more of them, and for others.
 */
#define _GNU_SOURCE
#include "vgpu_test.h"

#include "faults_test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define COUNT       400 /* of faults, where nothing else is asked for */
#define UNITS       2   /* of each device */
#define WORK_ITEMS  4096
#define WORK_ROUNDS 50
#define WATCHDOG_MS 50

static const char *const kernel_names[] = {"plain_fault", "barrier_fault", "group_fault"};
#define NUM_KERNELS (sizeof kernel_names / sizeof *kernel_names)

/* A device with what faults there. */
struct victim {
    struct vgpu_fixture fixture;
    cl_kernel kernels[NUM_KERNELS], meet;
    cl_mem fence, shortened, counter;
    struct fault_pages pages;
    char *mapping;
    atomic_uint num_told;
    char told[1024];
};

static uint64_t number_of(const char *variable, uint64_t otherwise)
{
    const char *const text = getenv(variable);

    return text ? strtoull(text, NULL, 10) : otherwise;
}

static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint32_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

static void CL_CALLBACK note(const char *text, const void *info, size_t size, void *data)
{
    struct victim *const victim = data;

    (void)info, (void)size;
    snprintf(victim->told, sizeof victim->told, "%s", text);
    atomic_fetch_add(&victim->num_told, 1);
}

/* Two pages of a file that has one. */
static char *map_short(size_t page)
{
    const int file = memfd_create("short", MFD_CLOEXEC);
    char *memory;

    EXPECT_EQ(0, ftruncate(file, (off_t)page));
    memory = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    EXPECT_TRUE(memory != MAP_FAILED);
    close(file);
    return memory;
}

static void victim_init(struct victim *victim, cl_platform_id platform,
                        cl_device_id device)
{
    struct vgpu_fixture *const f = &victim->fixture;
    cl_int err;

    f->platform = platform;
    f->device = device;
    f->context = clCreateContext(NULL, 1, &device, note, victim, &err);
    EXPECT_CL(CL_SUCCESS, err);
    f->queue = clCreateCommandQueueWithProperties(f->context, device, NULL, &err);
    EXPECT_CL(CL_SUCCESS, err);
    for (size_t i = 0; i < NUM_KERNELS; i++)
        victim->kernels[i] = vgpu_test_kernel(f, kernel_names[i]);
    victim->meet = vgpu_test_kernel(f, "meet");
    victim->pages = fault_pages_make();
    victim->mapping = map_short(victim->pages.bytes);
    victim->fence = fault_fence(f, &victim->pages);
    victim->shortened = vgpu_test_buffer(f, CL_MEM_USE_HOST_PTR, 2 * victim->pages.bytes,
                                         victim->mapping);
    victim->counter = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 64, NULL);
}

static void victim_fini(struct victim *victim)
{
    struct vgpu_fixture *const f = &victim->fixture;

    for (size_t i = 0; i < NUM_KERNELS; i++)
        EXPECT_CL(CL_SUCCESS, clReleaseKernel(victim->kernels[i]));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(victim->meet));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(victim->fence));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(victim->shortened));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(victim->counter));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(f->context));
    munmap(victim->mapping, 2 * victim->pages.bytes);
    fault_pages_free(&victim->pages);
}

/* Whether the watchdog was faster than a fault: on a busy machine what a unit does may
 * take any time. It may not have been too fast. */
static bool was_stopped(const struct victim *victim, enum fault_kind kind, uint64_t ns)
{
    if (kind == FAULT_LOOP || !strstr(victim->told, fault_words(FAULT_LOOP)))
        return false;
    EXPECT_GE(ns, WATCHDOG_MS * 1000000ull);
    return true;
}

/* One fault, and whether all that is said of it is right. */
static void fault_once(struct victim *victim, enum fault_kind kind, uint64_t *random)
{
    static const size_t locals[] = {1, 16, 64, 96, 256};
    const size_t which = next_random(random) % NUM_KERNELS;
    const size_t local = locals[next_random(random) % 5];
    const size_t groups = next_random(random) % 12 + 1;
    const size_t in_page = victim->pages.bytes / sizeof(cl_int);
    const bool is_bus = kind == FAULT_BUS;
    const size_t global =
        is_bus ? (2 * in_page + local - 1) / local * local : groups * local;
    const size_t item =
        is_bus ? in_page + next_random(random) % in_page : next_random(random) % global;
    const unsigned before = atomic_load(&victim->num_told);
    const uint64_t start = now_ns();
    char expected[128];

    EXPECT_CL(CL_OUT_OF_RESOURCES, fault_run(&victim->fixture, victim->kernels[which],
                                             is_bus ? victim->shortened : victim->fence,
                                             kind, (cl_int)item, global, local));
    while (atomic_load(&victim->num_told) == before)
        sched_yield();
    snprintf(expected, sizeof expected,
             "kernel \"%s\" at kernels.c:", kernel_names[which]);
    if (kind != FAULT_ABORT) /* which is the sanitizer's, where there is one */
        EXPECT_CONTAINS(victim->told, expected);
    if (was_stopped(victim, kind, now_ns() - start))
        return;
    snprintf(expected, sizeof expected, ", work-group (%zu, 0, 0)", item / local);
    EXPECT_CONTAINS(victim->told, expected);
    EXPECT_CONTAINS(victim->told, fault_words(kind));
    snprintf(expected, sizeof expected, "work-item (%zu, 0, 0), local id (%zu, 0, 0)",
             item, item % local);
    if (strcmp(kernel_names[which], "barrier_fault") == 0)
        EXPECT_CONTAINS(victim->told, expected);
    EXPECT_EQ(before + 1, atomic_load(&victim->num_told));
}

/* A launch that ends only if all units of the device take part. */
static void expect_all_units(struct victim *victim)
{
    const struct vgpu_fixture *const f = &victim->fixture;
    const cl_int zero = 0;
    const size_t global = UNITS, local = 1;
    cl_event event;

    EXPECT_CL(CL_SUCCESS,
              clSetKernelArg(victim->meet, 0, sizeof victim->counter, &victim->counter));
    EXPECT_CL(CL_SUCCESS,
              clEnqueueFillBuffer(f->queue, victim->counter, &zero, sizeof zero, 0,
                                  sizeof zero, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, victim->meet, 1, NULL, &global,
                                                 &local, 0, NULL, &event));
    EXPECT_CL(CL_SUCCESS, clWaitForEvents(1, &event));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
}

/* The neighbour's work: numbers that only a right sequence of launches gives. */
struct neighbour {
    const struct victim *victim; /* whose device it shares */
    atomic_bool ends;
    unsigned launches;
};

static void launch_work(cl_command_queue queue, cl_kernel kernel)
{
    const size_t global = WORK_ITEMS, local = 64;

    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global, &local,
                                                 0, NULL, NULL));
}

static void expect_work(cl_uint *numbers, unsigned launches)
{
    for (cl_uint i = 0; i < WORK_ITEMS; i++) {
        cl_uint x = i;

        for (unsigned r = 0; r < launches * WORK_ROUNDS; r++)
            x = x * 1664525u + 1013904223u;
        if (x != numbers[i])
            VGPU_FAIL("element %u of the neighbour is %u, and should be %u", i,
                      numbers[i], x);
        numbers[i] = i;
    }
}

static void *work(void *context)
{
    struct neighbour *const neighbour = context;
    const struct vgpu_fixture *const f = &neighbour->victim->fixture;
    const cl_uint rounds = WORK_ROUNDS;
    const cl_command_queue queue = vgpu_test_queue(f, 0);
    const cl_kernel kernel = vgpu_test_kernel(f, "count_up");
    const cl_mem data =
        vgpu_test_buffer(f, CL_MEM_READ_WRITE, WORK_ITEMS * sizeof(cl_uint), NULL);
    cl_uint numbers[WORK_ITEMS];

    for (cl_uint i = 0; i < WORK_ITEMS; i++)
        numbers[i] = i;
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof data, &data));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, sizeof rounds, &rounds));
    while (!atomic_load(&neighbour->ends)) {
        EXPECT_CL(CL_SUCCESS,
                  clEnqueueWriteBuffer(queue, data, CL_TRUE, 0, sizeof numbers, numbers,
                                       0, NULL, NULL));
        for (unsigned i = 0; i < 8; i++)
            launch_work(queue, kernel);
        EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(queue, data, CL_TRUE, 0, sizeof numbers,
                                                  numbers, 0, NULL, NULL));
        expect_work(numbers, 8);
        neighbour->launches += 8;
    }
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(data));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
    return NULL;
}

static void fault_often(struct victim victims[2], enum fault_kind last_kind)
{
    const uint64_t count = number_of("VGPU_FAULT_COUNT", COUNT);
    uint64_t random = number_of("VGPU_FAULT_SEED", 1);

    for (uint64_t i = 0; i < count; i++) {
        const enum fault_kind kind =
            (enum fault_kind)(FAULT_WILD + i % (uint64_t)last_kind);
        /* the watchdog is the first one's: it could stop the neighbour, too */
        struct victim *const victim =
            kind == FAULT_LOOP ? &victims[0] : &victims[next_random(&random) % 2];

        fault_once(victim, kind, &random);
        if (i % 50 == 0)
            expect_all_units(&victims[1]);
    }
}

static void test_many(const struct vgpu_fixture *f, enum fault_kind last_kind)
{
    static struct victim victims[2];
    struct neighbour neighbour = {.victim = &victims[1]};
    cl_device_id devices[2];
    pthread_t thread;

    ASSERT_CL(CL_SUCCESS,
              clGetDeviceIDs(f->platform, CL_DEVICE_TYPE_ALL, 2, devices, NULL));
    vgpu_test_stderr_start();
    for (int i = 0; i < 2; i++)
        victim_init(&victims[i], f->platform, devices[i]);
    ASSERT_EQ(0, pthread_create(&thread, NULL, work, &neighbour));
    fault_often(victims, last_kind);
    atomic_store(&neighbour.ends, true);
    pthread_join(thread, NULL);
    EXPECT_GT(neighbour.launches, 0);
    expect_all_units(&victims[1]);
    for (int i = 0; i < 2; i++)
        victim_fini(&victims[i]);
    vgpu_test_stderr_stop();
}

#if VGPU_TSAN
#define LAST_KIND FAULT_BUS
#define DEVICES   "VGPU_DEVICES=cu=2;cu=2"
#else
#define LAST_KIND  FAULT_LOOP
#define TEXT_OF(x) #x
#define TEXT(x)    TEXT_OF(x)
#define DEVICES    "VGPU_DEVICES=cu=2,watchdog=" TEXT(WATCHDOG_MS) "ms;cu=2"
#endif

VGPU_TEST_WITH_ENV(stress, of_every_kind_leaves_neighbours_and_units_alone, DEVICES)
{
    test_many(f, LAST_KIND);
}
