/* SPDX-License-Identifier: MIT */
/* The registry: what it takes, what it refuses, and from many threads. */
#include "registry.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vgpu_test.h"

static void do_nothing(const struct vgpu_group *group, void *const args[])
{
    (void)group;
    (void)args;
}

static const size_t two_sizes[] = {sizeof(void *), sizeof(float)};

/* A kernel that is accepted as it is. */
static struct vgpu_kernel_description sample(const char *name)
{
    return (struct vgpu_kernel_description){
        .size = sizeof(struct vgpu_kernel_description),
        .name = name,
        .parameters = "(__global float *, y), (float, a)",
        .num_args = 2,
        .arg_sizes = two_sizes,
        .function = do_nothing,
        .file = "sample.c",
        .line = 12};
}

VGPU_UNIT_TEST(vgpu_kernel_register, makes_a_kernel_known_until_it_is_unregistered)
{
    const struct vgpu_kernel_description a = sample("registry_a");
    const struct vgpu_registered_kernel *found;

    EXPECT_TRUE(vgpu_registry_find("registry_a") == NULL);
    ASSERT_EQ(0, vgpu_kernel_register(&a));
    found = vgpu_registry_find("registry_a");
    ASSERT_TRUE(found != NULL);
    EXPECT_STREQ("registry_a", found->declaration.name);
    EXPECT_EQ(2, found->declaration.num_parameters);
    EXPECT_EQ(4, found->declaration.parameters[1].size);
    EXPECT_TRUE(found->function == do_nothing);
    EXPECT_STREQ("sample.c:12 in test_compiler_stub", found->origin);
    vgpu_kernel_unregister(&a);
    EXPECT_TRUE(vgpu_registry_find("registry_a") == NULL);
    EXPECT_STREQ("registry_a", found->declaration.name); /* found once, it stays */
    vgpu_kernel_unregister(&a);
    vgpu_kernel_unregister(NULL);
}

VGPU_UNIT_TEST(vgpu_kernel_register, takes_a_declaration_instead_of_a_macro)
{
    struct vgpu_kernel_description a = sample(NULL);

    a.parameters = NULL;
    a.declaration = "__kernel void registry_declared(__global int *a, float b)";
    a.arg_sizes = NULL;
    ASSERT_EQ(0, vgpu_kernel_register(&a));
    EXPECT_STREQ("int*",
                 vgpu_registry_find("registry_declared")->declaration.parameters[0].type);
    vgpu_kernel_unregister(&a);
}

VGPU_UNIT_TEST(vgpu_kernel_register,
               refuses_a_second_one_of_the_name_and_names_both_origins)
{
    const struct vgpu_kernel_description a = sample("registry_twice");
    struct vgpu_kernel_description b = sample("registry_twice");
    const char *message;

    b.file = "other.c";
    b.line = 34;
    ASSERT_EQ(0, vgpu_kernel_register(&a));
    vgpu_test_stderr_start();
    EXPECT_EQ(-EEXIST, vgpu_kernel_register(&b));
    message = vgpu_test_stderr_stop();
    EXPECT_CONTAINS(message,
                    "kernel 'registry_twice' of other.c:34 in test_compiler_stub");
    EXPECT_CONTAINS(message,
                    "the one of sample.c:12 in test_compiler_stub has that name");
    vgpu_kernel_unregister(&b); /* was never in: the first one stays */
    EXPECT_TRUE(vgpu_registry_find("registry_twice") != NULL);
    vgpu_kernel_unregister(&a);
    EXPECT_EQ(0, vgpu_kernel_register(&b));
    vgpu_kernel_unregister(&b);
}

static void expect_refusal(const struct vgpu_kernel_description *d, const char *needle)
{
    vgpu_test_stderr_start();
    EXPECT_EQ(-EINVAL, vgpu_kernel_register(d));
    EXPECT_CONTAINS(vgpu_test_stderr_stop(), needle);
}

