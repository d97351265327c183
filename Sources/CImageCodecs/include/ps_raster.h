// What the three codecs share: headers, samples, metadata and messages.
#ifndef PS_RASTER_H
#define PS_RASTER_H

#include <stddef.h>
#include <stdint.h>

#define PS_OK 0
#define PS_FAILED 1
#define PS_UNSUPPORTED 2  // sound as far as can be told, but of a kind that is not read

// One sentence from the library that refused. Belongs to the caller; never shared.
typedef struct {
    char text[200];
} ps_message;

const char *_Nonnull ps_message_text(const ps_message *_Nonnull message);

// What a file's header promises. `channels` and `sample_bytes` describe the samples as they will
// be delivered (palettes and transparency expanded), `bits_per_sample` those in the file.
typedef struct {
    uint32_t width;
    uint32_t height;
    int channels;
    int sample_bytes;
    int bits_per_sample;
} ps_header;

// Bytes that belong to someone else. `bytes` is NULL when there are none.
typedef struct {
    const uint8_t *_Nullable bytes;
    size_t count;
} ps_span;

// Bytes that the receiver must give back with ps_buffer_free.
typedef struct {
    uint8_t *_Nullable bytes;
    size_t count;
} ps_buffer;

void ps_buffer_free(ps_buffer buffer);

// Samples to encode: rows from the top, channels interleaved, 16-bit samples in native order.
typedef struct {
    const void *_Nonnull samples;
    uint32_t width;
    uint32_t height;
    int channels;
    int sample_bytes;
} ps_raster;

// Metadata to carry. `exif` is a TIFF structure without the "Exif" prefix that JPEG puts before it.
typedef struct {
    ps_span icc;
    ps_span exif;
    ps_span xmp;
} ps_metadata;

#endif
