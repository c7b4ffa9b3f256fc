/* SPDX-License-Identifier: MIT */
/* Pictures of the samples: 8 bits per channel, red, green, blue, rows from the top, as
 * PNG files. */
#ifndef SAMPLE_IMAGE_H
#define SAMPLE_IMAGE_H

#define SAMPLE_IMAGE_CHANNELS 3

struct sample_image {
    unsigned width, height;
    unsigned char *pixels; /* width * height * SAMPLE_IMAGE_CHANNELS */
};

/* Both end the program with a message where the file cannot be read or written. Free
 * `pixels`. */
struct sample_image sample_image_read(const char *path);
void sample_image_write(const char *path, const struct sample_image *image);

#endif
