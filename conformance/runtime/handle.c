/* SPDX-License-Identifier: MIT */
/* Handles: which pointers are objects, for how long, and with how many threads. */
#include "object/context.h"
#include "object/handle.h"
#include "sanitizer.h"
#include "vgpu_test.h"

#include <pthread.h>
#include <sys/resource.h>

static cl_context make_context(const struct vgpu_fixture *f)
{
    cl_context context = NULL;

    EXPECT_CL(CL_SUCCESS, vgpu_context_create(NULL, 1, &f->device, NULL, NULL, &context));
    return context;
}

static cl_int release(cl_context context)
{
    return vgpu_app_release(VGPU_KIND_context, context, CL_INVALID_CONTEXT);
}

/* volatile: compilers warn of the very pointers that are to be checked. */
static bool is_context(const void *volatile pointer)
{
    return VGPU_IS(context, pointer);
}

VGPU_TEST(vgpu_handle_is, refuses_every_pointer_that_is_no_slot_of_the_kind)
{
    const cl_context context = make_context(f);
    int on_stack;

    EXPECT_TRUE(is_context(context));
    EXPECT_FALSE(is_context(NULL));
    EXPECT_FALSE(is_context((void *)(uintptr_t)1));
    EXPECT_FALSE(is_context((void *)UINTPTR_MAX));
    EXPECT_FALSE(is_context(&on_stack));
    EXPECT_FALSE(is_context((char *)context + 1));
    EXPECT_FALSE(is_context((char *)context + 8));
    EXPECT_FALSE(is_context(f->device));
    EXPECT_FALSE(VGPU_IS(queue, context));
    EXPECT_CL(CL_SUCCESS, release(context));
}

VGPU_TEST(vgpu_handle_is, refuses_slots_that_were_never_used)
{
    const size_t slot_size = vgpu_handle_ranges[VGPU_KIND_context].slot_size;
    const size_t used = atomic_load(&vgpu_handle_ranges[VGPU_KIND_context].used);
    const uintptr_t base = atomic_load(&vgpu_handle_ranges[VGPU_KIND_context].base);

    EXPECT_TRUE(VGPU_IS(context, f->context));
    EXPECT_FALSE(VGPU_IS(context, (void *)(base + used - slot_size)));
    EXPECT_FALSE(VGPU_IS(context, (void *)(base + used)));
    EXPECT_FALSE(VGPU_IS(context, (void *)(base - slot_size)));
}

VGPU_TEST(vgpu_handle_is, refuses_a_released_handle_while_others_come_and_go)
{
    const cl_context stale = make_context(f);

    ASSERT_CL(CL_SUCCESS, release(stale));
    for (int i = 0; i < 100; i++) {
        const cl_context other = make_context(f);

        ASSERT_NE(stale, other);
        ASSERT_FALSE(VGPU_IS(context, stale));
        ASSERT_CL(CL_SUCCESS, release(other));
    }
    EXPECT_CL(CL_INVALID_CONTEXT, release(stale));
    EXPECT_CL(CL_INVALID_CONTEXT,
              vgpu_app_retain(VGPU_KIND_context, stale, CL_INVALID_CONTEXT));
}

VGPU_TEST(vgpu_handle_create, gives_a_slot_that_is_used_again_another_generation)
{
    const cl_context first = make_context(f);
    const uint32_t generation = first->handle.generation;
    cl_context again = NULL;

    ASSERT_CL(CL_SUCCESS, release(first));
    for (int i = 0; i < 1000 && again != first; i++) {
        again = make_context(f);
        ASSERT_CL(CL_SUCCESS, release(again));
    }
    ASSERT_EQ(first, again);
    EXPECT_NE(generation, again->handle.generation);
}

VGPU_UNIT_TEST(vgpu_handle_create, gives_zeroed_objects_also_from_used_slots)
{
    for (int i = 0; i < 600; i++) {
        const cl_context context = vgpu_handle_create(VGPU_KIND_context);
        static const char zeros[sizeof *context];

        ASSERT_NE(NULL, context);
        ASSERT_BYTES(zeros, &context->handle + 1,
                     sizeof *context - sizeof context->handle);
        pthread_mutex_init(&context->lock, NULL);
        context->notify_data = context;
        ASSERT_CL(CL_SUCCESS, release(context));
    }
}

static void CL_CALLBACK note_end(cl_context context, void *user_data)
{
    (void)context;
    *(bool *)user_data = true;
}

