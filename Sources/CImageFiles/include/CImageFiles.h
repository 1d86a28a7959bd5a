#ifndef CIMAGEFILES_H
#define CIMAGEFILES_H

#include <stddef.h>
#include <stdint.h>

/* An image of 8-bit values, row by row, with interleaved channels. */
typedef struct {
    uint8_t *pixels;
    int32_t width, height;
    /* 1 for gray, 3 for red, green and blue. */
    int32_t channels;
} cif_image;

/* Decodes a PNG or JPEG file. The file's first bytes determine its format. Transparent pixels are blended with black, and 16-bit values
   lose their lower byte. Returns 0, or another number with the reason in `message`. The caller frees the pixels with cif_free. */
int cif_read(const char *path, cif_image *image, char *message, size_t message_size);
void cif_free(cif_image *image);

#endif
