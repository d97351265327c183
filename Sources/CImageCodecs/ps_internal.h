// Shared by the codecs of this target; not visible to Swift.
#ifndef PS_INTERNAL_H
#define PS_INTERNAL_H

#include <stdio.h>

#include "ps_raster.h"

static inline void ps_say(ps_message *message, const char *text) {
    snprintf(message->text, sizeof message->text, "%s", text);
}

#endif
