// The one header that Swift imports: three image libraries behind one small vocabulary.
//
// libpng and libjpeg report errors with longjmp, which must never cross a Swift frame. So every
// call that may jump is made inside this target; outward there are opaque readers, plain structs
// and an int status: PS_OK, or PS_FAILED or PS_UNSUPPORTED with a message to read.
#ifndef CIMAGECODECS_H
#define CIMAGECODECS_H

#include "ps_raster.h"
#include "ps_png.h"
#include "ps_jpeg.h"
#include "ps_webp.h"
#include "ps_versions.h"

#endif
