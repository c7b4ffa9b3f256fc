/* SPDX-License-Identifier: MIT */
/* Buffers for which a device has no room: what is refused, and what the context's
 * callback is told. */
#include "memory_test.h"

#include <semaphore.h>
#include <string.h>
#include <unistd.h>

struct listener {
    struct all_devices all;
    sem_t told;
    char text[512];
};

static void CL_CALLBACK listen(const char *text, const void *data, size_t size,
                               void *user_data)
{
    struct listener *const listener = user_data;

    (void)data;
    (void)size;
    strncpy(listener->text, text, sizeof listener->text - 1);
    sem_post(&listener->told);
}

/* All devices, in a context that listens. */
static bool open(struct listener *listener)
{
    struct all_devices *const all = &listener->all;
    cl_int err;

    memset(listener->text, 0, sizeof listener->text);
    if (!devices_open(all))
        return false;
    devices_close(all);
    sem_init(&listener->told, 0, 0);
    all->context = clCreateContext(NULL, all->count, all->device, listen, listener, &err);
    if (!VGPU_CHECK_CL(CL_SUCCESS, err))
        return false;
    for (cl_uint i = 0; i < all->count; i++) {
        all->queue[i] =
            clCreateCommandQueueWithProperties(all->context, all->device[i], NULL, &err);
        if (!VGPU_CHECK_CL(CL_SUCCESS, err))
            return false;
    }
    return true;
}

static void close_all(struct listener *listener)
{
    devices_close(&listener->all);
    sem_destroy(&listener->told);
}

static cl_int fill(const struct listener *listener, cl_uint device, cl_mem buffer,
                   size_t size)
{
    return clEnqueueFillBuffer(listener->all.queue[device], buffer, "x", 1, 0, size, 0,
                               NULL, NULL);
}

VGPU_UNIT_TEST_WITH_ENV(room, for_a_buffer_is_on_devices_that_may_have_one_so_large,
                        "VGPU_DEVICES=name=small,mem=1M,alloc=256K,memory=separate,cu=1;"
                        "name=large,mem=64M,memory=separate,cu=1")
{
    static struct listener listener;
    const size_t size = 512 * 1024;
    cl_mem buffer;

    ASSERT_TRUE(open(&listener));
    buffer = devices_buffer(&listener.all, CL_MEM_READ_WRITE, size, NULL);
    EXPECT_CL(CL_MEM_OBJECT_ALLOCATION_FAILURE, fill(&listener, 0, buffer, size));
    sem_wait(&listener.told);
    EXPECT_CONTAINS(listener.text, "has 524288 bytes: too many");
    EXPECT_CONTAINS(listener.text, "\"small\"");
    EXPECT_CONTAINS(listener.text, "alloc=256K");
    EXPECT_CL(CL_SUCCESS, fill(&listener, 1, buffer, size));
    EXPECT_CL(CL_SUCCESS, clFinish(listener.all.queue[1]));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    close_all(&listener);
}

VGPU_UNIT_TEST_WITH_ENV(room, beside_other_buffers_is_what_is_left_of_the_memory,
                        "VGPU_DEVICES=2*mem=1M,alloc=1M,memory=separate,cu=1")
{
    static struct listener listener;
    const size_t size = 700 * 1024;
    cl_mem first, second;

    ASSERT_TRUE(open(&listener));
    first = devices_buffer(&listener.all, CL_MEM_READ_WRITE, size, NULL);
    second = devices_buffer(&listener.all, CL_MEM_READ_WRITE, size, NULL);
    EXPECT_CL(CL_SUCCESS, fill(&listener, 0, first, size));
    EXPECT_CL(CL_MEM_OBJECT_ALLOCATION_FAILURE, fill(&listener, 0, second, size));
    sem_wait(&listener.told);
    EXPECT_CONTAINS(listener.text, "others have taken it");
    EXPECT_CONTAINS(listener.text, "mem=1M");
    EXPECT_CL(CL_SUCCESS, fill(&listener, 1, second, size));
    EXPECT_CL(CL_SUCCESS, clFinish(listener.all.queue[0]));
    EXPECT_CL(CL_SUCCESS, clFinish(listener.all.queue[1]));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(first));
    EXPECT_CL(CL_SUCCESS, fill(&listener, 0, second, size));
    EXPECT_CL(CL_SUCCESS, clFinish(listener.all.queue[0]));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(second));
    close_all(&listener);
}