VGPU_TEST(vgpu_release, destroys_when_application_and_runtime_have_let_go)
{
    const cl_context context = make_context(f);
    bool ended = false;

    ASSERT_CL(CL_SUCCESS, vgpu_context_add_destructor(context, note_end, &ended));
    vgpu_retain(context);
    EXPECT_CL(CL_SUCCESS,
              vgpu_app_retain(VGPU_KIND_context, context, CL_INVALID_CONTEXT));
    EXPECT_EQ(2, vgpu_app_refs(context));
    EXPECT_CL(CL_SUCCESS, release(context));
    EXPECT_TRUE(VGPU_IS(context, context));
    EXPECT_CL(CL_SUCCESS, release(context));
    EXPECT_FALSE(VGPU_IS(context, context));
    EXPECT_CL(CL_INVALID_CONTEXT, release(context));
    EXPECT_FALSE(ended);
    vgpu_release(context);
    EXPECT_TRUE(ended);
}

enum { THREADS = 4, ROUNDS = 2000 };

static void on_threads(void *(*work)(void *), void *argument)
{
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        ASSERT_EQ(0, pthread_create(&threads[i], NULL, work, argument));
    for (int i = 0; i < THREADS; i++)
        ASSERT_EQ(0, pthread_join(threads[i], NULL));
}

struct race {
    cl_context context;
    atomic_int successes;
};

static void *release_until_refused(void *argument)
{
    struct race *race = argument;

    while (release(race->context) == CL_SUCCESS)
        atomic_fetch_add(&race->successes, 1);
    return NULL;
}

VGPU_TEST(vgpu_app_release, succeeds_once_per_hold_however_many_threads_try)
{
    for (int round = 0; round < 50; round++) {
        struct race race = {.context = make_context(f)};

        for (int i = 0; i < 100; i++)
            ASSERT_CL(CL_SUCCESS, vgpu_app_retain(VGPU_KIND_context, race.context,
                                                  CL_INVALID_CONTEXT));
        on_threads(release_until_refused, &race);
        ASSERT_EQ(101, atomic_load(&race.successes));
    }
}

/* Several events at a time, so that slots change threads in batches. */
static void *make_and_release_events(void *argument)
{
    const cl_context context = argument;
    enum { HELD = 100 };
    cl_event events[HELD];

    for (int round = 0; round < ROUNDS / HELD; round++) {
        for (int i = 0; i < HELD; i++) {
            events[i] = clCreateUserEvent(context, NULL);
            EXPECT_TRUE(VGPU_IS(event, events[i]));
            EXPECT_EQ(1, vgpu_app_refs(events[i]));
        }
        for (int i = 0; i < HELD; i++) {
            EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(events[i], CL_COMPLETE));
            EXPECT_CL(CL_SUCCESS, clReleaseEvent(events[i]));
        }
    }
    return NULL;
}

VGPU_TEST(vgpu_handle_create, gives_each_thread_its_own_event)
{
    on_threads(make_and_release_events, f->context);
}

static void *make_and_release_contexts(void *argument)
{
    const struct vgpu_fixture *f = argument;

    for (int i = 0; i < ROUNDS; i++) {
        const cl_context context = make_context(f);

        EXPECT_EQ(1, vgpu_app_refs(context));
        EXPECT_CL(CL_SUCCESS, release(context));
    }
    return NULL;
}

static void *make_one_event(void *context)
{
    return clCreateUserEvent(context, NULL);
}

VGPU_TEST(vgpu_handle_create, takes_back_the_slots_of_threads_that_have_ended)
{
    enum { SOME_THREADS = 500 };
    const struct vgpu_handle_range *range = &vgpu_handle_ranges[VGPU_KIND_event];
    const size_t before = atomic_load(&range->used);

    for (int i = 0; i < SOME_THREADS; i++) {
        pthread_t thread;
        void *event;

        ASSERT_EQ(0, pthread_create(&thread, NULL, make_one_event, f->context));
        pthread_join(thread, &event);
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    }
    EXPECT_LE(atomic_load(&range->used), before + 4 * SOME_THREADS * range->slot_size);
}

VGPU_TEST(vgpu_handle_create, gives_each_thread_its_own_context)
{
    on_threads(make_and_release_contexts, (void *)f);
}

static void *check_garbage(void *argument)
{
    for (uintptr_t i = 0; i < ROUNDS; i++)
        EXPECT_FALSE(is_context((char *)argument + i));
    return NULL;
}

VGPU_UNIT_TEST(vgpu_handle_is, may_be_the_first_call_of_several_threads)
{
    int on_stack;

    on_threads(check_garbage, &on_stack);
}

VGPU_UNIT_TEST_WITH_ENV(vgpu_handle_create, works_with_little_address_space,
                        "VGPU_DEVICES=cu=1")
{
    const struct rlimit limit = {(rlim_t)2 << 30, (rlim_t)2 << 30};

    if (VGPU_ASAN || VGPU_TSAN)
        VGPU_SKIP("sanitizers need address space");
    ASSERT_EQ(0, setrlimit(RLIMIT_AS, &limit));
    for (int i = 0; i < 1000; i++)
        ASSERT_NE(NULL, vgpu_handle_create(VGPU_KIND_context));
}
