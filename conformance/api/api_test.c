/* SPDX-License-Identifier: MIT */
/* What the tests of the entry points share. */
#include "api_test.h"

#include <stdlib.h>
#include <string.h>

#define ROOM   65536
#define FILLER 0xA5

static bool all_filler(const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes[i] != FILLER)
            return false;
    return true;
}

static void expect_query(api_query_fn *query, const void *object,
                         const struct api_query *row)
{
    unsigned char *value = malloc(ROOM);
    size_t size = (size_t)-1, again = 0;
    cl_int err = query(object, row->param_name, 0, NULL, &size);

    if (err != CL_SUCCESS)
        VGPU_FAIL("%s: asked for its size: %s", row->name, vgpu_test_cl_name(err));
    else if (row->size && row->size != size)
        VGPU_FAIL("%s: answers %zu bytes, not %zu", row->name, size, row->size);
    else if (size <= ROOM / 2 && value) {
        memset(value, FILLER, ROOM);
        err = query(object, row->param_name, ROOM, value, &again);
        if (err != CL_SUCCESS || again != size || !all_filler(value + size, ROOM - size))
            VGPU_FAIL("%s: with room to spare: %s, %zu of %zu bytes", row->name,
                      vgpu_test_cl_name(err), again, size);
        err = query(object, row->param_name, size, value, NULL);
        if (err != CL_SUCCESS)
            VGPU_FAIL("%s: exact size: %s", row->name, vgpu_test_cl_name(err));
        if (query(object, row->param_name, 0, NULL, NULL) != CL_SUCCESS)
            VGPU_FAIL("%s: refuses NULL for both results", row->name);
        if (size > 0) {
            memset(value, FILLER, ROOM);
            err = query(object, row->param_name, size - 1, value, NULL);
            if (err != CL_INVALID_VALUE || !all_filler(value, ROOM))
                VGPU_FAIL("%s: one byte too few: %s", row->name, vgpu_test_cl_name(err));
        }
    }
    free(value);
}

void api_expect_queries(api_query_fn *query, const void *object,
                        const struct api_query *rows, size_t count)
{
    static const cl_uint unknown[] = {0, 1, 0xFFFFFFFF, 0x4ABC};
    char value[64];
    size_t size;

    for (size_t i = 0; i < count; i++)
        expect_query(query, object, &rows[i]);
    for (size_t i = 0; i < COUNT_OF(unknown); i++) {
        EXPECT_CL(CL_INVALID_VALUE,
                  query(object, unknown[i], sizeof value, value, &size));
        EXPECT_CL(CL_INVALID_VALUE, query(object, unknown[i], 0, NULL, NULL));
    }
}

bool api_world_init(struct api_world *world, const struct vgpu_fixture *f,
                    cl_command_queue_properties properties)
{
    *world = (struct api_world){.f = f};
    world->queue = vgpu_test_queue(f, properties);
    world->source = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 256, NULL);
    world->target = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 256, NULL);
    world->kernel = vgpu_test_kernel(f, "api_nothing");
    if (world->queue && world->source && world->target && world->kernel)
        return true;
    api_world_fini(world);
    return false;
}

void api_world_fini(struct api_world *world)
{
    if (world->kernel)
        EXPECT_CL(CL_SUCCESS, clReleaseKernel(world->kernel));
    if (world->target)
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(world->target));
    if (world->source)
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(world->source));
    if (world->queue)
        EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(world->queue));
}

#define ENQUEUE(function)                                                                \
    static cl_int function(VGPU_TEST_UNUSED struct api_world *w, cl_command_queue queue, \
                           cl_uint n, const cl_event *list, cl_event *event)

ENQUEUE(read_buffer)
{
    return clEnqueueReadBuffer(queue, w->source, CL_FALSE, 0, 64, w->host, n, list,
                               event);
}

ENQUEUE(write_buffer)
{
    return clEnqueueWriteBuffer(queue, w->source, CL_FALSE, 0, 64, w->host, n, list,
                                event);
}

ENQUEUE(read_buffer_rect)
{
    const size_t origin[3] = {0, 0, 0}, region[3] = {4, 4, 2};

    return clEnqueueReadBufferRect(queue, w->source, CL_FALSE, origin, origin, region, 8,
                                   64, 8, 64, w->host, n, list, event);
}

ENQUEUE(write_buffer_rect)
{
    const size_t origin[3] = {0, 0, 0}, region[3] = {4, 4, 2};

    return clEnqueueWriteBufferRect(queue, w->source, CL_FALSE, origin, origin, region, 8,
                                    64, 8, 64, w->host, n, list, event);
}

ENQUEUE(copy_buffer)
{
    return clEnqueueCopyBuffer(queue, w->source, w->target, 0, 0, 64, n, list, event);
}

ENQUEUE(copy_buffer_rect)
{
    const size_t origin[3] = {0, 0, 0}, region[3] = {4, 4, 2};

    return clEnqueueCopyBufferRect(queue, w->source, w->target, origin, origin, region, 8,
                                   64, 8, 64, n, list, event);
}

ENQUEUE(fill_buffer)
{
    const cl_uint pattern = 7;

    return clEnqueueFillBuffer(queue, w->target, &pattern, sizeof pattern, 0, 64, n, list,
                               event);
}

