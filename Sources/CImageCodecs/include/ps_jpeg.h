// JPEG through the libjpeg interface of libjpeg-turbo.
#ifndef PS_JPEG_H
#define PS_JPEG_H

#include "ps_raster.h"

// A JPEG that is being read from memory. Used by one thread at a time.
typedef struct ps_jpeg_reader ps_jpeg_reader;

// `bytes` must outlive the reader. NULL only when memory is short.
ps_jpeg_reader *_Nullable ps_jpeg_reader_make(const uint8_t *_Nonnull bytes, size_t count);
void ps_jpeg_reader_free(ps_jpeg_reader *_Nullable reader);

// Reads the markers before the image. `channels` is 1 (grey), 3 (RGB) or 4 (CMYK).
int ps_jpeg_reader_open(ps_jpeg_reader *_Nonnull reader, ps_header *_Nonnull header);

// Reads every row into `samples`, rows `row_bytes` apart. Damaged data is a failure, not a warning.
int ps_jpeg_reader_read(ps_jpeg_reader *_Nonnull reader, void *_Nonnull samples, size_t row_bytes);

// Whether 255 means "no ink", as in every CMYK file that Adobe's programs wrote.
int ps_jpeg_reader_is_inverted(const ps_jpeg_reader *_Nonnull reader);

// What was found before the image; borrowed from the reader.
ps_metadata ps_jpeg_reader_metadata(const ps_jpeg_reader *_Nonnull reader);
const char *_Nonnull ps_jpeg_reader_message(const ps_jpeg_reader *_Nonnull reader);

// Writes a whole JPEG to memory: 1 or 3 channels of 8 bits. Colour keeps its full resolution when
// `full_colour` is not 0, and half of it in both directions otherwise.
int ps_jpeg_encode(
    const ps_raster *_Nonnull raster, const ps_metadata *_Nonnull metadata, int quality,
    int full_colour, ps_message *_Nonnull message, ps_buffer *_Nonnull result);

#endif
