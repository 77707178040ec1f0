/// Where tests find their recorded input.
#pragma once

#include <string>

namespace support {

/// Path of tests/data/`name`.
inline std::string data_file(const std::string& name) {
  return std::string(FSWEAVE_SOURCE_ROOT) + "/tests/data/" + name;
}

}  // namespace support
