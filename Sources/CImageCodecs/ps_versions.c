#include "ps_versions.h"

#include <stdio.h>

#include <jpeglib.h>
#include <png.h>
#include <webp/decode.h>

#define PS_TEXT_OF(value) #value
#define PS_TEXT(value) PS_TEXT_OF(value)

const char *ps_png_version(void)
{
    return png_get_libpng_ver(NULL);
}

const char *ps_jpeg_version(void)
{
#ifdef LIBJPEG_TURBO_VERSION
    return "libjpeg-turbo " PS_TEXT(LIBJPEG_TURBO_VERSION);
#else
    return "libjpeg " PS_TEXT(JPEG_LIB_VERSION);
#endif
}

int ps_webp_version(void)
{
    return WebPGetDecoderVersion();
}
