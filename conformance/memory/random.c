/* SPDX-License-Identifier: MIT */
/* Random commands on random devices, against arrays of the host: MEMORY_FUZZ=seed:count
 * says which and how many. */
#include "memory_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFERS = 3, WORDS = 12000, PART = 4096 }; /* PART: bytes, where one may begin */

struct run {
    struct all_devices all;
    cl_mem buffer[BUFFERS], part[BUFFERS]; /* part: from byte PART to the end */
    cl_int model[BUFFERS][WORDS], scratch[WORDS];
    cl_event last; /* each command waits for the one before */
    uint64_t state;
};

static unsigned pick(struct run *run, unsigned below)
{
    run->state = run->state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(run->state >> 33) % below;
}

/* A range of words: often a small one, often the same ends. */
static void pick_range(struct run *run, size_t *first, size_t *count)
{
    *first = pick(run, 3) ? pick(run, WORDS) : pick(run, 4) * WORDS / 4;
    *count = 1 + pick(run, (unsigned)(WORDS - *first));
    if (pick(run, 2))
        *count = 1 + pick(run, *count < 50 ? (unsigned)*count : 50);
}

/* What waits for the last command, and is the last one then. */
#define CHAINED(call)                                               \
    do {                                                            \
        cl_event next = NULL;                                       \
        const cl_uint num = run->last ? 1 : 0;                      \
        const cl_event *const list = run->last ? &run->last : NULL; \
        ASSERT_CL(CL_SUCCESS, call);                                \
        if (run->last)                                              \
            ASSERT_CL(CL_SUCCESS, clReleaseEvent(run->last));       \
        run->last = next;                                           \
    } while (0)

static void wait_for_last(struct run *run)
{
    if (run->last)
        ASSERT_CL(CL_SUCCESS, clWaitForEvents(1, &run->last));
}

static cl_command_queue any_queue(struct run *run)
{
    return run->all.queue[pick(run, run->all.count)];
}

static void write_some(struct run *run, unsigned b)
{
    size_t first, count;

    pick_range(run, &first, &count);
    for (size_t i = 0; i < count; i++)
        run->model[b][first + i] = (cl_int)pick(run, 1000);
    /* blocking: the model changes again */
    CHAINED(clEnqueueWriteBuffer(any_queue(run), run->buffer[b], CL_TRUE,
                                 first * sizeof(cl_int), count * sizeof(cl_int),
                                 &run->model[b][first], num, list, &next));
}

static void read_some(struct run *run, unsigned b)
{
    size_t first, count;

    pick_range(run, &first, &count);
    CHAINED(clEnqueueReadBuffer(any_queue(run), run->buffer[b], CL_TRUE,
                                first * sizeof(cl_int), count * sizeof(cl_int),
                                run->scratch, num, list, &next));
    ASSERT_BYTES(&run->model[b][first], run->scratch, count * sizeof(cl_int));
}

static void fill_some(struct run *run, unsigned b)
{
    const cl_int value = (cl_int)pick(run, 1000);
    size_t first, count;

    pick_range(run, &first, &count);
    for (size_t i = 0; i < count; i++)
        run->model[b][first + i] = value;
    CHAINED(clEnqueueFillBuffer(any_queue(run), run->buffer[b], &value, sizeof value,
                                first * sizeof(cl_int), count * sizeof(cl_int), num, list,
                                &next));
}

static void copy_some(struct run *run, unsigned b)
{
    const unsigned to = (b + 1 + pick(run, BUFFERS - 1)) % BUFFERS;
    size_t first, count, at;

    pick_range(run, &first, &count);
    at = pick(run, (unsigned)(WORDS - count + 1));
    memcpy(&run->model[to][at], &run->model[b][first], count * sizeof(cl_int));
    CHAINED(clEnqueueCopyBuffer(any_queue(run), run->buffer[b], run->buffer[to],
                                first * sizeof(cl_int), at * sizeof(cl_int),
                                count * sizeof(cl_int), num, list, &next));
}

static void copy_rows(struct run *run, unsigned b)
{
    enum { PITCH = 400 }; /* bytes */
    const unsigned to = (b + 1 + pick(run, BUFFERS - 1)) % BUFFERS;
    const size_t region[3] = {4 * (1 + pick(run, 50)), 1 + pick(run, 30), 1};
    const size_t from_at[3] = {4 * pick(run, 50), pick(run, 60), 0};
    const size_t to_at[3] = {4 * pick(run, 50), pick(run, 60), 0};

    for (size_t row = 0; row < region[1]; row++)
        memcpy((char *)run->model[to] + (to_at[1] + row) * PITCH + to_at[0],
               (char *)run->model[b] + (from_at[1] + row) * PITCH + from_at[0],
               region[0]);
    CHAINED(clEnqueueCopyBufferRect(any_queue(run), run->buffer[b], run->buffer[to],
                                    from_at, to_at, region, PITCH, 0, PITCH, 0, num, list,
                                    &next));
}

/* The kernel waits on no event: the test waits before it. */
static void add_some(struct run *run, unsigned b)
{
    const bool whole = pick(run, 2);
    const size_t first = whole ? 0 : PART / sizeof(cl_int);
    const size_t count = 1 + pick(run, (unsigned)(WORDS - first));

    wait_for_last(run);
    for (size_t i = 0; i < count; i++)
        run->model[b][first + i] += 5;
    ASSERT_CL(CL_SUCCESS, devices_add(&run->all, pick(run, run->all.count),
                                      whole ? run->buffer[b] : run->part[b], count, 5));
}