VGPU_UNIT_TEST(vgpu_kernel_register, refuses_descriptions_that_make_no_sense)
{
    static const size_t wrong_sizes[] = {sizeof(void *), 8};
    struct vgpu_kernel_description d;

    expect_refusal(NULL, "null pointer");
#define EXPECT_REFUSAL(needle, ...) \
    d = sample("registry_bad");     \
    __VA_ARGS__;                    \
    expect_refusal(&d, needle)
    EXPECT_REFUSAL("size field", d.size = 8);
    EXPECT_REFUSAL("no function", d.function = NULL);
    EXPECT_REFUSAL("kind", d.kind = (enum vgpu_kernel_kind)7);
    EXPECT_REFUSAL("neither name", d.name = NULL);
    EXPECT_REFUSAL("cannot be the name", d.name = "a;b");
    EXPECT_REFUSAL("more than 64", d.num_args = 65);
    EXPECT_REFUSAL("declared with 2 arguments, but num_args is 1", d.num_args = 1);
    EXPECT_REFUSAL("argument 1 (float a) has 4 bytes in OpenCL, but 8",
                   d.arg_sizes = wrong_sizes);
    EXPECT_REFUSAL("no address space", d.parameters = "(float *, y), (float, a)");
    EXPECT_REFUSAL("size of argument 1 (REAL a) is not known",
                   d.parameters = "(__global float *, y), (REAL, a)", d.arg_sizes = NULL);
    EXPECT_REFUSAL("has both", d.declaration = "__kernel void registry_bad();");
    EXPECT_REFUSAL("must hold one", d.parameters = NULL, d.declaration = "int x;");
    EXPECT_REFUSAL("of another name", d.parameters = NULL,
                   d.declaration = "__kernel void other(__global float *y, float a);");
    EXPECT_REFUSAL("must return void", d.parameters = NULL,
                   d.declaration = "__kernel int x();");
#undef EXPECT_REFUSAL
    EXPECT_TRUE(vgpu_registry_find("registry_bad") == NULL);
}

VGPU_UNIT_TEST(vgpu_kernel_register, takes_an_unknown_types_size_from_the_description)
{
    struct vgpu_kernel_description d = sample("registry_real");

    d.parameters = "(__global REAL *, y), (REAL, a)";
    ASSERT_EQ(0, vgpu_kernel_register(&d));
    EXPECT_EQ(4, vgpu_registry_find("registry_real")->declaration.parameters[1].size);
    vgpu_kernel_unregister(&d);
}

VGPU_UNIT_TEST(vgpu_registry_names, are_sorted_and_joined)
{
    static const char *const names[] = {"names_c", "names_a", "names_d", "names_b"};
    struct vgpu_kernel_description kernels[4];
    char *all;

    for (int i = 0; i < 4; i++) {
        kernels[i] = sample(names[i]);
        ASSERT_EQ(0, vgpu_kernel_register(&kernels[i]));
    }
    all = vgpu_registry_names();
    EXPECT_STREQ("names_a;names_b;names_c;names_d", all);
    free(all);
    for (int i = 0; i < 4; i++)
        vgpu_kernel_unregister(&kernels[i]);
    all = vgpu_registry_names();
    EXPECT_STREQ("", all);
    free(all);
}

VGPU_UNIT_TEST(vgpu_registry_find, refuses_names_that_are_none)
{
    EXPECT_TRUE(vgpu_registry_find(NULL) == NULL);
    EXPECT_TRUE(vgpu_registry_find("") == NULL);
    EXPECT_TRUE(vgpu_registry_find("no such kernel") == NULL);
}

enum { THREADS = 6, KERNELS = 8, ROUNDS = 60 };

static void *come_and_go(void *number)
{
    const int thread = *(int *)number;
    char names[KERNELS][32];
    struct vgpu_kernel_description kernels[KERNELS];

    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < KERNELS; i++) {
            snprintf(names[i], sizeof names[i], "thread_%d_%d", thread, i);
            kernels[i] = sample(names[i]);
            EXPECT_EQ(0, vgpu_kernel_register(&kernels[i]));
        }
        for (int i = 0; i < KERNELS; i += 2) {
            const struct vgpu_registered_kernel *found = vgpu_registry_find(names[i]);
            EXPECT_TRUE(found && strcmp(found->declaration.name, names[i]) == 0);
        }
        free(vgpu_registry_names());
        for (int i = 0; i < KERNELS; i++)
            vgpu_kernel_unregister(&kernels[i]);
    }
    return NULL;
}

VGPU_UNIT_TEST(vgpu_registry, is_used_by_many_threads_at_once)
{
    pthread_t threads[THREADS];
    int numbers[THREADS];
    char *names;

    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        ASSERT_EQ(0, pthread_create(&threads[i], NULL, come_and_go, &numbers[i]));
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    names = vgpu_registry_names();
    EXPECT_STREQ("", names);
    free(names);
}
