/* SPDX-License-Identifier: MIT */
/* The lessons' kernels, counted by plain C that knows nothing of how vgpu counts. */
#include "profiled.h"
#include "vgpu_test.h"

#include <string.h>

#define WIDTH 32
#define GROUP 256

/* What the reductions' line of additions does in one work-group of 256. */
struct tree {
    unsigned issues, items;         /* sub-groups that come to it, and their items */
    unsigned tests, divergent;      /* tests of whether to add, by sub-group */
    unsigned requests, turns, most; /* reads of local memory */
};

/* Which item adds in a round, and what it reads. */
typedef bool adds_fn(unsigned item, unsigned round, unsigned words[2]);

static bool interleaved(unsigned item, unsigned round, unsigned words[2])
{
    const unsigned k = 1u << round;

    words[0] = item;
    words[1] = item + k;
    return item % (2 * k) == 0;
}

static bool interleaved_index(unsigned item, unsigned round, unsigned words[2])
{
    const unsigned k = 1u << round;

    words[0] = 2 * k * item;
    words[1] = words[0] + k;
    return words[0] < GROUP;
}

static bool sequential(unsigned item, unsigned round, unsigned words[2])
{
    const unsigned k = GROUP / 2 >> round;

    words[0] = item;
    words[1] = item + k;
    return item < k;
}

/* The most words of one bank. No two items of a request read the same. */
static unsigned turns_of(const unsigned *words, unsigned count)
{
    unsigned banks[32] = {0}, most = 0;

    for (unsigned i = 0; i < count; i++) {
        const unsigned turns = ++banks[words[i] % 32];

        most = turns > most ? turns : most;
    }
    return most;
}

static void add_sub_group(struct tree *tree, adds_fn *adds, unsigned first,
                          unsigned round)
{
    unsigned reads[2][WIDTH], words[2], count = 0;

    for (unsigned item = first; item < first + WIDTH; item++) {
        if (!adds(item, round, words))
            continue;
        reads[0][count] = words[0];
        reads[1][count++] = words[1];
    }
    tree->tests++;
    tree->divergent += count > 0 && count < WIDTH;
    tree->issues += count > 0;
    tree->items += count;
    for (unsigned i = 0; i < 2 && count > 0; i++) {
        const unsigned turns = turns_of(reads[i], count);

        tree->requests++;
        tree->turns += turns;
        tree->most = turns > tree->most ? turns : tree->most;
    }
}

static struct tree count_tree(adds_fn *adds)
{
    struct tree tree = {0};

    for (unsigned round = 0; round < 8; round++)
        for (unsigned first = 0; first < GROUP; first += WIDTH)
            add_sub_group(&tree, adds, first, round);
    return tree;
}

static long line_of(const json_t *profile, const char *kernel, const char *piece)
{
    const json_t *const source = json_array_get(json_object_get(profile, "sources"), 0);
    const char *const text = json_string_value(json_object_get(source, "text"));
    const char *const found = strstr(strstr(text, kernel), piece);
    long line = 1;

    for (const char *at = text; at < found; at++)
        line += *at == '\n';
    return line;
}

static void compare_tree(const json_t *profile, const char *name, const char *test,
                         const char *sum, adds_fn *adds)
{
    const struct tree tree = count_tree(adds);
    const json_t *const kernel = profiled_kernel(profile, name);
    const double groups = profiled_number(kernel, "groups");
    const json_t *const if_line = profiled_line(kernel, line_of(profile, name, test));
    const json_t *const line = profiled_line(kernel, line_of(profile, name, sum));

    EXPECT_NEAR(64, groups, 0);
    EXPECT_NEAR(groups * tree.tests, profiled_number(if_line, "branches"), 0);
    EXPECT_NEAR(groups * tree.divergent, profiled_number(if_line, "divergent_branches"),
                0);
    EXPECT_NEAR(groups * tree.issues, profiled_number(line, "issues"), 0);
    EXPECT_NEAR((double)tree.items / (tree.issues * WIDTH),
                profiled_number(line, "simt_efficiency"), 1e-9);
    EXPECT_NEAR(groups * tree.requests, profiled_number(line, "local_load.requests"), 0);
    EXPECT_NEAR((double)tree.turns / tree.requests,
                profiled_number(line, "local_load.conflict_degree"), 1e-8);
    EXPECT_NEAR(tree.most, profiled_number(line, "local_load.max_conflict_degree"), 0);
}

VGPU_UNIT_TEST(lesson, reductions_count_what_plain_c_counts)
{
    const char *const argv[] = {VGPU_BINARIES "/lesson_reductions", NULL};
    json_t *const profile = profiled_program(argv, NULL);

    ASSERT_TRUE(profile);
    compare_tree(profile, "interleaved", "if (l % (2 * k) == 0)",
                 "part[l] +=", interleaved);
    compare_tree(profile, "interleaved_index", "if (index < GROUP)",
                 "part[index] +=", interleaved_index);
    compare_tree(profile, "sequential", "if (l < k)", "part[l] +=", sequential);
    json_decref(profile);
}

/* As in samples/lessons/divergence. */
static unsigned steps_of(int cx, int cy)
{
    int x = 0, y = 0;
    unsigned steps = 0;

    while (steps < 64 && x * x + y * y <= 4 << 24) {
        const int next = ((x * x - y * y) >> 12) + cx;

        y = (x * y >> 11) + cy;
        x = next;
        steps++;
    }
    return steps;
}

/* A sub-group goes on until its slowest item is done. */
static void compare_picture(const json_t *profile, const char *name, unsigned group_width)
{
    const unsigned side = 96, height = WIDTH / group_width;
    const json_t *const kernel = profiled_kernel(profile, name);
    unsigned long issues = 0, items = 0;
    const json_t *line;

    for (unsigned y = 0; y < side; y += height)
        for (unsigned x = 0; x < side; x += group_width) {
            unsigned most = 0;

            for (unsigned i = 0; i < WIDTH; i++) {
                const unsigned steps =
                    steps_of((int)(128 * (x + i % group_width)) - 9216,
                             (int)(128 * (y + i / group_width)) - 6144);

                items += steps;
                most = steps > most ? steps : most;
            }
            issues += most;
        }
    line = profiled_line(kernel, line_of(profile, "steps_of", "int next ="));
    EXPECT_NEAR((double)issues, profiled_number(line, "issues"), 0);
    EXPECT_NEAR((double)items / (double)(WIDTH * issues),
                profiled_number(line, "simt_efficiency"), 1e-8);
}

VGPU_UNIT_TEST(lesson, pictures_count_what_plain_c_counts)
{
    const char *const argv[] = {VGPU_BINARIES "/lesson_divergence", NULL};
    json_t *const profile = profiled_program(argv, NULL);

    ASSERT_TRUE(profile);
    compare_picture(profile, "mandelbrot_rows", 32);
    compare_picture(profile, "mandelbrot_blocks", 8);
    json_decref(profile);
}
