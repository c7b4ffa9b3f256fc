/* SPDX-License-Identifier: MIT */
/* Bytes, by kind and by link; memory; builds. */
#include "counters_test.h"

#include <pthread.h>
#include <stdlib.h>

/* Small ones are moved by the caller, large ones by the compute units. */
static const size_t sizes[] = {1, 100, 4096, 3 << 20};
#define NUM_SIZES (sizeof sizes / sizeof *sizes)
#define LARGEST   ((size_t)3 << 20)

static size_t sum_of_sizes(void)
{
    size_t sum = 0;

    for (size_t i = 0; i < NUM_SIZES; i++)
        sum += sizes[i];
    return sum;
}

VGPU_TEST(bytes, of_reads_and_writes_go_to_and_from_the_host)
{
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_READ_WRITE, LARGEST, NULL);
    char *host = calloc(1, LARGEST);
    const cl_device_counters_vgpu before = counters_now(f->device);
    cl_device_counters_vgpu counters;

    for (size_t i = 0; i < NUM_SIZES; i++) {
        EXPECT_CL(CL_SUCCESS, clEnqueueWriteBuffer(f->queue, buffer, CL_TRUE, 0, sizes[i],
                                                   host, 0, NULL, NULL));
        EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0, sizes[i],
                                                  host, 0, NULL, NULL));
    }
    EXPECT_CL(CL_SUCCESS,
              clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0, 50, host, 0, NULL, NULL));
    counters = counters_since(f->device, &before);
    EXPECT_EQ(NUM_SIZES, counters.commands_write);
    EXPECT_EQ(NUM_SIZES + 1, counters.commands_read);
    EXPECT_EQ(sum_of_sizes(), counters.bytes_write);
    EXPECT_EQ(sum_of_sizes() + 50, counters.bytes_read);
    EXPECT_EQ(sum_of_sizes(), counters.bytes_host_to_device);
    EXPECT_EQ(sum_of_sizes() + 50, counters.bytes_device_to_host);
    EXPECT_EQ(0, counters.bytes_on_device);
    EXPECT_EQ(0, counters.launches);
    EXPECT_EQ(0, counters.work_groups);
    free(host);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(bytes, of_regions_are_those_inside_them)
{
    const size_t origin[3] = {1, 1, 0}, region[3] = {5, 3, 2};
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 1000, NULL);
    cl_mem other = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 1000, NULL);
    char host[1000] = {0};
    const cl_device_counters_vgpu before = counters_now(f->device);
    cl_device_counters_vgpu counters;

    EXPECT_CL(CL_SUCCESS,
              clEnqueueWriteBufferRect(f->queue, buffer, CL_TRUE, origin, origin, region,
                                       10, 100, 10, 100, host, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS,
              clEnqueueReadBufferRect(f->queue, buffer, CL_TRUE, origin, origin, region,
                                      10, 100, 10, 100, host, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS,
              clEnqueueCopyBufferRect(f->queue, buffer, other, origin, origin, region, 10,
                                      100, 10, 100, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    counters = counters_since(f->device, &before);
    EXPECT_EQ(30, counters.bytes_write);
    EXPECT_EQ(30, counters.bytes_read);
    EXPECT_EQ(30, counters.bytes_copy);
    EXPECT_EQ(30, counters.bytes_on_device);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(other));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(bytes, of_copies_and_fills_stay_on_the_device)
{
    const cl_int pattern = 7;
    cl_mem from = vgpu_test_buffer(f, CL_MEM_READ_WRITE, LARGEST, NULL);
    cl_mem to = vgpu_test_buffer(f, CL_MEM_READ_WRITE, LARGEST, NULL);
    const cl_device_counters_vgpu before = counters_now(f->device);
    cl_device_counters_vgpu counters;

    EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(f->queue, from, &pattern, sizeof pattern, 0,
                                              LARGEST, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(f->queue, from, &pattern, sizeof pattern, 0,
                                              400, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS,
              clEnqueueCopyBuffer(f->queue, from, to, 0, 0, LARGEST, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    counters = counters_since(f->device, &before);
    EXPECT_EQ(2, counters.commands_fill);
    EXPECT_EQ(1, counters.commands_copy);
    EXPECT_EQ(LARGEST + 400, counters.bytes_fill);
    EXPECT_EQ(LARGEST, counters.bytes_copy);
    EXPECT_EQ(2 * LARGEST + 400, counters.bytes_on_device);
    EXPECT_EQ(0, counters.bytes_host_to_device + counters.bytes_device_to_host);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(to));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(from));
}

static void map_and_unmap(const struct vgpu_fixture *f, cl_mem buffer, cl_map_flags flags,
                          size_t size)
{
    cl_int err;
    void *mapped = clEnqueueMapBuffer(f->queue, buffer, CL_TRUE, flags, 0, size, 0, NULL,
                                      NULL, &err);

    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS,
              clEnqueueUnmapMemObject(f->queue, buffer, mapped, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
}

VGPU_TEST(bytes, of_maps_are_what_a_device_of_its_own_memory_would_move)
{
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 1000, NULL);
    const cl_device_counters_vgpu before = counters_now(f->device);
    cl_device_counters_vgpu counters;

    map_and_unmap(f, buffer, CL_MAP_READ, 1);
    map_and_unmap(f, buffer, CL_MAP_WRITE, 10);
    map_and_unmap(f, buffer, CL_MAP_READ | CL_MAP_WRITE, 100);
    map_and_unmap(f, buffer, CL_MAP_WRITE_INVALIDATE_REGION, 1000);
    counters = counters_since(f->device, &before);
    EXPECT_EQ(4, counters.commands_map);
    EXPECT_EQ(4, counters.commands_unmap);
    EXPECT_EQ(111, counters.bytes_map);
    EXPECT_EQ(1110, counters.bytes_unmap);
    EXPECT_EQ(111, counters.bytes_device_to_host);
    EXPECT_EQ(1110, counters.bytes_host_to_device);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(bytes, of_migrations_go_where_the_flags_say)
{
    cl_mem buffers[2] = {vgpu_test_buffer(f, CL_MEM_READ_WRITE, 1000, NULL),
                         vgpu_test_buffer(f, CL_MEM_READ_WRITE, 10, NULL)};
    const cl_device_counters_vgpu before = counters_now(f->device);
    cl_device_counters_vgpu counters;

    EXPECT_CL(CL_SUCCESS,
              clEnqueueMigrateMemObjects(f->queue, 2, buffers, 0, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS,
              clEnqueueMigrateMemObjects(f->queue, 1, buffers, CL_MIGRATE_MEM_OBJECT_HOST,
                                         0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueMigrateMemObjects(
                              f->queue, 2, buffers,
                              CL_MIGRATE_MEM_OBJECT_CONTENT_UNDEFINED, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    counters = counters_since(f->device, &before);
    EXPECT_EQ(3, counters.commands_migrate);
    EXPECT_EQ(2010, counters.bytes_migrate);
    EXPECT_EQ(1010, counters.bytes_host_to_device);
    EXPECT_EQ(1000, counters.bytes_device_to_host);
    for (int i = 0; i < 2; i++)
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffers[i]));
}

VGPU_TEST(memory, in_use_is_what_buffers_hold)
{
    const cl_device_counters_vgpu before = counters_now(f->device);
    char bytes[300] = {0};
    cl_mem owned = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 5000, NULL);
    cl_mem copied = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof bytes, bytes);
    cl_mem lent = vgpu_test_buffer(f, CL_MEM_USE_HOST_PTR, sizeof bytes, bytes);
    cl_device_counters_vgpu counters = counters_since(f->device, &before);

    EXPECT_EQ(5300, counters.memory_used - before.memory_used);
    EXPECT_EQ(2, counters.memory_blocks - before.memory_blocks);
    EXPECT_EQ(2, counters.allocations);
    EXPECT_EQ(300, counters.bytes_create);
    EXPECT_EQ(300, counters.bytes_host_to_device);
    EXPECT_LE(counters.memory_used, counters.memory_peak);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(lent));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(copied));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(owned));
    counters = counters_since(f->device, &before);
    EXPECT_EQ(before.memory_used, counters.memory_used);
    EXPECT_EQ(before.memory_blocks, counters.memory_blocks);
    EXPECT_LE(before.memory_used + 5300, counters.memory_peak);
}

static void build(const struct vgpu_fixture *f, const char *source, cl_int expected)
{
    cl_int err;
    cl_program program = clCreateProgramWithSource(f->context, 1, &source, NULL, &err);

    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_CL(expected, clBuildProgram(program, 0, NULL, NULL, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST_WITH_ENV(builds, count_by_how_they_end, "VGPU_COMPILER=registered")
{
    const cl_device_counters_vgpu before = counters_now(f->device);
    cl_device_counters_vgpu counters;

    build(f, "__kernel void counted_nothing() {}", CL_SUCCESS);
    build(f, "__kernel void nowhere_to_be_found() {}", CL_BUILD_PROGRAM_FAILURE);
    build(f, "__kernel void counted_other() {}", CL_SUCCESS);
    counters = counters_since(f->device, &before);
    EXPECT_EQ(2, counters.builds);
    EXPECT_EQ(1, counters.builds_failed);
    EXPECT_LT(0, counters.build_ns);
}

/* More threads than there are slots for, all at once. */
enum { THREADS = 90, WRITES = 200 };

struct writer {
    const struct vgpu_fixture *f;
    pthread_barrier_t *start;
    pthread_t thread;
};

static void *write_often(void *argument)
{
    const struct writer *writer = argument;
    cl_mem buffer = vgpu_test_buffer(writer->f, CL_MEM_READ_WRITE, 16, NULL);
    char bytes[16] = {0};

    pthread_barrier_wait(writer->start);
    for (int i = 0; i < WRITES; i++)
        EXPECT_CL(CL_SUCCESS, clEnqueueWriteBuffer(writer->f->queue, buffer, CL_TRUE, 0,
                                                   sizeof bytes, bytes, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    return NULL;
}

VGPU_TEST(threads, of_any_number_lose_no_count)
{
    const cl_device_counters_vgpu before = counters_now(f->device);
    struct writer writers[THREADS];
    pthread_barrier_t start;
    cl_device_counters_vgpu counters;

    for (int round = 0; round < 2; round++) { /* slots are used again */
        pthread_barrier_init(&start, NULL, THREADS);
        for (int i = 0; i < THREADS; i++) {
            writers[i] = (struct writer){.f = f, .start = &start};
            ASSERT_EQ(0,
                      pthread_create(&writers[i].thread, NULL, write_often, &writers[i]));
        }
        for (int i = 0; i < THREADS; i++)
            pthread_join(writers[i].thread, NULL);
        pthread_barrier_destroy(&start);
    }
    counters = counters_since(f->device, &before);
    EXPECT_EQ(2 * THREADS * WRITES, counters.commands_write);
    EXPECT_EQ(2 * THREADS * WRITES * 16, counters.bytes_write);
    EXPECT_EQ(before.memory_used, counters.memory_used);
}
