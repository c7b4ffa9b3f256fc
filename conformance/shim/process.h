/* SPDX-License-Identifier: MIT */
/* Running programs from a test: the test binary itself with another environment, or any
 * other. */
#ifndef VGPU_TEST_PROCESS_H
#define VGPU_TEST_PROCESS_H

#ifdef __cplusplus
extern "C" {
#endif

struct vgpu_test_process {
    int status; /* the exit status; minus the signal's number where one ended it; -1000:
                   did not start */
    char *
        out; /* all of its stdout, closed by a 0 byte; NULL only where it did not start */
    char *err; /* of its stderr */
};

/* vgpu_test_spawn - runs argv[0] (a path, or a name looked up in PATH) to its end, with
 * stdin empty. `environment`: "NAME=value" sets, "NAME" unsets, on top of ours; closed by
 * NULL, or NULL. */
struct vgpu_test_process vgpu_test_spawn(const char *const argv[],
                                         const char *const environment[]);

/* vgpu_test_spawn_self - runs the tests of this binary that `filter` (as of
 * --gtest_filter) selects. */
struct vgpu_test_process vgpu_test_spawn_self(const char *filter,
                                              const char *const environment[]);

void vgpu_test_process_fini(struct vgpu_test_process *process);

/* vgpu_test_in_child - what VGPU_TEST_WITH_ENV does: runs `body` in a process of its own
 * that has `environment`; `filter` selects the running test. */
void vgpu_test_in_child(const char *file, int line, const char *filter,
                        const char *const environment[], void (*body)(void));

#ifdef __cplusplus
}
#endif
#endif
