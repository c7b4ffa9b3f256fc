/* SPDX-License-Identifier: MIT */
/* Callbacks: of events, and of the ends of memory objects and contexts.
 * [OpenCL 3.0, 5.11, 5.5.1, 4.4] */
#define _GNU_SOURCE
#include "api_test.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

struct heard {
    sem_t called;
    cl_event event;
    cl_int status;
    atomic_int calls;
    pthread_t thread;
};

static void CL_CALLBACK hear(cl_event event, cl_int status, void *user_data)
{
    struct heard *heard = user_data;

    heard->event = event;
    heard->status = status;
    heard->thread = pthread_self();
    atomic_fetch_add(&heard->calls, 1);
    sem_post(&heard->called);
}

VGPU_TEST(clSetEventCallback, calls_for_each_status_with_it)
{
    static const cl_int triggers[] = {CL_SUBMITTED, CL_RUNNING, CL_COMPLETE};
    struct heard heard[COUNT_OF(triggers)] = {{.event = NULL}};
    cl_event gate = vgpu_test_user_event(f), event = NULL;
    const size_t global = 4;
    cl_kernel kernel = vgpu_test_kernel(f, "api_nothing");

    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, NULL,
                                                 1, &gate, &event));
    for (size_t i = 0; i < COUNT_OF(triggers); i++) {
        sem_init(&heard[i].called, 0, 0);
        EXPECT_CL(CL_SUCCESS, clSetEventCallback(event, triggers[i], hear, &heard[i]));
    }
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    for (size_t i = 0; i < COUNT_OF(triggers); i++) {
        sem_wait(&heard[i].called);
        EXPECT_EQ(event, heard[i].event);
        EXPECT_LE(heard[i].status, triggers[i]);
        EXPECT_LE(0, heard[i].status);
    }
    EXPECT_CL(CL_COMPLETE, heard[2].status);
    api_release_event(event);
    for (size_t i = 0; i < COUNT_OF(triggers); i++) {
        EXPECT_EQ(1, atomic_load(&heard[i].calls));
        sem_destroy(&heard[i].called);
    }
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
}

VGPU_TEST(clSetEventCallback, calls_also_when_the_event_has_ended_before)
{
    struct heard heard = {.event = NULL};
    cl_event event = vgpu_test_user_event(f);

    sem_init(&heard.called, 0, 0);
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(event, CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clSetEventCallback(event, CL_COMPLETE, hear, &heard));
    sem_wait(&heard.called);
    EXPECT_EQ(event, heard.event);
    EXPECT_CL(CL_COMPLETE, heard.status);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    sem_destroy(&heard.called);
}

VGPU_TEST(clSetEventCallback, passes_the_error_of_a_command_that_failed)
{
    struct heard user = {.event = NULL}, dependent = {.event = NULL};
    cl_event gate = vgpu_test_user_event(f), event = NULL;

    sem_init(&user.called, 0, 0);
    sem_init(&dependent.called, 0, 0);
    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 1, &gate, &event));
    EXPECT_CL(CL_SUCCESS, clSetEventCallback(gate, CL_COMPLETE, hear, &user));
    EXPECT_CL(CL_SUCCESS, clSetEventCallback(event, CL_COMPLETE, hear, &dependent));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, -77));
    sem_wait(&user.called);
    sem_wait(&dependent.called);
    EXPECT_EQ(-77, user.status);
    EXPECT_GT(0, dependent.status);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    sem_destroy(&user.called);
    sem_destroy(&dependent.called);
}

