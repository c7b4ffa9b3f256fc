/* SPDX-License-Identifier: MIT */
/* Dispatch: every group of every launch runs exactly once, whoever submits it and whence.
 */
#include "vgpu_test.h"

#include "futex.h"
#include "run_launch.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* One count per work-item, and the sizes that each group must show. */
struct cover {
    atomic_uchar *counts;
    const struct vgpu_launch *launch;
    atomic_uint wrong;
};

static size_t groups_of(size_t global, size_t local)
{
    return (global + local - 1) / local;
}

static bool group_is_right(const struct vgpu_group *group,
                           const struct vgpu_launch *launch)
{
    bool right = group->work_dim == launch->work_dim && group->local_memory != NULL;

    for (int d = 0; d < 3; d++) {
        const size_t global = launch->global_size[d], local = launch->local_size[d];
        const size_t first = group->group_id[d] * local;
        const size_t left = global - first;
        right = right && group->global_size[d] == global &&
                group->global_offset[d] == launch->global_offset[d] &&
                group->enqueued_local_size[d] == local &&
                group->num_groups[d] == groups_of(global, local) &&
                group->group_id[d] < group->num_groups[d] &&
                group->local_size[d] == (local < left ? local : left) &&
                group->first_global_id[d] == launch->global_offset[d] + first;
    }
    return right;
}

static void cover_group(const struct vgpu_group *group, void *const args[])
{
    struct cover *cover = *(struct cover *const *)args[0];
    const size_t *size = group->global_size;
    size_t first[3];

    if (!group_is_right(group, cover->launch)) {
        atomic_fetch_add(&cover->wrong, 1);
        return;
    }
    for (int d = 0; d < 3; d++)
        first[d] = group->first_global_id[d] - group->global_offset[d];
    for (size_t z = first[2]; z < first[2] + group->local_size[2]; z++)
        for (size_t y = first[1]; y < first[1] + group->local_size[1]; y++)
            for (size_t x = first[0]; x < first[0] + group->local_size[0]; x++)
                atomic_fetch_add_explicit(&cover->counts[(z * size[1] + y) * size[0] + x],
                                          1, memory_order_relaxed);
}

static void expect_covered(struct vgpu_device *device, struct size3 global,
                           struct size3 local, struct size3 offset)
{
    const size_t items = global.x * global.y * global.z;
    struct cover cover = {.counts = calloc(items, 1)}, *pointer = &cover;
    void *args[] = {&pointer};
    size_t missed = 0;
    struct run run;

    run_init(&run, cover_group, global, local);
    run.launch.args = args;
    run.launch.num_args = 1;
    run.launch.global_offset[0] = offset.x;
    run.launch.global_offset[1] = offset.y;
    run.launch.global_offset[2] = offset.z;
    cover.launch = &run.launch;
    EXPECT_EQ(0, run_one(&run, device));
    EXPECT_EQ(0, atomic_load(&cover.wrong));
    for (size_t i = 0; i < items; i++)
        missed += atomic_load(&cover.counts[i]) != 1 ? 1 : 0;
    EXPECT_EQ(0, missed);
    EXPECT_EQ(1, atomic_load(&run.started));
    EXPECT_EQ(1, atomic_load(&run.completed));
    EXPECT_EQ(0, atomic_load(&run.reported));
    free(cover.counts);
}