ENQUEUE(map_buffer)
{
    cl_int err;
    void *mapped = clEnqueueMapBuffer(queue, w->source, CL_FALSE, CL_MAP_READ, 0, 64, n,
                                      list, event, &err);

    (void)mapped; /* is given back with the buffer */
    return err;
}

ENQUEUE(unmap_mem_object)
{
    cl_int err;

    if (!w->mapped)
        w->mapped = clEnqueueMapBuffer(w->f->queue, w->target, CL_TRUE, CL_MAP_READ, 0,
                                       64, 0, NULL, NULL, &err);
    err = clEnqueueUnmapMemObject(queue, w->target, w->mapped, n, list, event);
    if (err == CL_SUCCESS)
        w->mapped = NULL;
    return err;
}

ENQUEUE(migrate_mem_objects)
{
    return clEnqueueMigrateMemObjects(queue, 1, &w->source, 0, n, list, event);
}

ENQUEUE(nd_range_kernel)
{
    const size_t global = 8;

    return clEnqueueNDRangeKernel(queue, w->kernel, 1, NULL, &global, NULL, n, list,
                                  event);
}

ENQUEUE(task)
{
    return clEnqueueTask(queue, w->kernel, n, list, event);
}

static void CL_CALLBACK do_nothing(void *unused)
{
    (void)unused;
}

ENQUEUE(native_kernel)
{
    return clEnqueueNativeKernel(queue, do_nothing, NULL, 0, 0, NULL, NULL, n, list,
                                 event);
}

ENQUEUE(marker)
{
    return clEnqueueMarkerWithWaitList(queue, n, list, event);
}

ENQUEUE(barrier)
{
    return clEnqueueBarrierWithWaitList(queue, n, list, event);
}

const struct api_enqueue api_enqueues[] = {
    {"clEnqueueReadBuffer", CL_COMMAND_READ_BUFFER, read_buffer},
    {"clEnqueueWriteBuffer", CL_COMMAND_WRITE_BUFFER, write_buffer},
    {"clEnqueueReadBufferRect", CL_COMMAND_READ_BUFFER_RECT, read_buffer_rect},
    {"clEnqueueWriteBufferRect", CL_COMMAND_WRITE_BUFFER_RECT, write_buffer_rect},
    {"clEnqueueCopyBuffer", CL_COMMAND_COPY_BUFFER, copy_buffer},
    {"clEnqueueCopyBufferRect", CL_COMMAND_COPY_BUFFER_RECT, copy_buffer_rect},
    {"clEnqueueFillBuffer", CL_COMMAND_FILL_BUFFER, fill_buffer},
    {"clEnqueueMapBuffer", CL_COMMAND_MAP_BUFFER, map_buffer},
    {"clEnqueueUnmapMemObject", CL_COMMAND_UNMAP_MEM_OBJECT, unmap_mem_object},
    {"clEnqueueMigrateMemObjects", CL_COMMAND_MIGRATE_MEM_OBJECTS, migrate_mem_objects},
    {"clEnqueueNDRangeKernel", CL_COMMAND_NDRANGE_KERNEL, nd_range_kernel},
    {"clEnqueueTask", CL_COMMAND_TASK, task},
    {"clEnqueueNativeKernel", CL_COMMAND_NATIVE_KERNEL, native_kernel},
    {"clEnqueueMarkerWithWaitList", CL_COMMAND_MARKER, marker},
    {"clEnqueueBarrierWithWaitList", CL_COMMAND_BARRIER, barrier},
};
const size_t api_num_enqueues = COUNT_OF(api_enqueues);

void api_garbage(void *values_out[API_NUM_GARBAGE], void *stack, void *heap)
{
    size_t used = 0;

    values_out[used++] = (void *)(uintptr_t)0x10;
    values_out[used++] = (void *)(uintptr_t)1;
    values_out[used++] = (void *)UINTPTR_MAX;
    values_out[used++] = (void *)(uintptr_t)0xdead0000beef0000u;
    values_out[used++] = stack;
    values_out[used++] = heap;
    values_out[used++] = (void *)(uintptr_t)&api_garbage;
}

cl_program api_program(const struct vgpu_fixture *f, const char *source)
{
    cl_int err;
    cl_program program = clCreateProgramWithSource(f->context, 1, &source, NULL, &err);

    EXPECT_CL(CL_SUCCESS, err);
    return program;
}

cl_build_status api_build_status(const struct vgpu_fixture *f, cl_program program)
{
    cl_build_status status = 99;

    EXPECT_CL(CL_SUCCESS,
              clGetProgramBuildInfo(program, f->device, CL_PROGRAM_BUILD_STATUS,
                                    sizeof status, &status, NULL));
    return status;
}

cl_context api_other_context(const struct vgpu_fixture *f)
{
    cl_int err;
    cl_context context = clCreateContext(NULL, 1, &f->device, NULL, NULL, &err);

    EXPECT_CL(CL_SUCCESS, err);
    return context;
}

void api_release_event(cl_event event)
{
    EXPECT_CL(CL_SUCCESS, clWaitForEvents(1, &event));
    EXPECT_CL(CL_COMPLETE, vgpu_test_event_status(event));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
}

bool api_has_compiler(const struct vgpu_fixture *f)
{
    cl_bool available = CL_FALSE;

    EXPECT_CL(CL_SUCCESS, clGetDeviceInfo(f->device, CL_DEVICE_COMPILER_AVAILABLE,
                                          sizeof available, &available, NULL));
    return available == CL_TRUE;
}