VGPU_TEST(clSetEventCallback, calls_every_one_of_many_exactly_once)
{
    enum { COUNT = 200 };
    static struct heard heard[COUNT];
    cl_event event = vgpu_test_user_event(f);

    for (size_t i = 0; i < COUNT; i++) {
        sem_init(&heard[i].called, 0, 0);
        atomic_store(&heard[i].calls, 0);
        EXPECT_CL(CL_SUCCESS, clSetEventCallback(event, CL_COMPLETE, hear, &heard[i]));
    }
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(event, CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    for (size_t i = 0; i < COUNT; i++) {
        sem_wait(&heard[i].called);
        EXPECT_EQ(1, atomic_load(&heard[i].calls));
        sem_destroy(&heard[i].called);
    }
}

struct chain {
    const struct vgpu_fixture *f;
    sem_t done;
};

/* A callback that itself uses the library, as applications do in spite of the warnings.
 */
static void CL_CALLBACK enqueue_more(cl_event event, cl_int status, void *user_data)
{
    struct chain *chain = user_data;
    cl_uint count = 0;
    cl_event next = NULL;

    (void)status;
    EXPECT_CL(CL_SUCCESS, clGetEventInfo(event, CL_EVENT_REFERENCE_COUNT, sizeof count,
                                         &count, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(chain->f->queue, 0, NULL, &next));
    EXPECT_CL(CL_SUCCESS, clFlush(chain->f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(next));
    sem_post(&chain->done);
}

VGPU_TEST(clSetEventCallback, may_enqueue_and_query_in_the_callback)
{
    struct chain chain = {.f = f};
    cl_event event = vgpu_test_user_event(f);

    sem_init(&chain.done, 0, 0);
    EXPECT_CL(CL_SUCCESS, clSetEventCallback(event, CL_COMPLETE, enqueue_more, &chain));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(event, CL_COMPLETE));
    sem_wait(&chain.done);
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    sem_destroy(&chain.done);
}

static void CL_CALLBACK complete_next(cl_event event, cl_int status, void *next)
{
    (void)event;
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(next, status));
}

VGPU_TEST(clSetEventCallback, may_complete_a_user_event_that_commands_wait_for)
{
    cl_event first = vgpu_test_user_event(f), second = vgpu_test_user_event(f),
             event = NULL;

    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 1, &second, &event));
    EXPECT_CL(CL_SUCCESS, clSetEventCallback(first, CL_COMPLETE, complete_next, second));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(first, CL_COMPLETE));
    api_release_event(event);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(second));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(first));
}

struct use {
    sem_t done;
    cl_int status, retained, released;
    cl_uint references;
};

static void CL_CALLBACK use_event(cl_event event, cl_int status, void *user_data)
{
    struct use *use = user_data;

    (void)status;
    clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof use->status,
                   &use->status, NULL);
    clGetEventInfo(event, CL_EVENT_REFERENCE_COUNT, sizeof use->references,
                   &use->references, NULL);
    use->retained = clRetainEvent(event);
    use->released = clReleaseEvent(event);
    sem_post(&use->done);
}

VGPU_TEST(clSetEventCallback, may_use_an_event_that_was_released_before)
{
    struct use use = {.status = -1, .retained = -1, .released = -1};
    cl_event gate = vgpu_test_user_event(f), event = NULL;

    sem_init(&use.done, 0, 0);
    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 1, &gate, &event));
    EXPECT_CL(CL_SUCCESS, clSetEventCallback(event, CL_COMPLETE, use_event, &use));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    EXPECT_CL(CL_INVALID_EVENT, clReleaseEvent(event));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    sem_wait(&use.done);
    EXPECT_CL(CL_COMPLETE, use.status);
    EXPECT_CL(CL_SUCCESS, use.retained);
    EXPECT_CL(CL_SUCCESS, use.released);
    EXPECT_LE(1, use.references);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    sem_destroy(&use.done);
}

VGPU_TEST(clSetEventCallback,
          is_called_for_a_user_event_that_is_released_without_a_status)
{
    struct heard heard = {.event = NULL};
    cl_event gate = vgpu_test_user_event(f), dependent = NULL;

    sem_init(&heard.called, 0, 0);
    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 1, &gate, &dependent));
    EXPECT_CL(CL_SUCCESS, clSetEventCallback(gate, CL_COMPLETE, hear, &heard));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    sem_wait(&heard.called);
    EXPECT_LT(heard.status, 0);
    EXPECT_CL(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
              clWaitForEvents(1, &dependent));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(dependent));
    sem_destroy(&heard.called);
}

