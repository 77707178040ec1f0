#include "core/kernel/printk.hpp"

namespace kernel {

std::string show(const ByteRange& range) {
  if (range.start % 1024 == 0 && range.end % 1024 == 0)
    return fmt::format("[{}K, {}K)", range.start / 1024, range.end / 1024);
  return fmt::format("[{}, {})", range.start, range.end);
}

}  // namespace kernel
