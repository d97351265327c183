// WebP through libwebp, libwebpdemux (metadata in) and libwebpmux (metadata out).
#ifndef PS_WEBP_H
#define PS_WEBP_H

#include "ps_raster.h"

// A WebP that is being read from memory. Used by one thread at a time.
typedef struct ps_webp_reader ps_webp_reader;

// `bytes` must outlive the reader. NULL only when memory is short.
ps_webp_reader *_Nullable ps_webp_reader_make(const uint8_t *_Nonnull bytes, size_t count);
void ps_webp_reader_free(ps_webp_reader *_Nullable reader);

// Reads the container. `channels` is 3 (RGB) or 4 (RGBA).
int ps_webp_reader_open(
    ps_webp_reader *_Nonnull reader, ps_header *_Nonnull header, int *_Nonnull is_animated);

// Decodes every row into `samples`, rows `row_bytes` apart.
int ps_webp_reader_read(ps_webp_reader *_Nonnull reader, void *_Nonnull samples, size_t row_bytes);

// What the container holds beside the image; borrowed from the reader.
ps_metadata ps_webp_reader_metadata(const ps_webp_reader *_Nonnull reader);
const char *_Nonnull ps_webp_reader_message(const ps_webp_reader *_Nonnull reader);

// Writes a whole WebP to memory: 3 or 4 channels of 8 bits. `quality` is 1...100 and ignored when
// `lossless` is not 0; lossless keeps the colour of transparent pixels.
int ps_webp_encode(
    const ps_raster *_Nonnull raster, const ps_metadata *_Nonnull metadata, int quality,
    int lossless, ps_message *_Nonnull message, ps_buffer *_Nonnull result);

#endif
