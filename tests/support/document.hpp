/// Pages of docs/ that a test writes: a plain run compares, a run with FSWEAVE_ACCEPT=1 writes, and
/// counts as skipped.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

namespace support {

inline std::string document_path(const std::string& name) {
  return std::string(FSWEAVE_SOURCE_ROOT) + "/docs/" + name;
}

inline std::string read_document(const std::string& name) {
  std::ifstream file(document_path(name));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// docs/`name` has to be `now`.
inline void check_document(const std::string& name, const std::string& now) {
  if (std::getenv("FSWEAVE_ACCEPT") == nullptr) {
    CHECK(read_document(name) == now);
    return;
  }
  std::ofstream(document_path(name)) << now;
  std::printf("skipped: docs/%s was written, nothing was compared\n", name.c_str());
}

}  // namespace support
