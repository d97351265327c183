#include "ps_raster.h"

#include <stdlib.h>

const char *ps_message_text(const ps_message *message) { return message->text; }

void ps_buffer_free(ps_buffer buffer) { free(buffer.bytes); }
