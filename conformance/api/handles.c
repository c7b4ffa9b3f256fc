/* SPDX-License-Identifier: MIT */
/* Handles that are none: NULL, released, of another kind, garbage. Every entry point
 * answers with the spec's error for the kind it expects, and nothing crashes. */
#include "api_test.h"

#include <CL/cl_vgpu.h>
#include <stdlib.h>
#include <string.h>

/* Good values for the other parameters. */
struct good {
    const struct vgpu_fixture *f;
    cl_mem buffer;
    cl_program program;
    cl_kernel kernel;
    cl_event event; /* ended */
    cl_int err;
    size_t size;
    char bytes[256];
};

static const size_t origin[3] = {0, 0, 0}, region[3] = {4, 1, 1}, global = 1;

static void CL_CALLBACK ignore_event(cl_event event, cl_int status, void *data)
{
    (void)event;
    (void)status;
    (void)data;
}

static void CL_CALLBACK ignore_mem(cl_mem mem, void *data)
{
    (void)mem;
    (void)data;
}

static void CL_CALLBACK ignore_context(cl_context context, void *data)
{
    (void)context;
    (void)data;
}

static void CL_CALLBACK ignore_args(void *args)
{
    (void)args;
}

enum kind {
    KIND_platform,
    KIND_device,
    KIND_context,
    KIND_queue,
    KIND_mem,
    KIND_program,
    KIND_kernel,
    KIND_event,
    KIND_sampler,
    NUM_KINDS
};

static void check(const char *call, const char *what, cl_int expected, cl_int actual)
{
    if (expected != actual)
        VGPU_FAIL("%s with %s: %s, not %s", call, what, vgpu_test_cl_name(actual),
                  vgpu_test_cl_name(expected));
}

static void check_made(const char *call, const char *what, cl_int expected,
                       const void *object, cl_int actual)
{
    check(call, what, expected, actual);
    if (object)
        VGPU_FAIL("%s with %s: returns an object", call, what);
}