VGPU_TEST(clSetEventCallback, refuses_what_the_spec_refuses)
{
    static const cl_int triggers[] = {CL_QUEUED, 4, -1, CL_INT_MAX};
    struct heard heard = {.event = NULL};
    cl_event event = vgpu_test_user_event(f);

    for (size_t i = 0; i < COUNT_OF(triggers); i++)
        EXPECT_CL(CL_INVALID_VALUE, clSetEventCallback(event, triggers[i], hear, &heard));
    EXPECT_CL(CL_INVALID_VALUE, clSetEventCallback(event, CL_COMPLETE, NULL, &heard));
    EXPECT_CL(CL_INVALID_EVENT, clSetEventCallback(NULL, CL_COMPLETE, hear, &heard));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(event, CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
}

/* Three destructor callbacks note the order in which they are called. */
struct ends {
    sem_t called;
    atomic_int next;
    int order[3];
    void *object;
    pthread_t thread; /* of the last call */
};

struct end {
    struct ends *ends;
    int number;
};

static void note_end(void *object, struct end *end)
{
    end->ends->order[atomic_fetch_add(&end->ends->next, 1)] = end->number;
    end->ends->object = object;
    end->ends->thread = pthread_self();
    sem_post(&end->ends->called);
}

static void CL_CALLBACK mem_ends(cl_mem mem, void *user_data)
{
    note_end(mem, user_data);
}

static void CL_CALLBACK context_ends(cl_context context, void *user_data)
{
    note_end(context, user_data);
}

static void expect_reverse_order(struct ends *ends, const void *object)
{
    for (int i = 0; i < 3; i++)
        sem_wait(&ends->called);
    for (int i = 0; i < 3; i++)
        EXPECT_EQ(2 - i, ends->order[i]);
    EXPECT_EQ(object, ends->object);
    sem_destroy(&ends->called);
}

VGPU_TEST(clSetMemObjectDestructorCallback,
          is_called_in_reverse_order_when_the_buffer_ends)
{
    struct ends ends = {.object = NULL};
    struct end each[3] = {{&ends, 0}, {&ends, 1}, {&ends, 2}};
    cl_mem buffer = vgpu_test_buffer(f, 0, 64, NULL);

    sem_init(&ends.called, 0, 0);
    for (int i = 0; i < 3; i++)
        EXPECT_CL(CL_SUCCESS,
                  clSetMemObjectDestructorCallback(buffer, mem_ends, &each[i]));
    EXPECT_CL(CL_SUCCESS, clRetainMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_EQ(0, atomic_load(&ends.next));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    expect_reverse_order(&ends, buffer);
}

VGPU_TEST(clSetMemObjectDestructorCallback, waits_for_commands_that_use_the_buffer)
{
    const cl_int zero = 0;
    struct ends ends = {.object = NULL};
    struct end each[3] = {{&ends, 0}, {&ends, 1}, {&ends, 2}};
    cl_event gate = vgpu_test_user_event(f);
    cl_mem buffer = vgpu_test_buffer(f, 0, 64, NULL);

    sem_init(&ends.called, 0, 0);
    for (int i = 0; i < 3; i++)
        EXPECT_CL(CL_SUCCESS,
                  clSetMemObjectDestructorCallback(buffer, mem_ends, &each[i]));
    EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(f->queue, buffer, &zero, sizeof zero, 0, 64,
                                              1, &gate, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_EQ(0, atomic_load(&ends.next));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    expect_reverse_order(&ends, buffer);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
}

VGPU_TEST(clSetMemObjectDestructorCallback, comes_before_the_host_memory_is_free)
{
    char memory[64] = {0};
    struct ends ends = {.object = NULL};
    struct end end = {&ends, 0};
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_USE_HOST_PTR, sizeof memory, memory);

    sem_init(&ends.called, 0, 0);
    EXPECT_CL(CL_SUCCESS, clSetMemObjectDestructorCallback(buffer, mem_ends, &end));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    sem_wait(&ends.called);
    EXPECT_EQ(buffer, ends.object);
    sem_destroy(&ends.called);
}

/* What a thread's call runs: some rows of a copy, slowly. */
struct copy {
    const struct vgpu_fixture *f;
    cl_mem buffer;
    char *host;
    atomic_bool is_begun;
};

static void *write_rows(void *argument)
{
    struct copy *const copy = argument;
    const size_t origin[3] = {0, 0, 0}, region[3] = {1, 32768, 1};

    atomic_store(&copy->is_begun, true);
    EXPECT_CL(CL_SUCCESS, clEnqueueWriteBufferRect(copy->f->queue, copy->buffer, CL_FALSE,
                                                   origin, origin, region, 2, 0, 2, 0,
                                                   copy->host, 0, NULL, NULL));
    return NULL;
}

/* A command of this thread, which the other thread's call may come to run and end. */
static void write_and_release(const struct vgpu_fixture *f, struct end *end)
{
    static char bytes[64];
    cl_mem buffer = vgpu_test_buffer(f, 0, sizeof bytes, NULL);

    EXPECT_CL(CL_SUCCESS, clSetMemObjectDestructorCallback(buffer, mem_ends, end));
    EXPECT_CL(CL_SUCCESS, clEnqueueWriteBuffer(f->queue, buffer, CL_FALSE, 0,
                                               sizeof bytes, bytes, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

/* Whoever ended its last command, and without any further call. */
VGPU_TEST(clSetMemObjectDestructorCallback, needs_no_call_to_come)
{
    struct copy copy = {.f = f,
                        .buffer = vgpu_test_buffer(f, 0, 1 << 16, NULL),
                        .host = calloc(1, 1 << 16)};
    pthread_t thread;

    for (int i = 0; i < 40; i++) {
        struct ends ends = {.object = NULL};
        struct end end = {&ends, 0};
        struct timespec soon;

        sem_init(&ends.called, 0, 0);
        atomic_store(&copy.is_begun, false);
        ASSERT_EQ(0, pthread_create(&thread, NULL, write_rows, &copy));
        while (!atomic_load(&copy.is_begun))
            sched_yield();
        write_and_release(f, &end);
        pthread_join(thread, NULL);
        clock_gettime(CLOCK_REALTIME, &soon);
        soon.tv_sec += 30;
        ASSERT_EQ(0, sem_timedwait(&ends.called, &soon));
        sem_destroy(&ends.called);
    }
    free(copy.host);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(copy.buffer));
}

static void CL_CALLBACK count_cores(cl_event event, cl_int status, void *user_data)
{
    struct heard *const heard = user_data;
    cpu_set_t cores;

    if (sched_getaffinity(0, sizeof cores, &cores) == 0)
        atomic_store(&heard->calls, CPU_COUNT(&cores));
    hear(event, status, heard);
}

/* Also where a compute unit, which is pinned, posts the first of them. */
VGPU_TEST_WITH_ENV(clSetEventCallback, calls_on_a_thread_that_is_not_pinned,
                   "VGPU_DEVICES=cu=1")
{
    struct heard heard = {.event = NULL};
    cl_event gate = vgpu_test_user_event(f), event = NULL;
    cl_kernel kernel = vgpu_test_kernel(f, "api_nothing");
    const size_t global = 4;
    cpu_set_t cores;

    ASSERT_EQ(0, sched_getaffinity(0, sizeof cores, &cores));
    sem_init(&heard.called, 0, 0);
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, NULL,
                                                 1, &gate, &event));
    EXPECT_CL(CL_SUCCESS, clSetEventCallback(event, CL_COMPLETE, count_cores, &heard));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    sem_wait(&heard.called);
    EXPECT_EQ(CPU_COUNT(&cores) + 1, atomic_load(&heard.calls));
    api_release_event(event);
    sem_destroy(&heard.called);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
}

/* Any thread's call may give back what it held, in the midst of others. */
VGPU_TEST(clSetContextDestructorCallback,
          is_called_on_the_callback_thread_where_a_command_had_the_last_hold)
{
    struct ends ends = {.object = NULL};
    struct end end = {&ends, 0};
    cl_context context = api_other_context(f);
    cl_int err;
    cl_command_queue queue =
        clCreateCommandQueueWithProperties(context, f->device, NULL, &err);

    ASSERT_CL(CL_SUCCESS, err);
    sem_init(&ends.called, 0, 0);
    EXPECT_CL(CL_SUCCESS, clSetContextDestructorCallback(context, context_ends, &end));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(context));
    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(queue, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
    sem_wait(&ends.called);
    EXPECT_EQ(context, ends.object);
    EXPECT_FALSE(pthread_equal(pthread_self(), ends.thread));
    sem_destroy(&ends.called);
}

VGPU_TEST(clSetContextDestructorCallback,
          is_called_in_reverse_order_when_the_last_object_ends)
{
    struct ends ends = {.object = NULL};
    struct end each[3] = {{&ends, 0}, {&ends, 1}, {&ends, 2}};
    cl_context context = api_other_context(f);
    cl_int err;
    cl_mem buffer = clCreateBuffer(context, 0, 64, NULL, &err);

    ASSERT_CL(CL_SUCCESS, err);
    sem_init(&ends.called, 0, 0);
    for (int i = 0; i < 3; i++)
        EXPECT_CL(CL_SUCCESS,
                  clSetContextDestructorCallback(context, context_ends, &each[i]));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(context));
    EXPECT_EQ(0, atomic_load(&ends.next));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    expect_reverse_order(&ends, context);
}

VGPU_TEST(clSetContextDestructorCallback, refuses_what_the_spec_refuses)
{
    cl_mem buffer = vgpu_test_buffer(f, 0, 64, NULL);

    EXPECT_CL(CL_INVALID_VALUE, clSetContextDestructorCallback(f->context, NULL, NULL));
    EXPECT_CL(CL_INVALID_CONTEXT,
              clSetContextDestructorCallback(NULL, context_ends, NULL));
    EXPECT_CL(CL_INVALID_VALUE, clSetMemObjectDestructorCallback(buffer, NULL, NULL));
    EXPECT_CL(CL_INVALID_MEM_OBJECT,
              clSetMemObjectDestructorCallback(NULL, mem_ends, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}
