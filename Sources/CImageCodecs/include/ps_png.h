// PNG through libpng 1.6.
#ifndef PS_PNG_H
#define PS_PNG_H

#include "ps_raster.h"

// A PNG that is being read from memory. Used by one thread at a time.
typedef struct ps_png_reader ps_png_reader;

// The chunks that tell how samples relate to light, in the file's own units.
typedef struct {
    int has_gamma;
    int32_t gamma;              // gAMA: times 100,000
    int has_chromaticities;
    int32_t chromaticities[8];  // cHRM: white, red, green, blue as x, y; times 100,000
    int has_srgb_intent;
    int srgb_intent;            // sRGB: 0...3
} ps_png_colour;

// `bytes` must outlive the reader. NULL only when memory is short.
ps_png_reader *_Nullable ps_png_reader_make(const uint8_t *_Nonnull bytes, size_t count);
void ps_png_reader_free(ps_png_reader *_Nullable reader);

// Reads up to the first image data. Memory for pixels is not needed yet.
int ps_png_reader_open(ps_png_reader *_Nonnull reader, ps_header *_Nonnull header);

// Reads every row into `samples`, rows `row_bytes` apart, and the chunks behind the image.
int ps_png_reader_read(ps_png_reader *_Nonnull reader, void *_Nonnull samples, size_t row_bytes);

// What has been found so far; borrowed from the reader.
ps_metadata ps_png_reader_metadata(const ps_png_reader *_Nonnull reader);
ps_png_colour ps_png_reader_colour(const ps_png_reader *_Nonnull reader);
const char *_Nonnull ps_png_reader_message(const ps_png_reader *_Nonnull reader);

// Writes a whole PNG to memory. A profile that libpng finds invalid is left out.
int ps_png_encode(
    const ps_raster *_Nonnull raster, const ps_metadata *_Nonnull metadata,
    const ps_png_colour *_Nonnull colour, int compression_level,
    ps_message *_Nonnull message, ps_buffer *_Nonnull result);

#endif