/* Every entry point that takes a handle of that kind refuses `h`. */
static void expect_refused(struct good *g, enum kind kind, void *h, const char *what)
{
#define CALL(wanted, expected, call) \
    if (kind == KIND_##wanted)       \
        check(#call, what, expected, call);
#define MAKE(wanted, expected, call)                       \
    if (kind == KIND_##wanted) {                           \
        const void *object = (g->err = CL_SUCCESS, call);  \
        check_made(#call, what, expected, object, g->err); \
    }
#include "handles.def"
#undef CALL
#undef MAKE
}

static bool good_init(struct good *g, const struct vgpu_fixture *f)
{
    *g = (struct good){.f = f};
    g->buffer = vgpu_test_buffer(f, 0, 256, NULL);
    g->program = vgpu_test_program(f, "api_nothing");
    g->kernel = vgpu_test_kernel(f, "api_nothing");
    g->event = vgpu_test_user_event(f);
    return g->buffer && g->program && g->kernel && g->event &&
           clSetUserEventStatus(g->event, CL_COMPLETE) == CL_SUCCESS;
}

/* That each release succeeds shows that no refused call touched the good ones. */
static void good_fini(struct good *g)
{
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(g->event));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(g->kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(g->program));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(g->buffer));
    EXPECT_CL(CL_SUCCESS, clFinish(g->f->queue));
}

VGPU_TEST(handles, refuse_null)
{
    struct good g;

    if (!good_init(&g, f))
        return;
    for (int kind = KIND_device; kind < NUM_KINDS;
         kind++) /* a NULL platform is ours to define */
        expect_refused(&g, (enum kind)kind, NULL, "NULL");
    good_fini(&g);
}

VGPU_TEST(handles, refuse_garbage)
{
    void *garbage[API_NUM_GARBAGE], *heap = calloc(1, 4096);
    char stack[256] = {0};
    struct good g;

    if (!good_init(&g, f))
        return;
    api_garbage(garbage, stack, heap);
    for (int kind = 0; kind < NUM_KINDS; kind++)
        for (size_t i = 0; i < API_NUM_GARBAGE; i++)
            expect_refused(&g, (enum kind)kind, garbage[i], "garbage");
    good_fini(&g);
    free(heap);
}

VGPU_TEST(handles, refuse_handles_of_another_kind)
{
    struct good g;

    if (!good_init(&g, f))
        return;
    for (int kind = 0; kind < NUM_KINDS; kind++) {
        void *const handles[NUM_KINDS] = {f->platform, f->device, f->context, f->queue,
                                          g.buffer,    g.program, g.kernel,   g.event};

        for (int other = 0; other < KIND_sampler; other++)
            if (other != kind)
                expect_refused(&g, (enum kind)kind, handles[other],
                               "a handle of another kind");
    }
    good_fini(&g);
}

VGPU_TEST(handles, refuse_addresses_inside_an_object_and_beside_it)
{
    struct good g;

    if (!good_init(&g, f))
        return;
    for (int kind = 0; kind < KIND_sampler; kind++) {
        char *const handles[NUM_KINDS] = {
            (char *)f->platform, (char *)f->device, (char *)f->context, (char *)f->queue,
            (char *)g.buffer,    (char *)g.program, (char *)g.kernel,   (char *)g.event};

        expect_refused(&g, (enum kind)kind, handles[kind] + 1,
                       "an address inside an object");
        expect_refused(&g, (enum kind)kind, handles[kind] + 8,
                       "an address inside an object");
        expect_refused(&g, (enum kind)kind, handles[kind] - 8,
                       "an address before an object");
        expect_refused(&g, (enum kind)kind, handles[kind] + ((size_t)1 << 40),
                       "a far address");
    }
    good_fini(&g);
}

VGPU_TEST(handles, refuse_released_handles)
{
    struct good g, gone;
    cl_context context = api_other_context(f);
    cl_command_queue queue = vgpu_test_queue(f, 0);

    if (!good_init(&g, f) || !good_init(&gone, f))
        return;
    good_fini(&gone);
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(context));
    expect_refused(&g, KIND_context, context, "a released context");
    expect_refused(&g, KIND_queue, queue, "a released queue");
    expect_refused(&g, KIND_mem, gone.buffer, "a released buffer");
    expect_refused(&g, KIND_program, gone.program, "a released program");
    expect_refused(&g, KIND_kernel, gone.kernel, "a released kernel");
    expect_refused(&g, KIND_event, gone.event, "a released event");
    good_fini(&g);
}

VGPU_TEST(handles, refuse_over_release_while_the_runtime_holds_them)
{
    cl_event gate = vgpu_test_user_event(f), held = NULL;
    cl_command_queue queue = vgpu_test_queue(f, 0);
    cl_kernel kernel = vgpu_test_kernel(f, "api_nothing");

    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global, NULL, 1,
                                                 &gate, &held));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_INVALID_KERNEL, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
    EXPECT_CL(CL_INVALID_COMMAND_QUEUE, clReleaseCommandQueue(queue));
    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 1, &held, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(held));
    EXPECT_CL(CL_INVALID_EVENT, clReleaseEvent(held));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    EXPECT_CL(CL_INVALID_EVENT, clReleaseEvent(gate));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
}

