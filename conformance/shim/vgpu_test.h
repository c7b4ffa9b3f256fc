/* SPDX-License-Identifier: MIT */
/* The test shim: what a C test file needs to be a GoogleTest test. See docs/testing.md.
 */
#ifndef VGPU_TEST_H
#define VGPU_TEST_H

#ifndef CL_TARGET_OPENCL_VERSION
#define CL_TARGET_OPENCL_VERSION 300
#endif
#ifndef CL_USE_DEPRECATED_OPENCL_1_0_APIS
#define CL_USE_DEPRECATED_OPENCL_1_0_APIS
#endif
#ifndef CL_USE_DEPRECATED_OPENCL_1_1_APIS
#define CL_USE_DEPRECATED_OPENCL_1_1_APIS
#endif
#ifndef CL_USE_DEPRECATED_OPENCL_1_2_APIS
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#endif
#ifndef CL_USE_DEPRECATED_OPENCL_2_0_APIS
#define CL_USE_DEPRECATED_OPENCL_2_0_APIS
#endif
#ifndef CL_USE_DEPRECATED_OPENCL_2_1_APIS
#define CL_USE_DEPRECATED_OPENCL_2_1_APIS
#endif
#ifndef CL_USE_DEPRECATED_OPENCL_2_2_APIS
#define CL_USE_DEPRECATED_OPENCL_2_2_APIS
#endif
#include <CL/cl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bridge.h"
#include "process.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a VGPU_TEST finds ready: the first device, a context of it alone, and an in-order
 * queue without profiling. Made before each test, released after it. */
struct vgpu_fixture {
    cl_platform_id platform;
    cl_device_id device;
    cl_context context;
    cl_command_queue queue;
};

/* VGPU_TEST(suite, sentence) { ... } - a test with the fixture `f`.
 * VGPU_UNIT_TEST(suite, sentence) { ... } - one that makes no OpenCL call of its own
 * accord: no fixture.
 *
 * ..._WITH_ENV(suite, sentence, "NAME=value", ...) { ... } - the same in a process of its
 * own, which has these environment variables from its start ("NAME" without `=`: unset).
 * It fails where that process fails. */
#define VGPU_TEST(suite, sentence)                                            \
    static void vgpu_body_##suite##_##sentence(const struct vgpu_fixture *f); \
    static void vgpu_run_##suite##_##sentence(void)                           \
    {                                                                         \
        vgpu_test_with_fixture(vgpu_body_##suite##_##sentence);               \
    }                                                                         \
    VGPU_TEST_REGISTER(suite, sentence)                                       \
    static void vgpu_body_##suite##_##sentence(                               \
        VGPU_TEST_UNUSED const struct vgpu_fixture *f)

#define VGPU_UNIT_TEST(suite, sentence)              \
    static void vgpu_run_##suite##_##sentence(void); \
    VGPU_TEST_REGISTER(suite, sentence)              \
    static void vgpu_run_##suite##_##sentence(void)

#define VGPU_TEST_WITH_ENV(suite, sentence, ...)                              \
    static void vgpu_body_##suite##_##sentence(const struct vgpu_fixture *f); \
    static void vgpu_child_##suite##_##sentence(void)                         \
    {                                                                         \
        vgpu_test_with_fixture(vgpu_body_##suite##_##sentence);               \
    }                                                                         \
    VGPU_TEST_IN_CHILD(suite, sentence, __VA_ARGS__)                          \
    static void vgpu_body_##suite##_##sentence(                               \
        VGPU_TEST_UNUSED const struct vgpu_fixture *f)

#define VGPU_UNIT_TEST_WITH_ENV(suite, sentence, ...)  \
    static void vgpu_child_##suite##_##sentence(void); \
    VGPU_TEST_IN_CHILD(suite, sentence, __VA_ARGS__)   \
    static void vgpu_child_##suite##_##sentence(void)

/* Checks. Each exists as EXPECT_x (notes a failure, goes on; any thread) and ASSERT_x
 * (also returns from the function it stands in, which must be void). Integers and
 * pointers go to EQ to GE, which compare as signed 64-bit values; floating-point values
 * go to NEAR. */
