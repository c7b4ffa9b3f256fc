/* SPDX-License-Identifier: MIT */
/* Units as bytes: what was packed comes back, and nothing else does. */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/hash.h"
#include "compiler/wire.h"
#include "vgpu_test.h"

static char saxpy[] = "saxpy", x[] = "x", a[] = "a", float_pointer[] = "float*",
            real[] = "REAL", float_name[] = "float",
            attributes[] = "reqd_work_group_size(8,4,2)", empty[] = "",
            variables[32] = "variables", bitcode[] = "BC\xc0\xde";

static uint64_t addresses[] = {8, 24};

static struct vgpu_parameter parameters[] = {
    {.name = x,
     .type = float_pointer,
     .same_as = float_pointer,
     .kind = VGPU_TYPE_BUILTIN,
     .space = VGPU_SPACE_GLOBAL,
     .qualifiers = VGPU_QUALIFIER_CONST | VGPU_QUALIFIER_VOLATILE,
     .is_pointer = true,
     .size = sizeof(void *)},
    {.name = a,
     .type = real,
     .same_as = float_name,
     .kind = VGPU_TYPE_UNKNOWN,
     .size = sizeof(float)},
};

static struct vgpu_unit_kernel kernels[] = {
    {.declaration = {.name = saxpy,
                     .is_definition = true,
                     .parameters = parameters,
                     .num_parameters = 2,
                     .attributes = attributes,
                     .required_local_size = {8, 4, 2},
                     .hinted_local_size = {1, 2, 3}},
     .local_bytes = 256,
     .private_bytes = 12,
     .has_barrier = true,
     .sees_groups = true,
     .sees_sub_groups = true},
    {.declaration = {.name = empty, .attributes = empty}},
};

static const struct vgpu_unit full = {.kind = VGPU_UNIT_EXECUTABLE,
                                      .kernels = kernels,
                                      .num_kernels = 2,
                                      .variables = variables,
                                      .variables_size = sizeof variables,
                                      .addresses = addresses,
                                      .num_addresses = 2,
                                      .bitcode = bitcode,
                                      .bitcode_size = sizeof bitcode};

static void expect_same_parameter(const struct vgpu_parameter *expected,
                                  const struct vgpu_parameter *parameter)
{
    EXPECT_STREQ(expected->name, parameter->name);
    EXPECT_STREQ(expected->type, parameter->type);
    EXPECT_STREQ(expected->same_as, parameter->same_as);
    EXPECT_EQ(expected->kind, parameter->kind);
    EXPECT_EQ(expected->space, parameter->space);
    EXPECT_EQ(expected->qualifiers, parameter->qualifiers);
    EXPECT_EQ(expected->is_pointer, parameter->is_pointer);
    EXPECT_EQ(expected->size, parameter->size);
}

static void expect_same_kernel(const struct vgpu_unit_kernel *expected,
                               const struct vgpu_unit_kernel *kernel)
{
    const struct vgpu_declaration *left = &expected->declaration;
    const struct vgpu_declaration *right = &kernel->declaration;

    EXPECT_STREQ(left->name, right->name);
    EXPECT_STREQ(left->attributes, right->attributes);
    EXPECT_EQ(left->is_definition, right->is_definition);
    EXPECT_BYTES(left->required_local_size, right->required_local_size,
                 sizeof left->required_local_size);
    EXPECT_BYTES(left->hinted_local_size, right->hinted_local_size,
                 sizeof left->hinted_local_size);
    ASSERT_EQ(left->num_parameters, right->num_parameters);
    for (uint32_t i = 0; i < left->num_parameters; i++)
        expect_same_parameter(&left->parameters[i], &right->parameters[i]);
    EXPECT_EQ(expected->local_bytes, kernel->local_bytes);
    EXPECT_EQ(expected->private_bytes, kernel->private_bytes);
    EXPECT_EQ(expected->has_barrier, kernel->has_barrier);
    EXPECT_EQ(expected->sees_groups, kernel->sees_groups);
    EXPECT_EQ(expected->sees_sub_groups, kernel->sees_sub_groups);
}

