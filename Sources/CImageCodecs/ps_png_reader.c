#include "ps_png.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "ps_internal.h"

// More than any honest profile or XMP packet, little enough to allocate for a hostile one.
#define ANCILLARY_CHUNK_LIMIT (16u << 20)

struct ps_png_reader {
    const uint8_t *bytes;
    size_t count;
    size_t position;
    png_structp png;
    png_infop info;
    ps_message message;
};

static void take_bytes(png_structp png, png_bytep target, size_t count) {
    ps_png_reader *reader = png_get_io_ptr(png);
    if (count > reader->count - reader->position) {
        png_error(png, "the file is cut short");
    }
    memcpy(target, reader->bytes + reader->position, count);
    reader->position += count;
}

static void on_error(png_structp png, png_const_charp text) {
    ps_png_reader *reader = png_get_error_ptr(png);
    ps_say(&reader->message, text);
    png_longjmp(png, 1);
}

// libpng warns about ancillary chunks that it drops; the image itself is sound then.
static void on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

ps_png_reader *ps_png_reader_make(const uint8_t *bytes, size_t count) {
    ps_png_reader *reader = calloc(1, sizeof *reader);
    if (!reader) {
        return NULL;
    }
    reader->bytes = bytes;
    reader->count = count;
    reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, on_error, on_warning);
    reader->info = reader->png ? png_create_info_struct(reader->png) : NULL;
    if (!reader->info) {
        ps_png_reader_free(reader);
        return NULL;
    }
    return reader;
}

void ps_png_reader_free(ps_png_reader *reader) {
    if (!reader) {
        return;
    }
    png_destroy_read_struct(&reader->png, &reader->info, NULL);
    free(reader);
}

int ps_png_reader_open(ps_png_reader *reader, ps_header *header) {
    png_structp png = reader->png;
    png_infop info = reader->info;
    if (setjmp(png_jmpbuf(png))) {
        return PS_FAILED;
    }
    png_set_read_fn(png, reader, take_bytes);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // the caller counts pixels
    png_set_chunk_malloc_max(png, ANCILLARY_CHUNK_LIMIT);
    png_read_info(png, info);

    header->width = png_get_image_width(png, info);
    header->height = png_get_image_height(png, info);
    header->bits_per_sample = png_get_bit_depth(png, info);
    if (png_get_color_type(png, info) == PNG_COLOR_TYPE_PALETTE) {
        header->bits_per_sample = 8;  // of the palette's colours, whatever the index has
    }

    png_set_expand(png);  // palette to RGB, 1...4 bits grey to 8, tRNS to alpha
    if (header->bits_per_sample == 16) {
        const uint16_t probe = 1;
        if (*(const uint8_t *)&probe == 1) {
            png_set_swap(png);
        }
    }
    png_set_interlace_handling(png);
    png_read_update_info(png, info);

    header->channels = png_get_channels(png, info);
    header->sample_bytes = png_get_bit_depth(png, info) / 8;
    return PS_OK;
}

int ps_png_reader_read(ps_png_reader *reader, void *samples, size_t row_bytes) {
    png_structp png = reader->png;
    if (setjmp(png_jmpbuf(png))) {
        return PS_FAILED;
    }
    if (png_get_rowbytes(png, reader->info) > row_bytes) {
        png_error(png, "rows are longer than the header says");
    }
    const png_uint_32 height = png_get_image_height(png, reader->info);
    const int passes = png_get_interlace_type(png, reader->info) == PNG_INTERLACE_ADAM7 ? 7 : 1;
    for (int pass = 0; pass < passes; ++pass) {
        for (png_uint_32 y = 0; y < height; ++y) {
            png_read_row(png, (png_bytep)samples + y * row_bytes, NULL);
        }
    }
    png_read_end(png, reader->info);  // EXIF and XMP may stand behind the image
    return PS_OK;
}

ps_metadata ps_png_reader_metadata(const ps_png_reader *reader) {
    ps_metadata found = {0};

    png_charp name = NULL;
    int compression = 0;
    png_bytep profile = NULL;
    png_uint_32 profile_count = 0;
    if (png_get_iCCP(reader->png, reader->info, &name, &compression, &profile, &profile_count)) {
        found.icc = (ps_span){profile, profile_count};
    }

    png_bytep exif = NULL;
    png_uint_32 exif_count = 0;
    if (png_get_eXIf_1(reader->png, reader->info, &exif_count, &exif)) {
        found.exif = (ps_span){exif, exif_count};
    }

    png_textp texts = NULL;
    int text_count = 0;
    png_get_text(reader->png, reader->info, &texts, &text_count);
    for (int i = 0; i < text_count; ++i) {
        if (texts[i].text && strcmp(texts[i].key, "XML:com.adobe.xmp") == 0) {
            found.xmp = (ps_span){(const uint8_t *)texts[i].text, strlen(texts[i].text)};
        }
    }
    return found;
}

ps_png_colour ps_png_reader_colour(const ps_png_reader *reader) {
    // From an sRGB chunk libpng derives the other two, as the specification advises to write them.
    ps_png_colour colour = {0};
    const png_uint_32 valid = png_get_valid(reader->png, reader->info, ~0u);
    if (valid & PNG_INFO_sRGB) {
        colour.has_srgb_intent = 1;
        png_get_sRGB(reader->png, reader->info, &colour.srgb_intent);
    }
    if (valid & PNG_INFO_gAMA) {
        colour.has_gamma = 1;
        png_get_gAMA_fixed(reader->png, reader->info, &colour.gamma);
    }
    if (valid & PNG_INFO_cHRM) {
        int32_t *c = colour.chromaticities;
        colour.has_chromaticities = 1;
        png_get_cHRM_fixed(
            reader->png, reader->info, &c[0], &c[1], &c[2], &c[3], &c[4], &c[5], &c[6], &c[7]);
    }
    return colour;
}

const char *ps_png_reader_message(const ps_png_reader *reader) { return reader->message.text; }
