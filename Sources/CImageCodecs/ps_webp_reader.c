#include <stdlib.h>
#include <string.h>
#include <webp/decode.h>
#include <webp/demux.h>

#include "ps_internal.h"
#include "ps_webp.h"

struct ps_webp_reader {
    WebPData file;
    WebPDemuxer *container;
    WebPBitstreamFeatures features;
    ps_message message;
};

ps_webp_reader *ps_webp_reader_make(const uint8_t *bytes, size_t count) {
    ps_webp_reader *reader = calloc(1, sizeof *reader);
    if (reader) {
        reader->file = (WebPData){bytes, count};
    }
    return reader;
}

void ps_webp_reader_free(ps_webp_reader *reader) {
    if (!reader) {
        return;
    }
    WebPDemuxDelete(reader->container);
    free(reader);
}

static const char *reason(VP8StatusCode status) {
    switch (status) {
    case VP8_STATUS_OUT_OF_MEMORY:
        return "not enough memory";
    case VP8_STATUS_UNSUPPORTED_FEATURE:
        return "it uses a feature that libwebp does not know";
    case VP8_STATUS_NOT_ENOUGH_DATA:
        return "the file is cut short";
    default:
        return "its data is corrupt";
    }
}

int ps_webp_reader_open(ps_webp_reader *reader, ps_header *header, int *is_animated) {
    const VP8StatusCode status =
        WebPGetFeatures(reader->file.bytes, reader->file.size, &reader->features);
    if (status != VP8_STATUS_OK) {
        ps_say(&reader->message, reason(status));
        return PS_FAILED;
    }
    reader->container = WebPDemux(&reader->file);
    if (!reader->container) {
        ps_say(&reader->message, "its container is corrupt or cut short");
        return PS_FAILED;
    }
    *is_animated = reader->features.has_animation;
    header->width = (uint32_t)reader->features.width;
    header->height = (uint32_t)reader->features.height;
    header->channels = reader->features.has_alpha ? 4 : 3;
    header->sample_bytes = 1;
    header->bits_per_sample = 8;
    return PS_OK;
}

int ps_webp_reader_read(ps_webp_reader *reader, void *samples, size_t row_bytes) {
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) {
        ps_say(&reader->message, "the libwebp found at run time is another version");
        return PS_FAILED;
    }
    config.output.colorspace = reader->features.has_alpha ? MODE_RGBA : MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = samples;
    config.output.u.RGBA.stride = (int)row_bytes;
    config.output.u.RGBA.size = row_bytes * (size_t)reader->features.height;
    const VP8StatusCode status = WebPDecode(reader->file.bytes, reader->file.size, &config);
    WebPFreeDecBuffer(&config.output);
    if (status != VP8_STATUS_OK) {
        ps_say(&reader->message, reason(status));
        return PS_FAILED;
    }
    return PS_OK;
}

static ps_span chunk(const ps_webp_reader *reader, const char *name) {
    WebPChunkIterator iterator;
    ps_span found = {0};
    if (WebPDemuxGetChunk(reader->container, name, 1, &iterator)) {
        found = (ps_span){iterator.chunk.bytes, iterator.chunk.size};
        WebPDemuxReleaseChunkIterator(&iterator);
    }
    return found;
}

ps_metadata ps_webp_reader_metadata(const ps_webp_reader *reader) {
    ps_metadata found = {
        .icc = chunk(reader, "ICCP"), .exif = chunk(reader, "EXIF"), .xmp = chunk(reader, "XMP ")};
    // Some writers keep the prefix that only JPEG needs.
    if (found.exif.count > 6 && memcmp(found.exif.bytes, "Exif\0\0", 6) == 0) {
        found.exif = (ps_span){found.exif.bytes + 6, found.exif.count - 6};
    }
    return found;
}

const char *ps_webp_reader_message(const ps_webp_reader *reader) { return reader->message.text; }
