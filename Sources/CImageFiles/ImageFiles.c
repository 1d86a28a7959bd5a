#include "CImageFiles.h"

#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

/* Larger images are damaged or not training data. */
static const uint64_t most_pixels = 100000000;

static int failed(char *message, size_t size, const char *reason) {
    snprintf(message, size, "%s", reason);
    return 1;
}

static int read_png(FILE *file, cif_image *image, char *message, size_t size) {
    png_image png;
    memset(&png, 0, sizeof png);
    png.version = PNG_IMAGE_VERSION;
    if (!png_image_begin_read_from_stdio(&png, file)) return failed(message, size, png.message);
    /* Without this flag, 16-bit values count as linear light and become brighter than in other programs. */
    png.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
    int is_color = (png.format & PNG_FORMAT_FLAG_COLOR) != 0;
    png.format = is_color ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    if ((uint64_t)png.width * png.height > most_pixels) {
        png_image_free(&png);
        return failed(message, size, "more than 100 million pixels");
    }
    uint8_t *pixels = malloc(PNG_IMAGE_SIZE(png));
    if (!pixels) {
        png_image_free(&png);
        return failed(message, size, "out of memory");
    }
    png_color black = {0, 0, 0};
    if (!png_image_finish_read(&png, &black, pixels, 0, NULL)) {
        free(pixels);
        return failed(message, size, png.message);
    }
    *image = (cif_image){pixels, (int32_t)png.width, (int32_t)png.height, is_color ? 3 : 1};
    return 0;
}

/* libjpeg exits the process on an error. The jump returns to the caller instead. */
struct jpeg_failure {
    struct jpeg_error_mgr manager;
    jmp_buf back;
    char message[JMSG_LENGTH_MAX];
};

static void jpeg_failed(j_common_ptr info) {
    struct jpeg_failure *failure = (struct jpeg_failure *)info->err;
    failure->manager.format_message(info, failure->message);
    longjmp(failure->back, 1);
}

/* libjpeg only warns about a truncated file and fills missing pixels with gray. Such an image must not become training data. */
static void jpeg_warned(j_common_ptr info, int level) {
    if (level < 0) jpeg_failed(info);
}

static int read_jpeg(FILE *file, cif_image *image, char *message, size_t size) {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_failure failure;
    uint8_t *volatile pixels = NULL;
    jpeg.err = jpeg_std_error(&failure.manager);
    failure.manager.error_exit = jpeg_failed;
    failure.manager.emit_message = jpeg_warned;
    if (setjmp(failure.back)) {
        jpeg_destroy_decompress(&jpeg);
        free(pixels);
        return failed(message, size, failure.message);
    }
    jpeg_create_decompress(&jpeg);
    jpeg_stdio_src(&jpeg, file);
    jpeg_read_header(&jpeg, TRUE);
    jpeg.out_color_space = jpeg.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_start_decompress(&jpeg);
    size_t row = (size_t)jpeg.output_width * jpeg.output_components;
    if ((uint64_t)jpeg.output_width * jpeg.output_height > most_pixels || !(pixels = malloc(row * jpeg.output_height))) {
        jpeg_destroy_decompress(&jpeg);
        return failed(message, size, "too large for memory");
    }
    while (jpeg.output_scanline < jpeg.output_height) {
        JSAMPROW line = pixels + jpeg.output_scanline * row;
        jpeg_read_scanlines(&jpeg, &line, 1);
    }
    *image = (cif_image){pixels, (int32_t)jpeg.output_width, (int32_t)jpeg.output_height, jpeg.output_components};
    jpeg_finish_decompress(&jpeg);
    jpeg_destroy_decompress(&jpeg);
    return 0;
}

int cif_read(const char *path, cif_image *image, char *message, size_t message_size) {
    FILE *file = fopen(path, "rb");
    if (!file) return failed(message, message_size, strerror(errno));
    uint8_t start[3] = {0};
    size_t count = fread(start, 1, sizeof start, file);
    rewind(file);
    int status = count < 3                               ? failed(message, message_size, "an empty or truncated file")
                 : memcmp(start, "\x89PN", 3) == 0       ? read_png(file, image, message, message_size)
                 : memcmp(start, "\xff\xd8\xff", 3) == 0 ? read_jpeg(file, image, message, message_size)
                                                         : failed(message, message_size, "neither PNG nor JPEG");
    fclose(file);
    return status;
}

void cif_free(cif_image *image) {
    free(image->pixels);
    image->pixels = NULL;
}
