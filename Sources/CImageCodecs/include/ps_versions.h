/// Versions of the image libraries that this program runs with, for reports.
#ifndef PS_VERSIONS_H
#define PS_VERSIONS_H

/// libpng's version, such as "1.6.39".
const char *_Nonnull ps_png_version(void);

/// libjpeg-turbo's version as it was when this was compiled; libjpeg cannot be asked later.
const char *_Nonnull ps_jpeg_version(void);

/// libwebp's version as 0xMMmmrr: major, minor, revision.
int ps_webp_version(void);

#endif
