#ifndef CIMAGEFILES_H
#define CIMAGEFILES_H

#include <stddef.h>
#include <stdint.h>

/* An image of 8-bit values, row by row, the channels of a pixel side by side. */
typedef struct {
    uint8_t *pixels;
    int32_t width, height;
    /* 1: gray, 3: red, green, blue. */
    int32_t channels;
} cif_image;

/* Decodes a PNG or JPEG file, told apart by its first bytes. What is transparent lies on black; 16-bit values lose their lower byte.
   Returns 0, or another number and the reason in `message`. The pixels are the caller's, to be given back with cif_free. */
int cif_read(const char *path, cif_image *image, char *message, size_t message_size);
void cif_free(cif_image *image);

#endif
