#include <stdio.h>

#include <jpeglib.h>
#include <jerror.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "ps_internal.h"
#include "ps_jpeg.h"

// A progressive file may hold any number of scans, each of them work for the whole image. Real
// encoders write about ten.
#define SCAN_LIMIT 500

static const uint8_t exif_prefix[] = "Exif\0";  // the literal's own NUL is the sixth byte
static const uint8_t xmp_prefix[] = "http://ns.adobe.com/xap/1.0/";

struct ps_jpeg_reader {
    struct jpeg_error_mgr errors;  // first, so that libjpeg's pointer to it is ours
    struct jpeg_progress_mgr progress;
    struct jpeg_decompress_struct jpeg;
    jmp_buf jump;
    int status;      // what the call that jumped shall return
    int is_started;  // past the header
    const uint8_t *bytes;
    size_t count;
    uint8_t *icc;
    unsigned int icc_count;
    ps_message message;
};

_Noreturn static void fail(ps_jpeg_reader *reader, int status, const char *text) {
    ps_say(&reader->message, text);
    reader->status = status;
    longjmp(reader->jump, 1);
}

_Noreturn static void on_error(j_common_ptr jpeg) {
    ps_jpeg_reader *reader = (ps_jpeg_reader *)jpeg->err;
    char text[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, text);
    switch (jpeg->err->msg_code) {
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_ARITH_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
        fail(reader, PS_UNSUPPORTED, text);
    default:
        fail(reader, PS_FAILED, text);
    }
}

// Whether the data may end early and yet be complete, which libjpeg tells by other warnings. Files
// without an end marker are common, and harmless when a single scan of Huffman codes is whole.
static int may_lack_end(ps_jpeg_reader *reader) {
    struct jpeg_decompress_struct *jpeg = &reader->jpeg;
    return reader->is_started && !jpeg->arith_code && !jpeg_has_multiple_scans(jpeg);
}

// libjpeg fills what it cannot read with grey and merely warns. The warnings that mean lost image
// data are failures here; the harmless ones (stray bytes between markers) are not.
static void on_message(j_common_ptr jpeg, int level) {
    if (level >= 0) {
        return;
    }
    ps_jpeg_reader *reader = (ps_jpeg_reader *)jpeg->err;
    switch (jpeg->err->msg_code) {
    case JWRN_JPEG_EOF:
        if (may_lack_end(reader)) {
            return;
        }
        // fall through
    case JWRN_HIT_MARKER:
        fail(reader, PS_FAILED, "the file is cut short");
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_NOT_SEQUENTIAL:
        on_error(jpeg);
    default:
        break;
    }
}

static void on_progress(j_common_ptr jpeg) {
    ps_jpeg_reader *reader = (ps_jpeg_reader *)jpeg->err;
    if (jpeg->is_decompressor && ((j_decompress_ptr)jpeg)->input_scan_number > SCAN_LIMIT) {
        fail(reader, PS_FAILED, "too many scans");
    }
}

ps_jpeg_reader *ps_jpeg_reader_make(const uint8_t *bytes, size_t count) {
    ps_jpeg_reader *reader = calloc(1, sizeof *reader);
    if (!reader) {
        return NULL;
    }
    reader->bytes = bytes;
    reader->count = count;
    reader->jpeg.err = jpeg_std_error(&reader->errors);
    reader->errors.error_exit = on_error;
    reader->errors.emit_message = on_message;
    if (setjmp(reader->jump)) {
        ps_jpeg_reader_free(reader);
        return NULL;
    }
    jpeg_create_decompress(&reader->jpeg);
    reader->progress.progress_monitor = on_progress;
    reader->jpeg.progress = &reader->progress;
    return reader;
}

void ps_jpeg_reader_free(ps_jpeg_reader *reader) {
    if (!reader) {
        return;
    }
    jpeg_destroy_decompress(&reader->jpeg);
    free(reader->icc);
    free(reader);
}

int ps_jpeg_reader_open(ps_jpeg_reader *reader, ps_header *header) {
    struct jpeg_decompress_struct *jpeg = &reader->jpeg;
    if (setjmp(reader->jump)) {
        return reader->status;
    }
    jpeg_mem_src(jpeg, reader->bytes, reader->count);
    jpeg_save_markers(jpeg, JPEG_APP0 + 1, 0xFFFF);
    jpeg_save_markers(jpeg, JPEG_APP0 + 2, 0xFFFF);
    jpeg_read_header(jpeg, TRUE);
    jpeg_read_icc_profile(jpeg, &reader->icc, &reader->icc_count);

    switch (jpeg->jpeg_color_space) {
    case JCS_GRAYSCALE:
        jpeg->out_color_space = JCS_GRAYSCALE;
        header->channels = 1;
        break;
    case JCS_RGB:
    case JCS_YCbCr:
        jpeg->out_color_space = JCS_RGB;
        header->channels = 3;
        break;
    case JCS_CMYK:
    case JCS_YCCK:
        jpeg->out_color_space = JCS_CMYK;
        header->channels = 4;
        break;
    default:
        ps_say(&reader->message, "its colour space is not one of grey, YCbCr, RGB, CMYK and YCCK");
        return PS_UNSUPPORTED;
    }
    header->width = jpeg->image_width;
    header->height = jpeg->image_height;
    header->bits_per_sample = jpeg->data_precision;
    header->sample_bytes = 1;
    return PS_OK;
}

int ps_jpeg_reader_read(ps_jpeg_reader *reader, void *samples, size_t row_bytes) {
    struct jpeg_decompress_struct *jpeg = &reader->jpeg;
    if (setjmp(reader->jump)) {
        return reader->status;
    }
    reader->is_started = 1;
    jpeg_start_decompress(jpeg);
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW row = (JSAMPROW)samples + jpeg->output_scanline * row_bytes;
        jpeg_read_scanlines(jpeg, &row, 1);
    }
    // Not finished through libjpeg, which would throw the saved markers away. Nothing is missed: a
    // file of several scans has been read to its end by now, and behind a single scan comes
    // nothing.
    return PS_OK;
}

int ps_jpeg_reader_is_inverted(const ps_jpeg_reader *reader) {
    return reader->jpeg.saw_Adobe_marker;
}

static ps_span without_prefix(jpeg_saved_marker_ptr marker, const uint8_t *prefix, size_t count) {
    if (marker->data_length > count && memcmp(marker->data, prefix, count) == 0) {
        return (ps_span){marker->data + count, marker->data_length - count};
    }
    return (ps_span){0};
}

ps_metadata ps_jpeg_reader_metadata(const ps_jpeg_reader *reader) {
    ps_metadata found = {.icc = {reader->icc, reader->icc_count}};
    for (jpeg_saved_marker_ptr m = reader->jpeg.marker_list; m; m = m->next) {
        if (m->marker != JPEG_APP0 + 1) {
            continue;
        }
        if (!found.exif.bytes) {
            found.exif = without_prefix(m, exif_prefix, sizeof exif_prefix);
        }
        if (!found.xmp.bytes) {
            found.xmp = without_prefix(m, xmp_prefix, sizeof xmp_prefix);
        }
    }
    return found;
}

const char *ps_jpeg_reader_message(const ps_jpeg_reader *reader) { return reader->message.text; }