VGPU_UNIT_TEST_WITH_ENV(room, that_shared_memory_lacks_is_told_when_a_buffer_is_made,
                        "VGPU_DEVICES=mem=1M,alloc=1M,cu=1")
{
    static struct listener listener;
    cl_mem first;
    cl_int err;

    ASSERT_TRUE(open(&listener));
    first = devices_buffer(&listener.all, CL_MEM_READ_WRITE, 700 * 1024, NULL);
    EXPECT_EQ(NULL, clCreateBuffer(listener.all.context, CL_MEM_READ_WRITE, 700 * 1024,
                                   NULL, &err));
    EXPECT_CL(CL_MEM_OBJECT_ALLOCATION_FAILURE, err);
    sem_wait(&listener.told);
    EXPECT_CONTAINS(listener.text, "mem=1M");
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(first));
    close_all(&listener);
}

/* All of the machine's memory: the system hands out addresses for so much, but there
 * never is so much left. */
static size_t whole_machine(void)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);

    return (size_t)sysconf(_SC_PHYS_PAGES) * page & ~((size_t)4096 - 1);
}

VGPU_UNIT_TEST_WITH_ENV(room, that_the_host_lacks_for_a_map_is_refused_before_it_is_used,
                        "VGPU_DEVICES=2*mem=64000G,alloc=64000G,memory=separate,cu=1")
{
    static struct listener listener;
    cl_mem buffer;
    cl_int err;

    ASSERT_TRUE(open(&listener));
    buffer = devices_buffer(&listener.all, CL_MEM_READ_WRITE, whole_machine(), NULL);
    EXPECT_EQ(NULL, clEnqueueMapBuffer(listener.all.queue[0], buffer, CL_TRUE,
                                       CL_MAP_WRITE_INVALIDATE_REGION, 0, 4096, 0, NULL,
                                       NULL, &err));
    EXPECT_CL(CL_OUT_OF_HOST_MEMORY, err);
    sem_wait(&listener.told);
    EXPECT_CONTAINS(listener.text, "the host has no room");
    EXPECT_CL(CL_OUT_OF_HOST_MEMORY,
              clEnqueueMigrateMemObjects(listener.all.queue[0], 1, &buffer,
                                         CL_MIGRATE_MEM_OBJECT_HOST, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    close_all(&listener);
}

VGPU_UNIT_TEST_WITH_ENV(room, that_an_unmap_lacks_leaves_the_buffer_mapped,
                        "VGPU_DEVICES=2*mem=1M,alloc=1M,memory=separate,cu=1")
{
    static struct listener listener;
    const size_t size = 700 * 1024;
    cl_mem mapped, other;
    char *bytes, seen = 0;
    cl_int err;

    ASSERT_TRUE(open(&listener));
    mapped = devices_buffer(&listener.all, CL_MEM_READ_WRITE, size, NULL);
    other = devices_buffer(&listener.all, CL_MEM_READ_WRITE, size, NULL);
    EXPECT_CL(CL_SUCCESS, fill(&listener, 1, other, size));
    bytes =
        clEnqueueMapBuffer(listener.all.queue[1], mapped, CL_TRUE,
                           CL_MAP_WRITE_INVALIDATE_REGION, 0, size, 0, NULL, NULL, &err);
    EXPECT_CL(CL_SUCCESS, err);
    ASSERT_TRUE(bytes != NULL);
    memset(bytes, 7, size);
    EXPECT_CL(
        CL_MEM_OBJECT_ALLOCATION_FAILURE,
        clEnqueueUnmapMemObject(listener.all.queue[1], mapped, bytes, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueUnmapMemObject(listener.all.queue[0], mapped, bytes, 0,
                                                  NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(listener.all.queue[0], mapped, CL_TRUE,
                                              size - 1, 1, &seen, 0, NULL, NULL));
    EXPECT_EQ(7, seen);
    EXPECT_CL(CL_SUCCESS, clFinish(listener.all.queue[1]));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(mapped));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(other));
    sem_wait(&listener.told);
    close_all(&listener);
}
