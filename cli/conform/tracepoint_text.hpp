/// Tracepoints whose printed text needs help to be read as keys and values.
#pragma once

#include <string>
#include <string_view>

namespace conform {

/// The name under which an event is compared: kernels before Linux 6.12 say
/// ext4_es_insert_delayed_block.
std::string_view tracepoint_of_today(std::string_view event);

/// The fields of an event with a key before each value. Two ext4 tracepoints leave some out, or the
/// blank before one; how recently an extent status was used (its last letter) is left out, too.
std::string with_every_key(std::string_view event, std::string_view fields);

}  // namespace conform
