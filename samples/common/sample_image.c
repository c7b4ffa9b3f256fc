/* SPDX-License-Identifier: MIT */
/* PNG files, through libpng's simplified interface. */
#include "sample_image.h"
#include "sample.h"

#include <png.h>

struct sample_image sample_image_read(const char *path)
{
    png_image png = {.version = PNG_IMAGE_VERSION};

    if (!png_image_begin_read_from_file(&png, path))
        sample_fail("cannot read %s: %s", path, png.message);
    png.format = PNG_FORMAT_RGB;

    struct sample_image image = {.width = png.width, .height = png.height};
    image.pixels = sample_alloc(PNG_IMAGE_SIZE(png), 1);
    if (!png_image_finish_read(&png, NULL, image.pixels, 0, NULL))
        sample_fail("cannot read %s: %s", path, png.message);
    return image;
}

void sample_image_write(const char *path, const struct sample_image *image)
{
    png_image png = {
        .version = PNG_IMAGE_VERSION,
        .width = image->width,
        .height = image->height,
        .format = PNG_FORMAT_RGB,
    };

    if (!png_image_write_to_file(&png, path, 0, image->pixels, 0, NULL))
        sample_fail("cannot write %s: %s", path, png.message);
}
