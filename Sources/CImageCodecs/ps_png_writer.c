#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "ps_internal.h"
#include "ps_png.h"

// Everything that must be given back, also after a jump.
typedef struct {
    png_structp png;
    png_infop info;
    char *xmp;
    uint8_t *bytes;
    size_t count;
    size_t capacity;
    ps_message *message;
} writer;

static void on_error(png_structp png, png_const_charp text) {
    writer *w = png_get_error_ptr(png);
    ps_say(w->message, text);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void put_bytes(png_structp png, png_bytep source, size_t count) {
    writer *w = png_get_io_ptr(png);
    if (count > w->capacity - w->count) {
        const size_t wanted = (w->count + count) * 2;
        uint8_t *grown = realloc(w->bytes, wanted);
        if (!grown) {
            png_error(png, "not enough memory for the file");
        }
        w->bytes = grown;
        w->capacity = wanted;
    }
    memcpy(w->bytes + w->count, source, count);
    w->count += count;
}

static void flush_nothing(png_structp png) { (void)png; }

static void set_colour(writer *w, const ps_png_colour *colour) {
    if (colour->has_srgb_intent) {
        png_set_sRGB(w->png, w->info, colour->srgb_intent);
    }
    if (colour->has_gamma) {
        png_set_gAMA_fixed(w->png, w->info, colour->gamma);
    }
    if (colour->has_chromaticities) {
        const int32_t *c = colour->chromaticities;
        png_set_cHRM_fixed(w->png, w->info, c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]);
    }
}

static void set_metadata(writer *w, const ps_metadata *metadata) {
    if (metadata->icc.count > 0) {
        png_set_iCCP(
            w->png, w->info, "ICC profile", PNG_COMPRESSION_TYPE_BASE, metadata->icc.bytes,
            (png_uint_32)metadata->icc.count);
    }
    if (metadata->exif.count > 0) {
        // libpng copies the bytes; its parameter merely lacks the const.
        png_set_eXIf_1(
            w->png, w->info, (png_uint_32)metadata->exif.count, (png_bytep)metadata->exif.bytes);
    }
    if (metadata->xmp.count > 0) {
        w->xmp = calloc(metadata->xmp.count + 1, 1);
        if (!w->xmp) {
            png_error(w->png, "not enough memory for the metadata");
        }
        memcpy(w->xmp, metadata->xmp.bytes, metadata->xmp.count);
        png_text text = {
            .compression = PNG_ITXT_COMPRESSION_NONE,
            .key = (png_charp) "XML:com.adobe.xmp",
            .text = w->xmp,
            .lang = (png_charp) "",
            .lang_key = (png_charp) "",
        };
        png_set_text(w->png, w->info, &text, 1);
    }
}

static int colour_type(int channels) {
    static const int types[] = {
        PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGBA};
    return types[channels - 1];
}

static int encode(
    writer *w, const ps_raster *raster, const ps_metadata *metadata, const ps_png_colour *colour,
    int compression_level) {
    if (setjmp(png_jmpbuf(w->png))) {
        return PS_FAILED;
    }
    png_set_write_fn(w->png, w, put_bytes, flush_nothing);
    png_set_benign_errors(w->png, 1);  // an invalid profile is left out instead of failing
    png_set_user_limits(w->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_compression_level(w->png, compression_level);
    png_set_IHDR(
        w->png, w->info, raster->width, raster->height, raster->sample_bytes * 8,
        colour_type(raster->channels), PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
        PNG_FILTER_TYPE_DEFAULT);
    set_colour(w, colour);
    set_metadata(w, metadata);
    png_write_info(w->png, w->info);

    const uint16_t probe = 1;
    if (raster->sample_bytes == 2 && *(const uint8_t *)&probe == 1) {
        png_set_swap(w->png);
    }
    const size_t row_bytes =
        (size_t)raster->width * (size_t)raster->channels * (size_t)raster->sample_bytes;
    for (uint32_t y = 0; y < raster->height; ++y) {
        png_write_row(w->png, (png_const_bytep)raster->samples + y * row_bytes);
    }
    png_write_end(w->png, w->info);
    return PS_OK;
}

int ps_png_encode(
    const ps_raster *raster, const ps_metadata *metadata, const ps_png_colour *colour,
    int compression_level, ps_message *message, ps_buffer *result) {
    writer w = {.message = message};
    int status = PS_FAILED;
    w.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &w, on_error, on_warning);
    w.info = w.png ? png_create_info_struct(w.png) : NULL;
    if (w.info) {
        status = encode(&w, raster, metadata, colour, compression_level);
    } else {
        ps_say(message, "not enough memory");
    }
    png_destroy_write_struct(&w.png, &w.info);
    free(w.xmp);
    if (status != PS_OK) {
        free(w.bytes);
        return status;
    }
    *result = (ps_buffer){w.bytes, w.count};
    return PS_OK;
}
