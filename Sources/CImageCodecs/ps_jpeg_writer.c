#include <stdio.h>

#include <jpeglib.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "ps_internal.h"
#include "ps_jpeg.h"

static const uint8_t exif_prefix[] = "Exif\0";  // the literal's own NUL is the sixth byte
static const uint8_t xmp_prefix[] = "http://ns.adobe.com/xap/1.0/";

// Everything that must be given back, also after a jump.
typedef struct {
    struct jpeg_error_mgr errors;  // first, so that libjpeg's pointer to it is ours
    struct jpeg_compress_struct jpeg;
    jmp_buf jump;
    unsigned char *bytes;
    unsigned long count;
    uint8_t *segment;
    ps_message *message;
} writer;

static void on_error(j_common_ptr jpeg) {
    writer *w = (writer *)jpeg->err;
    char text[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, text);
    ps_say(w->message, text);
    longjmp(w->jump, 1);
}

static void on_message(j_common_ptr jpeg, int level) {
    (void)jpeg;
    (void)level;
}

// One APP1 segment: a prefix that names its kind, then the payload.
static void write_segment(writer *w, const uint8_t *prefix, size_t prefix_count, ps_span payload) {
    if (payload.count == 0) {
        return;
    }
    free(w->segment);
    w->segment = malloc(prefix_count + payload.count);
    if (!w->segment) {
        ps_say(w->message, "not enough memory for the metadata");
        longjmp(w->jump, 1);
    }
    memcpy(w->segment, prefix, prefix_count);
    memcpy(w->segment + prefix_count, payload.bytes, payload.count);
    jpeg_write_marker(
        &w->jpeg, JPEG_APP0 + 1, w->segment, (unsigned int)(prefix_count + payload.count));
}

static int encode(
    writer *w, const ps_raster *raster, const ps_metadata *metadata, int quality, int full_colour) {
    struct jpeg_compress_struct *jpeg = &w->jpeg;
    if (setjmp(w->jump)) {
        return PS_FAILED;
    }
    jpeg_create_compress(jpeg);
    jpeg_mem_dest(jpeg, &w->bytes, &w->count);
    jpeg->image_width = raster->width;
    jpeg->image_height = raster->height;
    jpeg->input_components = raster->channels;
    jpeg->in_color_space = raster->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, quality, TRUE);
    jpeg->optimize_coding = TRUE;
    if (raster->channels == 3) {
        jpeg->comp_info[0].h_samp_factor = full_colour ? 1 : 2;
        jpeg->comp_info[0].v_samp_factor = full_colour ? 1 : 2;
    }
    jpeg_start_compress(jpeg, TRUE);
    write_segment(w, exif_prefix, sizeof exif_prefix, metadata->exif);
    write_segment(w, xmp_prefix, sizeof xmp_prefix, metadata->xmp);
    if (metadata->icc.count > 0) {
        jpeg_write_icc_profile(jpeg, metadata->icc.bytes, (unsigned int)metadata->icc.count);
    }
    const size_t row_bytes = (size_t)raster->width * (size_t)raster->channels;
    while (jpeg->next_scanline < jpeg->image_height) {
        // libjpeg only reads the row; its type merely lacks the const.
        JSAMPROW row = (JSAMPROW)raster->samples + jpeg->next_scanline * row_bytes;
        jpeg_write_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_compress(jpeg);
    return PS_OK;
}

int ps_jpeg_encode(
    const ps_raster *raster, const ps_metadata *metadata, int quality, int full_colour,
    ps_message *message, ps_buffer *result) {
    writer w = {.message = message};
    w.jpeg.err = jpeg_std_error(&w.errors);
    w.errors.error_exit = on_error;
    w.errors.emit_message = on_message;
    const int status = encode(&w, raster, metadata, quality, full_colour);
    jpeg_destroy_compress(&w.jpeg);
    free(w.segment);
    if (status != PS_OK) {
        free(w.bytes);
        return status;
    }
    *result = (ps_buffer){w.bytes, w.count};
    return PS_OK;
}