VGPU_TEST(errcode_ret, may_be_null_where_the_call_succeeds)
{
    const cl_buffer_region part = {0, 64};
    const char *source = "__kernel void api_nothing(void) { }";
    cl_context context = clCreateContext(NULL, 1, &f->device, NULL, NULL, NULL);
    cl_command_queue queue =
        clCreateCommandQueueWithProperties(context, f->device, NULL, NULL);
    cl_command_queue old = clCreateCommandQueue(context, f->device, 0, NULL);
    cl_mem buffer = clCreateBufferWithProperties(context, NULL, 0, 256, NULL, NULL);
    cl_mem window =
        clCreateSubBuffer(buffer, 0, CL_BUFFER_CREATE_TYPE_REGION, &part, NULL);
    cl_event event = clCreateUserEvent(context, NULL);
    cl_program built_in =
        clCreateProgramWithBuiltInKernels(context, 1, &f->device, "api_nothing", NULL);
    cl_program program = clCreateProgramWithSource(context, 1, &source, NULL, NULL);
    cl_kernel kernel = clCreateKernel(built_in, "api_nothing", NULL);
    cl_kernel clone = clCloneKernel(kernel, NULL);
    void *mapped = clEnqueueMapBuffer(queue, buffer, CL_TRUE, CL_MAP_READ, 0, 64, 0, NULL,
                                      NULL, NULL);

    EXPECT_CL(CL_SUCCESS, clEnqueueUnmapMemObject(queue, buffer, mapped, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(clone));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(built_in));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(window));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(old));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(context));
}

VGPU_TEST(errcode_ret, may_be_null_where_the_call_fails)
{
    EXPECT_TRUE(clCreateContext(NULL, 0, NULL, NULL, NULL, NULL) == NULL);
    EXPECT_TRUE(clCreateContextFromType(NULL, 0, NULL, NULL, NULL) == NULL);
    EXPECT_TRUE(clCreateCommandQueueWithProperties(NULL, f->device, NULL, NULL) == NULL);
    EXPECT_TRUE(clCreateCommandQueue(NULL, f->device, 0, NULL) == NULL);
    EXPECT_TRUE(clCreateBuffer(NULL, 0, 64, NULL, NULL) == NULL);
    EXPECT_TRUE(clCreateBufferWithProperties(NULL, NULL, 0, 64, NULL, NULL) == NULL);
    EXPECT_TRUE(clCreateSubBuffer(NULL, 0, 0, NULL, NULL) == NULL);
    EXPECT_TRUE(clCreateImage(f->context, 0, NULL, NULL, NULL, NULL) == NULL);
    EXPECT_TRUE(
        clCreateImageWithProperties(f->context, NULL, 0, NULL, NULL, NULL, NULL) == NULL);
    EXPECT_TRUE(clCreateImage2D(f->context, 0, NULL, 0, 0, 0, NULL, NULL) == NULL);
    EXPECT_TRUE(clCreateImage3D(f->context, 0, NULL, 0, 0, 0, 0, 0, NULL, NULL) == NULL);
    EXPECT_TRUE(clCreatePipe(f->context, 0, 0, 0, NULL, NULL) == NULL);
    EXPECT_TRUE(clCreateSampler(f->context, 0, 0, 0, NULL) == NULL);
    EXPECT_TRUE(clCreateSamplerWithProperties(f->context, NULL, NULL) == NULL);
    EXPECT_TRUE(clCreateProgramWithSource(NULL, 0, NULL, NULL, NULL) == NULL);
    EXPECT_TRUE(clCreateProgramWithBinary(NULL, 0, NULL, NULL, NULL, NULL, NULL) == NULL);
    EXPECT_TRUE(clCreateProgramWithBuiltInKernels(NULL, 0, NULL, NULL, NULL) == NULL);
    EXPECT_TRUE(clCreateProgramWithIL(f->context, NULL, 0, NULL) == NULL);
    EXPECT_TRUE(clLinkProgram(NULL, 0, NULL, NULL, 0, NULL, NULL, NULL, NULL) == NULL);
    EXPECT_TRUE(clCreateKernel(NULL, NULL, NULL) == NULL);
    EXPECT_TRUE(clCloneKernel(NULL, NULL) == NULL);
    EXPECT_TRUE(clCreateUserEvent(NULL, NULL) == NULL);
    EXPECT_TRUE(clEnqueueMapBuffer(f->queue, NULL, CL_TRUE, 0, 0, 0, 0, NULL, NULL,
                                   NULL) == NULL);
    EXPECT_TRUE(clEnqueueMapImage(f->queue, NULL, CL_TRUE, 0, NULL, NULL, NULL, NULL, 0,
                                  NULL, NULL, NULL) == NULL);
}
