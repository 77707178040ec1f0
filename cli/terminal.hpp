/// Standard output and error: the one place that writes escapes.
#pragma once

#include <string>
#include <string_view>

namespace cli {

enum class Style { plain, strong, good, bad, faint };

/// Decides once whether standard output gets colour: it is a terminal that is not dumb, and
/// NO_COLOR is not set.
void set_up_terminal();

/// `text` with the escapes of `style` where standard output gets colour. Colour never carries
/// meaning alone.
std::string styled(Style style, std::string_view text);

/// Writes to standard output. What cannot be written is noticed by `flush_output`.
void print(std::string_view text);

/// Text to standard error. It is beside the result: if it cannot be written, nothing is lost.
void remark(std::string_view text);

/// One line to standard error, behind "fsweave: ".
void complain(std::string_view line);

/// False where standard output could not be written.
bool flush_output();

}  // namespace cli