VGPU_UNIT_TEST(vgpu_unit, comes_back_as_it_was_packed)
{
    struct vgpu_unit unit;
    void *bytes;
    size_t size;

    ASSERT_EQ(0, vgpu_unit_pack(&full, &bytes, &size));
    ASSERT_EQ(0, vgpu_unit_unpack(bytes, size, &unit));
    free(bytes);
    EXPECT_EQ(full.kind, unit.kind);
    ASSERT_EQ(2, unit.num_kernels);
    for (size_t i = 0; i < 2; i++)
        expect_same_kernel(&kernels[i], &unit.kernels[i]);
    ASSERT_EQ(sizeof variables, unit.variables_size);
    EXPECT_BYTES(variables, unit.variables, sizeof variables);
    ASSERT_EQ(2, unit.num_addresses);
    EXPECT_BYTES(addresses, unit.addresses, sizeof addresses);
    ASSERT_EQ(sizeof bitcode, unit.bitcode_size);
    EXPECT_BYTES(bitcode, unit.bitcode, sizeof bitcode);
    vgpu_unit_fini(&unit);
}

VGPU_UNIT_TEST(vgpu_unit, may_be_empty)
{
    const struct vgpu_unit nothing = {.kind = VGPU_UNIT_LIBRARY};
    struct vgpu_unit unit;
    void *bytes;
    size_t size;

    ASSERT_EQ(0, vgpu_unit_pack(&nothing, &bytes, &size));
    ASSERT_EQ(0, vgpu_unit_unpack(bytes, size, &unit));
    EXPECT_EQ(VGPU_UNIT_LIBRARY, unit.kind);
    EXPECT_EQ(0, unit.num_kernels);
    EXPECT_TRUE(unit.variables == NULL && unit.bitcode == NULL);
    vgpu_unit_fini(&unit);
    free(bytes);
}

VGPU_UNIT_TEST(vgpu_unit, fills_addresses_in_where_the_variables_lie)
{
    const uint64_t offsets[4] = {7, 16, 8, 0};
    const struct vgpu_unit unit = {.variables = (void *)offsets,
                                   .variables_size = sizeof offsets,
                                   .addresses = addresses,
                                   .num_addresses = 2};
    uintptr_t memory[4];

    vgpu_unit_fill_variables(&unit, memory);
    EXPECT_EQ(7, memory[0]);
    EXPECT_EQ((uintptr_t)&memory[2], memory[1]);
    EXPECT_EQ(8, memory[2]);
    EXPECT_EQ((uintptr_t)memory, memory[3]);
}

VGPU_UNIT_TEST(vgpu_unit, with_addresses_outside_of_its_variables_is_refused)
{
    static const uint64_t wrong[][2] = {
        {8, 25}, {8, UINT64_MAX}, {8, 8}, {8, 12}, {24, 8}};

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        uint64_t places[] = {wrong[i][0], wrong[i][1]};
        struct vgpu_unit unit = full;
        void *bytes;
        size_t size;

        unit.addresses = places;
        ASSERT_EQ(0, vgpu_unit_pack(&unit, &bytes, &size));
        EXPECT_EQ(-EINVAL, vgpu_unit_unpack(bytes, size, &unit));
        free(bytes);
    }
}

VGPU_UNIT_TEST(vgpu_unit, packs_to_the_same_bytes_each_time)
{
    void *first, *second;
    size_t first_size, second_size;

    ASSERT_EQ(0, vgpu_unit_pack(&full, &first, &first_size));
    ASSERT_EQ(0, vgpu_unit_pack(&full, &second, &second_size));
    ASSERT_EQ(first_size, second_size);
    EXPECT_BYTES(first, second, first_size);
    free(first);
    free(second);
}

VGPU_UNIT_TEST(vgpu_unit, any_flipped_bit_and_any_cut_is_refused)
{
    struct vgpu_unit unit;
    void *block;
    size_t size;

    ASSERT_EQ(0, vgpu_unit_pack(&full, &block, &size));
    unsigned char *bytes = block;
    for (size_t i = 0; i < 8 * size; i++) {
        bytes[i / 8] ^= (unsigned char)(1u << i % 8);
        EXPECT_EQ(-EINVAL, vgpu_unit_unpack(bytes, size, &unit));
        bytes[i / 8] ^= (unsigned char)(1u << i % 8);
    }
    for (size_t i = 0; i < size; i++)
        EXPECT_EQ(-EINVAL, vgpu_unit_unpack(bytes, i, &unit));
    EXPECT_EQ(-EINVAL, vgpu_unit_unpack(NULL, 0, &unit));
    free(block);
}

