#include <stdlib.h>
#include <string.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include "ps_internal.h"
#include "ps_webp.h"

// Encodes the picture alone. `written` must be cleared by the caller whatever the outcome.
static int encode_picture(
    const ps_raster *raster, int quality, int lossless, ps_message *message,
    WebPMemoryWriter *written) {
    WebPConfig config;
    WebPPicture picture;
    if (!WebPConfigInit(&config) || !WebPPictureInit(&picture)) {
        ps_say(message, "the libwebp found at run time is another version");
        return PS_FAILED;
    }
    config.lossless = lossless;
    config.quality = lossless ? 75.0f : (float)quality;  // effort, when lossless
    config.exact = lossless;
    config.alpha_quality = 100;
    config.use_sharp_yuv = quality >= 90;  // colour is stored at half size; this keeps edges
    picture.use_argb = 1;
    picture.width = (int)raster->width;
    picture.height = (int)raster->height;
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = written;

    const int stride = picture.width * raster->channels;
    const int imported = raster->channels == 4
                             ? WebPPictureImportRGBA(&picture, raster->samples, stride)
                             : WebPPictureImportRGB(&picture, raster->samples, stride);
    const int encoded = imported && WebPEncode(&config, &picture);
    if (!encoded) {
        snprintf(
            message->text, sizeof message->text, "libwebp failed with code %d",
            (int)picture.error_code);
    }
    WebPPictureFree(&picture);
    return encoded ? PS_OK : PS_FAILED;
}

static int set_chunk(WebPMux *mux, const char *name, ps_span span) {
    if (span.count == 0) {
        return 1;
    }
    const WebPData data = {span.bytes, span.count};
    return WebPMuxSetChunk(mux, name, &data, 0) == WEBP_MUX_OK;
}

// Puts picture and metadata into one container.
static int assemble(
    const WebPMemoryWriter *written, const ps_metadata *metadata, ps_message *message,
    WebPData *file) {
    const WebPData picture = {written->mem, written->size};
    WebPMux *mux = WebPMuxNew();
    const int assembled = mux && WebPMuxSetImage(mux, &picture, 0) == WEBP_MUX_OK
                          && set_chunk(mux, "ICCP", metadata->icc)
                          && set_chunk(mux, "EXIF", metadata->exif)
                          && set_chunk(mux, "XMP ", metadata->xmp)
                          && WebPMuxAssemble(mux, file) == WEBP_MUX_OK;
    WebPMuxDelete(mux);
    if (!assembled) {
        ps_say(message, "the metadata could not be added");
    }
    return assembled ? PS_OK : PS_FAILED;
}

int ps_webp_encode(
    const ps_raster *raster, const ps_metadata *metadata, int quality, int lossless,
    ps_message *message, ps_buffer *result) {
    WebPMemoryWriter written;
    WebPData file = {0};
    WebPMemoryWriterInit(&written);
    int status = encode_picture(raster, quality, lossless, message, &written);
    if (status == PS_OK) {
        status = assemble(&written, metadata, message, &file);
    }
    WebPMemoryWriterClear(&written);
    if (status == PS_OK) {
        // Copied, because libwebp's memory may come from an allocator of its own.
        uint8_t *bytes = malloc(file.size);
        if (bytes) {
            memcpy(bytes, file.bytes, file.size);
            *result = (ps_buffer){bytes, file.size};
        } else {
            ps_say(message, "not enough memory");
            status = PS_FAILED;
        }
    }
    WebPDataClear(&file);
    return status;
}