#define EXPECT_CL(expected, actual) ((void)VGPU_CHECK_CL(expected, actual))
#define ASSERT_CL(expected, actual) VGPU_OR_RETURN(VGPU_CHECK_CL(expected, actual))
#define EXPECT_TRUE(condition)      ((void)VGPU_CHECK_BOOL(true, condition))
#define ASSERT_TRUE(condition)      VGPU_OR_RETURN(VGPU_CHECK_BOOL(true, condition))
#define EXPECT_FALSE(condition)     ((void)VGPU_CHECK_BOOL(false, condition))
#define ASSERT_FALSE(condition)     VGPU_OR_RETURN(VGPU_CHECK_BOOL(false, condition))
#define EXPECT_EQ(expected, actual) ((void)VGPU_CHECK_INT(EQ, expected, actual))
#define ASSERT_EQ(expected, actual) VGPU_OR_RETURN(VGPU_CHECK_INT(EQ, expected, actual))
#define EXPECT_NE(expected, actual) ((void)VGPU_CHECK_INT(NE, expected, actual))
#define ASSERT_NE(expected, actual) VGPU_OR_RETURN(VGPU_CHECK_INT(NE, expected, actual))
#define EXPECT_LT(left, right)      ((void)VGPU_CHECK_INT(LT, left, right))
#define ASSERT_LT(left, right)      VGPU_OR_RETURN(VGPU_CHECK_INT(LT, left, right))
#define EXPECT_LE(left, right)      ((void)VGPU_CHECK_INT(LE, left, right))
#define ASSERT_LE(left, right)      VGPU_OR_RETURN(VGPU_CHECK_INT(LE, left, right))
#define EXPECT_GT(left, right)      ((void)VGPU_CHECK_INT(GT, left, right))
#define ASSERT_GT(left, right)      VGPU_OR_RETURN(VGPU_CHECK_INT(GT, left, right))
#define EXPECT_GE(left, right)      ((void)VGPU_CHECK_INT(GE, left, right))
#define ASSERT_GE(left, right)      VGPU_OR_RETURN(VGPU_CHECK_INT(GE, left, right))
#define EXPECT_STREQ(expected, actual) \
    ((void)vgpu_check_string(VGPU_HERE, #expected, #actual, (expected), (actual)))
#define ASSERT_STREQ(expected, actual) \
    VGPU_OR_RETURN(vgpu_check_string(VGPU_HERE, #expected, #actual, (expected), (actual)))
#define EXPECT_CONTAINS(haystack, needle) \
    ((void)vgpu_check_contains(VGPU_HERE, #haystack, (haystack), (needle)))
#define ASSERT_CONTAINS(haystack, needle) \
    VGPU_OR_RETURN(vgpu_check_contains(VGPU_HERE, #haystack, (haystack), (needle)))
#define EXPECT_NEAR(expected, actual, tolerance)                                \
    ((void)vgpu_check_near(VGPU_HERE, #expected, #actual, (expected), (actual), \
                           (tolerance)))
#define ASSERT_NEAR(expected, actual, tolerance)                                        \
    VGPU_OR_RETURN(vgpu_check_near(VGPU_HERE, #expected, #actual, (expected), (actual), \
                                   (tolerance)))
#define EXPECT_BYTES(expected, actual, size) \
    ((void)vgpu_check_bytes(VGPU_HERE, #expected, #actual, (expected), (actual), (size)))
#define ASSERT_BYTES(expected, actual, size) \
    VGPU_OR_RETURN(                          \
        vgpu_check_bytes(VGPU_HERE, #expected, #actual, (expected), (actual), (size)))

/* VGPU_FAIL(printf format, ...) notes a failure and goes on. VGPU_SKIP(why) ends the test
 * as skipped. */
#define VGPU_FAIL(...) vgpu_test_fail_format(VGPU_HERE, __VA_ARGS__)
#define VGPU_SKIP(why)                    \
    do {                                  \
        vgpu_test_skip(VGPU_HERE, (why)); \
        return;                           \
    } while (0)

/* Helpers: each notes a failure of the test and returns NULL where the call fails. What
 * they return is the test's to release. */
cl_command_queue vgpu_test_queue(const struct vgpu_fixture *f,
                                 cl_command_queue_properties properties);
cl_mem vgpu_test_buffer(const struct vgpu_fixture *f, cl_mem_flags flags, size_t size,
                        void *host_ptr);
cl_event vgpu_test_user_event(const struct vgpu_fixture *f);
/* A program that offers the registered kernel `name` as a built-in one; and a kernel of
 * one. */
cl_program vgpu_test_program(const struct vgpu_fixture *f, const char *name);
cl_kernel vgpu_test_kernel(const struct vgpu_fixture *f, const char *name);
/* The event's execution status; a failed query is noted and gives CL_INT_MIN. */
cl_int vgpu_test_event_status(cl_event event);

/* "CL_INVALID_VALUE" and the like; "unknown" for a number that is none. */
const char *vgpu_test_cl_name(cl_int code);

/* Whatever is written to stderr between the two, by any thread, is kept away from it. The
 * text belongs to the shim, until the next stop. */
void vgpu_test_stderr_start(void);
const char *vgpu_test_stderr_stop(void);

/* What the macros above are made of. */
#define VGPU_HERE __FILE__, __LINE__
#define VGPU_OR_RETURN(check) \
    do {                      \
        if (!(check))         \
            return;           \
    } while (0)
#define VGPU_CHECK_CL(expected, actual) \
    vgpu_check_cl(VGPU_HERE, #expected, #actual, (expected), (actual))
#define VGPU_CHECK_BOOL(wanted, condition) \
    vgpu_check_bool(VGPU_HERE, (wanted), #condition, (condition) ? true : false)
#define VGPU_CHECK_INT(comparison, left, right)                       \
    vgpu_check_int(VGPU_HERE, VGPU_CHECK_##comparison, #left, #right, \
                   VGPU_TEST_INTEGER(left), VGPU_TEST_INTEGER(right))
#define VGPU_TEST_UNUSED __attribute__((unused))

#ifdef __cplusplus
#define VGPU_TEST_INTEGER(x) ((long long)(x))
#else
/* Does not compile with a floating-point operand, which would lose its fraction unseen.
 */
struct vgpu_test_use_near_instead {
    int unused;
};
#define VGPU_TEST_INTEGER(x)                                               \
    ((long long)_Generic((x), float                                        \
                         : (struct vgpu_test_use_near_instead){0}, double  \
                         : (struct vgpu_test_use_near_instead){0}, default \
                         : (x)))
#endif

#define VGPU_TEST_REGISTER(suite, sentence)                                              \
    __attribute__((constructor)) static void vgpu_register_##suite##_##sentence(void)    \
    {                                                                                    \
        vgpu_test_register(#suite, #sentence, VGPU_HERE, vgpu_run_##suite##_##sentence); \
    }

#define VGPU_TEST_IN_CHILD(suite, sentence, ...)                         \
    static void vgpu_run_##suite##_##sentence(void)                      \
    {                                                                    \
        const char *const environment[] = {__VA_ARGS__, NULL};           \
                                                                         \
        vgpu_test_in_child(VGPU_HERE, #suite "." #sentence, environment, \
                           vgpu_child_##suite##_##sentence);             \
    }                                                                    \
    VGPU_TEST_REGISTER(suite, sentence)

enum vgpu_comparison {
    VGPU_CHECK_EQ,
    VGPU_CHECK_NE,
    VGPU_CHECK_LT,
    VGPU_CHECK_LE,
    VGPU_CHECK_GT,
    VGPU_CHECK_GE
};

void vgpu_test_with_fixture(void (*body)(const struct vgpu_fixture *f));
bool vgpu_check_cl(const char *file, int line, const char *expected_text,
                   const char *actual_text, cl_int expected, cl_int actual);
bool vgpu_check_bool(const char *file, int line, bool wanted, const char *text,
                     bool value);
bool vgpu_check_int(const char *file, int line, enum vgpu_comparison comparison,
                    const char *left_text, const char *right_text, long long left,
                    long long right);
bool vgpu_check_string(const char *file, int line, const char *expected_text,
                       const char *actual_text, const char *expected, const char *actual);
bool vgpu_check_contains(const char *file, int line, const char *haystack_text,
                         const char *haystack, const char *needle);
bool vgpu_check_near(const char *file, int line, const char *expected_text,
                     const char *actual_text, double expected, double actual,
                     double tolerance);
bool vgpu_check_bytes(const char *file, int line, const char *expected_text,
                      const char *actual_text, const void *expected, const void *actual,
                      size_t size);
void vgpu_test_fail_format(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#ifdef __cplusplus
}
#endif
#endif
