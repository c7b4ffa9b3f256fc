/* SPDX-License-Identifier: MIT */
/* What the tests of the entry points share: rules of all queries, one list of all enqueue
 * calls, and values that are no handles. */
#ifndef VGPU_API_TEST_H
#define VGPU_API_TEST_H

#include "vgpu_test.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* A clGet*Info, whatever its object. */
typedef cl_int api_query_fn(const void *object, cl_uint param_name, size_t size,
                            void *value, size_t *size_ret);

struct api_query {
    const char *name;
    cl_uint param_name;
    size_t size; /* bytes of the answer; 0: depends on the object */
};
#define QUERY(name, type)         \
    {                             \
#name, name, sizeof(type) \
    }
#define QUERY_ANY_SIZE(name) \
    {                        \
#name, name, 0       \
    }

/* Each query tells its size, fills a value of that size or larger and no more, refuses a
 * smaller one with CL_INVALID_VALUE, and takes NULL for both. An unknown query is
 * CL_INVALID_VALUE. */
void api_expect_queries(api_query_fn *query, const void *object,
                        const struct api_query *rows, size_t count);

/* Buffers, kernel and queue that every enqueue call can work on. */
struct api_world {
    const struct vgpu_fixture *f;
    cl_command_queue queue;
    cl_mem source, target; /* 256 bytes each */
    cl_kernel kernel;      /* api_nothing */
    void *mapped;          /* a mapping of target, taken anew before each unmap */
    char host[256];
};

/* false: a failure was noted, and nothing is left behind. properties: of the queue. */
bool api_world_init(struct api_world *world, const struct vgpu_fixture *f,
                    cl_command_queue_properties properties);
/* Releases without waiting: commands may be held back by an event for ever. */
void api_world_fini(struct api_world *world);

/* Every call that enqueues a command, non-blocking. */
struct api_enqueue {
    const char *name;
    cl_command_type type;
    cl_int (*call)(struct api_world *world, cl_command_queue queue, cl_uint num_events,
                   const cl_event *wait_list, cl_event *event);
};
extern const struct api_enqueue api_enqueues[];
extern const size_t api_num_enqueues;

/* Values that are no handle: small numbers, addresses on the stack, in the heap, in code,
 * and odd ones. */
#define API_NUM_GARBAGE 7
void api_garbage(void *values_out[API_NUM_GARBAGE], void *stack, void *heap);

/* A program with this source, not built; NULL: a failure was noted. Its build's state on
 * the fixture's device. */
cl_program api_program(const struct vgpu_fixture *f, const char *source);
cl_build_status api_build_status(const struct vgpu_fixture *f, cl_program program);

/* The device says that OpenCL C can be compiled. */
bool api_has_compiler(const struct vgpu_fixture *f);

/* A second context of the same device. NULL: a failure was noted. */
cl_context api_other_context(const struct vgpu_fixture *f);

/* Waits for the event, expects that it ended well, releases it. */
void api_release_event(cl_event event);

#endif