/* Damage that somebody made on purpose: the checksum is right. */
static void sign(unsigned char *bytes, size_t size)
{
    const struct vgpu_hash hash = vgpu_hash_of(bytes, size - 16);

    for (size_t i = 0; i < 16; i++)
        bytes[size - 16 + i] = (unsigned char)(hash.words[i / 8] >> (8 * (i % 8)));
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return *state >> 33;
}

/* Numbers that lengths and counts go wrong with. */
static const uint64_t odd_numbers[] = {0,           1,          2,
                                       3,           4,          7,
                                       8,           255,        0x7fffffff,
                                       0x80000000,  0xffffffff, UINT64_C(0x100000000),
                                       INT64_MAX,   UINT64_MAX, UINT64_MAX - 7,
                                       SIZE_MAX / 2};

static void damage(unsigned char *bytes, size_t size, uint64_t *random)
{
    const size_t at = next_random(random) % size;
    const uint64_t number =
        odd_numbers[next_random(random) % (sizeof odd_numbers / sizeof *odd_numbers)];
    const size_t width = next_random(random) % 2 ? 4 : 8;

    if (next_random(random) % 3 == 0)
        bytes[at] = (unsigned char)next_random(random);
    else
        for (size_t i = 0; i < width && at + i < size; i++)
            bytes[at + i] = (unsigned char)(number >> (8 * i));
}

VGPU_UNIT_TEST(vgpu_unit, damage_with_a_right_checksum_harms_nothing)
{
    uint64_t random = 2;
    void *original;
    size_t size;

    ASSERT_EQ(0, vgpu_unit_pack(&full, &original, &size));
    for (int round = 0; round < 100000; round++) {
        size_t cut = size;
        unsigned char *bytes = malloc(size);
        struct vgpu_unit unit;
        ASSERT_TRUE(bytes != NULL);
        memcpy(bytes, original, size);
        for (uint64_t i = next_random(&random) % 3 + 1; i > 0; i--)
            damage(bytes, size, &random);
        if (next_random(&random) % 8 == 0)
            cut = next_random(&random) % (size - 16) + 16;
        sign(bytes, cut);
        if (vgpu_unit_unpack(bytes, cut, &unit) == 0) {
            EXPECT_GE(unit.kind, VGPU_UNIT_OBJECT);
            EXPECT_LE(unit.kind, VGPU_UNIT_EXECUTABLE);
            for (size_t i = 0; i < unit.num_addresses; i++)
                EXPECT_LT(unit.addresses[i], unit.variables_size);
            vgpu_unit_fini(&unit);
        }
        free(bytes);
    }
    free(original);
}

VGPU_UNIT_TEST(vgpu_wire, a_string_with_a_nul_inside_is_no_string)
{
    struct vgpu_writer writer = {0};
    struct vgpu_reader reader;

    vgpu_write_block(&writer, "a\0b", 3);
    vgpu_reader_init(&reader, writer.bytes, writer.size);
    EXPECT_TRUE(vgpu_read_string(&reader) == NULL);
    EXPECT_EQ(-EINVAL, vgpu_reader_finish(&reader));
    vgpu_writer_fini(&writer);
}

VGPU_UNIT_TEST(vgpu_wire, a_count_promises_no_more_than_can_follow)
{
    struct vgpu_writer writer = {0};
    struct vgpu_reader reader;
    size_t count;

    vgpu_write_u64(&writer, UINT64_MAX / 8);
    vgpu_write_u64(&writer, 0);
    vgpu_reader_init(&reader, writer.bytes, writer.size);
    EXPECT_TRUE(vgpu_read_strings(&reader, &count) == NULL);
    EXPECT_EQ(0, count);
    EXPECT_EQ(-EINVAL, vgpu_reader_finish(&reader));
    vgpu_writer_fini(&writer);
}

VGPU_UNIT_TEST(vgpu_wire, what_is_left_over_is_an_error)
{
    struct vgpu_reader reader;

    vgpu_reader_init(&reader, "12345", 5);
    vgpu_read_u32(&reader);
    EXPECT_EQ(-EINVAL, vgpu_reader_finish(&reader));
}

VGPU_UNIT_TEST(vgpu_hash, is_xxh3_128)
{
    char text[VGPU_HASH_DIGITS + 1];

    vgpu_hash_print(vgpu_hash_of("", 0), text);
    EXPECT_STREQ("99aa06d3014798d86001c324468d497f", text);
}