static void scale_some(struct run *run, unsigned b)
{
    const unsigned to = (b + 1 + pick(run, BUFFERS - 1)) % BUFFERS;
    const size_t count = 1 + pick(run, WORDS);

    wait_for_last(run);
    for (size_t i = 0; i < count; i++)
        run->model[to][i] = -run->model[b][i];
    ASSERT_CL(CL_SUCCESS, devices_scale(&run->all, pick(run, run->all.count),
                                        run->buffer[to], run->buffer[b], count, -1));
}

static void map_some(struct run *run, unsigned b)
{
    static const cl_map_flags flags[] = {CL_MAP_READ, CL_MAP_READ | CL_MAP_WRITE,
                                         CL_MAP_WRITE_INVALIDATE_REGION};
    const unsigned how = pick(run, 3);
    size_t first, count;
    cl_int *mapped;
    cl_int err;

    pick_range(run, &first, &count);
    wait_for_last(run);
    mapped = clEnqueueMapBuffer(any_queue(run), run->buffer[b], CL_TRUE, flags[how],
                                first * sizeof(cl_int), count * sizeof(cl_int), 0, NULL,
                                NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    if (how < 2)
        EXPECT_BYTES(&run->model[b][first], mapped, count * sizeof(cl_int));
    for (size_t i = 0; how > 0 && i < count; i++)
        mapped[i] = run->model[b][first + i] = (cl_int)pick(run, 1000);
    CHAINED(clEnqueueUnmapMemObject(any_queue(run), run->buffer[b], mapped, num, list,
                                    &next));
}

static void migrate(struct run *run, unsigned b)
{
    const cl_mem mems[2] = {run->buffer[b], run->part[(b + 1) % BUFFERS]};

    CHAINED(clEnqueueMigrateMemObjects(any_queue(run), 1 + pick(run, 2), mems,
                                       pick(run, 2) ? CL_MIGRATE_MEM_OBJECT_HOST : 0, num,
                                       list, &next));
}

static void (*const commands[])(struct run *run, unsigned b) = {
    write_some, read_some, fill_some,  copy_some, copy_rows,
    add_some,   map_some,  scale_some, migrate,
};

static void make_buffers(struct run *run)
{
    static const cl_mem_flags flags[BUFFERS] = {CL_MEM_READ_WRITE, CL_MEM_COPY_HOST_PTR,
                                                CL_MEM_USE_HOST_PTR};
    const cl_buffer_region region = {PART, WORDS * sizeof(cl_int) - PART};
    static cl_int host[WORDS];
    cl_int err;

    for (unsigned b = 0; b < BUFFERS; b++) {
        for (size_t i = 0; i < WORDS; i++)
            host[i] = run->model[b][i] = (cl_int)i;
        run->buffer[b] = devices_buffer(&run->all, flags[b], sizeof host,
                                        flags[b] == CL_MEM_READ_WRITE ? NULL : host);
        run->part[b] = clCreateSubBuffer(run->buffer[b], 0, CL_BUFFER_CREATE_TYPE_REGION,
                                         &region, &err);
        ASSERT_CL(CL_SUCCESS, err);
    }
    ASSERT_CL(CL_SUCCESS, clEnqueueWriteBuffer(run->all.queue[0], run->buffer[0], CL_TRUE,
                                               0, sizeof host, host, 0, NULL, NULL));
}

static void run_commands(struct run *run, unsigned seed, unsigned count)
{
    for (unsigned i = 0; i < count && !vgpu_test_has_failed(); i++) {
        commands[pick(run, sizeof commands / sizeof *commands)](run, pick(run, BUFFERS));
        if (vgpu_test_has_failed())
            VGPU_FAIL("command %u of seed %u was the first to go wrong", i, seed);
    }
}

static void run_random(void)
{
    const char *const wanted = getenv("MEMORY_FUZZ");
    unsigned seed = 1, count = 2000;
    static struct run run;

    if (wanted && sscanf(wanted, "%u:%u", &seed, &count) != 2)
        VGPU_FAIL("MEMORY_FUZZ is seed:count, not \"%s\"", wanted);
    ASSERT_TRUE(devices_open(&run.all));
    run.state = seed;
    make_buffers(&run);
    run_commands(&run, seed, count);
    for (unsigned b = 0; b < BUFFERS; b++) {
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(run.part[b]));
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(run.buffer[b]));
    }
    if (run.last)
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(run.last));
    devices_close(&run.all);
}

VGPU_UNIT_TEST_WITH_ENV(random_commands, on_three_memories_agree_with_arrays,
                        "VGPU_DEVICES=3*memory=separate,cu=2")
{
    run_random();
}

VGPU_UNIT_TEST_WITH_ENV(random_commands, on_one_separate_memory_agree_with_arrays,
                        "VGPU_DEVICES=memory=separate,cu=2")
{
    run_random();
}

VGPU_UNIT_TEST_WITH_ENV(random_commands, on_a_mixture_of_memories_agree_with_arrays,
                        "VGPU_DEVICES=cu=1;2*memory=separate,cu=1;cu=1")
{
    run_random();
}

VGPU_UNIT_TEST_WITH_ENV(random_commands, over_paced_links_agree_with_arrays,
                        "VGPU_DEVICES=2*memory=separate,cu=1,link=paced,link_delay=20us,"
                        "link_bandwidth=2GB/s")
{
    run_random();
}

VGPU_UNIT_TEST_WITH_ENV(random_commands, on_unified_memory_agree_with_arrays,
                        "VGPU_DEVICES=2*cu=1")
{
    run_random();
}

VGPU_UNIT_TEST_WITH_ENV(random_commands, under_all_checks_agree_with_arrays,
                        "VGPU_DEVICES=3*memory=separate,cu=1",
                        "VGPU_CHECK=memory,race,barrier,uninit,leak,fatal")
{
    run_random();
}