static void cover_many_sizes(const char *text)
{
    static const struct {
        struct size3 global, local, offset;
    } cases[] = {
        {{1, 1, 1}, {1, 1, 1}, {0, 0, 0}},       {{1, 1, 1}, {64, 1, 1}, {0, 0, 0}},
        {{2, 1, 1}, {1, 1, 1}, {5, 0, 0}},       {{64, 1, 1}, {64, 1, 1}, {0, 0, 0}},
        {{1000, 1, 1}, {1, 1, 1}, {0, 0, 0}},    {{1000, 1, 1}, {7, 1, 1}, {3, 0, 0}},
        {{65536, 1, 1}, {256, 1, 1}, {0, 0, 0}}, {{10007, 1, 1}, {1024, 1, 1}, {1, 0, 0}},
        {{31, 17, 1}, {8, 4, 1}, {0, 0, 0}},     {{1, 100, 1}, {1, 3, 1}, {0, 9, 0}},
        {{13, 11, 7}, {4, 4, 4}, {100, 10, 1}},  {{5, 1, 9}, {5, 1, 2}, {0, 0, 0}},
        {{64, 64, 4}, {8, 8, 1}, {0, 0, 0}},     {{3, 3, 3}, {10, 10, 10}, {7, 7, 7}},
    };
    struct vgpu_device *device = make_device(text);

    ASSERT_TRUE(device != NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_covered(device, cases[i].global, cases[i].local, cases[i].offset);
    drop_device(device);
}

VGPU_UNIT_TEST(dispatch, covers_every_item_once_on_one_unit)
{
    cover_many_sizes("cu=1");
}

VGPU_UNIT_TEST(dispatch, covers_every_item_once_on_two_units)
{
    cover_many_sizes("cu=2");
}

VGPU_UNIT_TEST(dispatch, covers_every_item_once_on_more_units_than_cores)
{
    cover_many_sizes("cu=7");
    cover_many_sizes("cu=64");
}

VGPU_UNIT_TEST(dispatch, covers_every_item_once_on_the_default_device)
{
    cover_many_sizes(NULL);
}

static void count_group(const struct vgpu_group *group, void *const args[])
{
    (void)group;
    atomic_fetch_add(*(atomic_uint *const *)args[0], 1);
}

VGPU_UNIT_TEST(dispatch, needs_neither_a_start_callback_nor_a_reporter)
{
    struct vgpu_device *device = make_device("cu=2");
    atomic_uint count = 0, *pointer = &count;
    void *args[] = {&pointer};
    struct run run;

    ASSERT_TRUE(device != NULL);
    run_init(&run, count_group, (struct size3){3, 1, 1}, (struct size3){1, 1, 1});
    run.launch.args = args;
    run.launch.num_args = 1;
    run.launch.started = NULL;
    run.launch.report = NULL;
    EXPECT_EQ(0, run_one(&run, device));
    EXPECT_EQ(3, atomic_load(&count));
    drop_device(device);
}

enum { STREAM = 3000 };

struct stream {
    struct vgpu_device *device;
    struct run runs[STREAM];
    atomic_uint count;
    atomic_uint *count_pointer;
    void *args[1];
};

/* Submits launches of 1 to 5 groups, all before it waits for the first. */
static void *submit_stream(void *context)
{
    struct stream *stream = context;

    stream->count_pointer = &stream->count;
    stream->args[0] = &stream->count_pointer;
    for (unsigned i = 0; i < STREAM; i++) {
        run_init(&stream->runs[i], count_group, (struct size3){1 + i % 5, 1, 1},
                 (struct size3){1, 1, 1});
        stream->runs[i].launch.args = stream->args;
        stream->runs[i].launch.num_args = 1;
        run_submit(&stream->runs[i], stream->device);
    }
    for (unsigned i = 0; i < STREAM; i++)
        run_wait(&stream->runs[i]);
    return NULL;
}

VGPU_UNIT_TEST(dispatch, runs_what_many_threads_submit_at_once)
{
    enum { THREADS = 4 };
    struct stream *streams = calloc(THREADS, sizeof *streams);
    struct vgpu_device *devices[VGPU_MAX_DEVICES];
    pthread_t threads[THREADS];
    unsigned count;

    ASSERT_TRUE(streams != NULL);
    ASSERT_EQ(0, vgpu_devices_create("cu=3;cu=2", devices, &count));
    for (unsigned i = 0; i < THREADS; i++) {
        streams[i].device = devices[i % 2];
        ASSERT_EQ(0, pthread_create(&threads[i], NULL, submit_stream, &streams[i]));
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        EXPECT_EQ(STREAM * 3, atomic_load(&streams[i].count));
        for (unsigned k = 0; k < STREAM; k++)
            if (atomic_load(&streams[i].runs[k].completed) != 1 ||
                atomic_load(&streams[i].runs[k].started) != 1)
                VGPU_FAIL("thread %u, launch %u: not completed once", i, k);
    }
    for (unsigned i = 0; i < count; i++)
        drop_device(devices[i]);
    free(streams);
}

/* A launch that submits itself again from its own completion. */
struct chain {
    struct run run;
    struct vgpu_device *device, *other; /* in turn */
    unsigned left;
};

static void next_link(struct vgpu_launch *launch, int status)
{
    struct chain *chain = (struct chain *)launch;

    if (status == 0 && --chain->left > 0) {
        struct vgpu_device *device = chain->left % 2 ? chain->device : chain->other;
        device->ops->submit(device, launch);
        return;
    }
    chain->run.status = status;
    atomic_store(&chain->run.completed, 1);
    vgpu_futex_wake_all(&chain->run.completed);
}

static void run_chain(struct vgpu_device *device, struct vgpu_device *other,
                      unsigned links, size_t groups)
{
    struct chain chain = {.device = device, .other = other, .left = links};
    atomic_uint count = 0, *pointer = &count;
    void *args[] = {&pointer};

    run_init(&chain.run, count_group, (struct size3){groups, 1, 1},
             (struct size3){1, 1, 1});
    chain.run.launch.args = args;
    chain.run.launch.num_args = 1;
    chain.run.launch.complete = next_link;
    EXPECT_EQ(0, run_one(&chain.run, device));
    EXPECT_EQ(0, chain.left);
    EXPECT_EQ(links * groups, atomic_load(&count));
}

VGPU_UNIT_TEST(dispatch, takes_launches_from_the_completion_of_others)
{
    struct vgpu_device *device = make_device("cu=2");

    ASSERT_TRUE(device != NULL);
    run_chain(device, device, 100000, 1);
    run_chain(device, device, 2000, 9);
    drop_device(device);
}

VGPU_UNIT_TEST(dispatch, takes_launches_from_the_completion_of_another_device)
{
    struct vgpu_device *devices[VGPU_MAX_DEVICES];
    unsigned count;

    ASSERT_EQ(0, vgpu_devices_create("cu=1;cu=2", devices, &count));
    run_chain(devices[0], devices[1], 4000, 1);
    run_chain(devices[0], devices[1], 500, 5);
    for (unsigned i = 0; i < count; i++)
        drop_device(devices[i]);
}

/* Two launches that each wait for the other to have begun. */
static void meet(const struct vgpu_group *group, void *const args[])
{
    atomic_uint *arrived = *(atomic_uint *const *)args[0];
    unsigned seen;

    (void)group;
    atomic_fetch_add(arrived, 1);
    vgpu_futex_wake_all(arrived);
    while ((seen = atomic_load(arrived)) < 2)
        vgpu_futex_wait(arrived, seen);
}

VGPU_UNIT_TEST(dispatch, runs_several_launches_at_a_time)
{
    struct vgpu_device *device = make_device("cu=2");

    ASSERT_TRUE(device != NULL);
    for (unsigned round = 0; round < 200; round++) {
        atomic_uint arrived = 0, *pointer = &arrived;
        void *args[] = {&pointer};
        struct run runs[2];
        for (unsigned i = 0; i < 2; i++) {
            run_init(&runs[i], meet, (struct size3){1, 1, 1}, (struct size3){1, 1, 1});
            runs[i].launch.args = args;
            runs[i].launch.num_args = 1;
            run_submit(&runs[i], device);
        }
        for (unsigned i = 0; i < 2; i++)
            run_wait(&runs[i]);
    }
    drop_device(device);
}

VGPU_UNIT_TEST(dispatch, runs_the_groups_of_one_launch_at_a_time_on_several_units)
{
    struct vgpu_device *device = make_device("cu=2");

    ASSERT_TRUE(device != NULL);
    for (unsigned round = 0; round < 200; round++) {
        atomic_uint arrived = 0, *pointer = &arrived;
        void *args[] = {&pointer};
        struct run run;
        run_init(&run, meet, (struct size3){2, 1, 1}, (struct size3){1, 1, 1});
        run.launch.args = args;
        run.launch.num_args = 1;
        EXPECT_EQ(0, run_one(&run, device));
    }
    drop_device(device);
}
