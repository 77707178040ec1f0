/// Does a piece of code get by without the kernel?
#pragma once

#include <functional>
#include <optional>

namespace testing {

/// Runs `code` in a child that the kernel kills at its first system call (a seccomp filter that
/// lets nothing but the end of the process through). None: filters are not allowed here.
std::optional<bool> makes_system_calls(const std::function<void()>& code);

}  // namespace testing
