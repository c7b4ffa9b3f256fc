/* SPDX-License-Identifier: MIT */
/* Draws the picture that the convolution sample filters: an evening by a mountain lake.
 * Runs while the samples are built; its argument is the PNG file to write. */
#include "sample.h"
#include "sample_image.h"

#include <math.h>
#include <stdlib.h>

#define WIDTH   480
#define HEIGHT  320
#define HORIZON 200
#define SUN_X   340.0f
#define SUN_Y   128.0f

struct colour {
    float red, green, blue; /* 0 to 1 */
};

static struct colour mix(struct colour a, struct colour b, float share_of_b)
{
    float t = share_of_b < 0 ? 0 : share_of_b > 1 ? 1 : share_of_b;

    return (struct colour){a.red + (b.red - a.red) * t, a.green + (b.green - a.green) * t,
                           a.blue + (b.blue - a.blue) * t};
}

/* A random number of [0, 1) that belongs to a point of a grid. */
static float grid_noise(int x, int y)
{
    uint64_t state = (uint64_t)(uint32_t)x << 32 | (uint32_t)y;

    return sample_random_float(&state, 0, 1);
}

/* Grid noise, smooth between the points of the grid. */
static float smooth_noise(float x, float y)
{
    int left = (int)floorf(x), top = (int)floorf(y);
    float u = x - (float)left, v = y - (float)top;

    u = u * u * (3 - 2 * u);
    v = v * v * (3 - 2 * v);
    float upper = grid_noise(left, top) * (1 - u) + grid_noise(left + 1, top) * u;
    float lower = grid_noise(left, top + 1) * (1 - u) + grid_noise(left + 1, top + 1) * u;
    return upper * (1 - v) + lower * v;
}

/* Octaves of smooth noise, each twice as fine and half as strong; of [0, 1). */
static float rough_noise(float x, float y, int octaves)
{
    float sum = 0, strength = 0.5f;

    for (int i = 0; i < octaves; i++) {
        sum += strength * smooth_noise(x, y);
        x *= 2;
        y *= 2;
        strength *= 0.5f;
    }
    return sum;
}

static struct colour sky(float x, float y)
{
    const struct colour zenith = {0.16f, 0.25f, 0.48f}, low = {0.98f, 0.66f, 0.42f};
    const struct colour sun = {1.0f, 0.95f, 0.78f}, cloud = {0.95f, 0.55f, 0.50f};
    float distance = hypotf(x - SUN_X, y - SUN_Y);
    struct colour c = mix(zenith, low, powf(y / HORIZON, 1.4f));

    c = mix(c, cloud, 1.8f * (rough_noise(x / 110, y / 22, 5) - 0.5f));
    c = mix(c, sun, 0.7f * expf(-distance / 38));
    return mix(c, sun, (22 - distance) * 0.8f);
}

/* The upper edge of the layer-th range of mountains, the farthest first. */
static float ridge(int layer, float x)
{
    const float base[] = {178, 192, 204}, height[] = {130, 86, 52},
                width[] = {150, 105, 70};
    float noise =
        rough_noise(x / width[layer] + 7.3f * (float)layer, 40.5f * (float)layer, 7);

    return base[layer] - height[layer] * (noise - 0.18f);
}

static struct colour above_water(float x, float y)
{
    const struct colour ranges[] = {
        {0.50f, 0.42f, 0.52f}, {0.28f, 0.27f, 0.38f}, {0.10f, 0.15f, 0.17f}};
    const struct colour snow = {0.93f, 0.80f, 0.78f}, haze = {0.88f, 0.62f, 0.50f};
    struct colour c = sky(x, y);

    for (int layer = 0; layer < 3; layer++) {
        float depth = y - ridge(layer, x);

        if (depth < 0)
            continue;
        float texture = rough_noise(x / 9 + 90.0f * (float)layer, y / 6, 4);
        c = mix(ranges[layer], (struct colour){0, 0, 0}, 0.5f * texture);
        if (layer == 0)
            c = mix(snow, c, (depth + 34 * texture - 24) / 8);
        c = mix(c, haze, (2 - (float)layer) * 0.25f * (y / HORIZON));
    }
    return c;
}

/* Ripples shift what the water mirrors; near the viewer they are longer and the water is
 * darker. */
static struct colour water(float x, float y)
{
    float depth = y - HORIZON;
    float ripple =
        rough_noise(x / (9 + depth * 0.4f), y / (1.2f + depth * 0.03f), 3) - 0.45f;
    float mirrored = HORIZON - depth * 1.55f + ripple * (4 + depth * 0.5f);
    const struct colour deep = {0.05f, 0.10f, 0.18f};
    struct colour c = above_water(x + ripple * 6, mirrored < 0         ? 0
                                                  : mirrored > HORIZON ? HORIZON
                                                                       : mirrored);

    return mix(c, deep, 0.25f + 0.4f * depth / (HEIGHT - HORIZON));
}

/* Spruces on the near shore: whether (x, y) lies in one of them. */
static bool in_a_tree(float x, float y)
{
    for (int tree = 0; tree < 26; tree++) {
        float side = tree % 2 ? 1 : 0;
        float centre =
            side * WIDTH + (1 - 2 * side) * 130 * powf(grid_noise(tree, 1), 1.6f);
        float top = 150 + 110 * grid_noise(tree, 2);
        float down = y - top;
        float branch = fmodf(down, 11) / 11;

        if (down > 0 && fabsf(x - centre) < 1 + down * 0.13f + branch * 5)
            return true;
    }
    return false;
}

static struct colour picture(float x, float y)
{
    const struct colour needles = {0.03f, 0.07f, 0.06f}, grass = {0.10f, 0.14f, 0.06f};
    float shore = HEIGHT - 20 - 16 * rough_noise(x / 60, 3.5f, 5) -
                  30 * powf(fabsf(x - WIDTH / 2.0f) / (WIDTH / 2.0f), 3);

    if (in_a_tree(x, y))
        return mix(needles, grass, 0.8f * rough_noise(x / 3, y / 3, 3));
    if (y > shore)
        return mix(grass, needles, rough_noise(x / 4, y / 8, 4));
    return y < HORIZON ? above_water(x, y) : water(x, y);
}

static unsigned char byte_of(float value)
{
    return (unsigned char)(255 * (value < 0 ? 0 : value > 1 ? 1 : value) + 0.5f);
}

int main(int argc, char **argv)
{
    struct sample_image image = {.width = WIDTH, .height = HEIGHT};

    if (argc != 2)
        sample_fail("usage: %s FILE.png", argv[0]);
    image.pixels = sample_alloc((size_t)WIDTH * HEIGHT, SAMPLE_IMAGE_CHANNELS);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            unsigned char *pixel = image.pixels + (y * WIDTH + x) * SAMPLE_IMAGE_CHANNELS;
            struct colour c = picture((float)x, (float)y);

            pixel[0] = byte_of(c.red);
            pixel[1] = byte_of(c.green);
            pixel[2] = byte_of(c.blue);
        }
    }
    sample_image_write(argv[1], &image);
    free(image.pixels);
    return EXIT_SUCCESS;
}
