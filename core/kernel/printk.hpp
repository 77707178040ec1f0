/// What the modelled kernel says: messages, warnings, tracepoints; and what the model says about
/// it: effects. Texts are formatted only where somebody listens (a replay), except for warnings,
/// which are findings.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/lib/byte_range.hpp"
#include "sim/execution.hpp"

namespace kernel {

/// A message that the kernel prints and that is nobody's fault.
template <class... Args>
void pr_info(fmt::format_string<Args...> format, Args&&... args) {
  sim::Execution& execution = sim::current();
  if (execution.narrating())
    execution.note(sim::NoteKind::message, fmt::format(format, std::forward<Args>(args)...));
}

/// A kernel warning: `text` as the kernel prints it, with the model's own numbers. `function` names
/// the finding.
inline void warn(const char* function, std::string text) {
  sim::Execution& execution = sim::current();
  if (execution.narrating()) execution.note(sim::NoteKind::message, text);
  execution.report(sim::FindingKind::kernel_warning, function, std::move(text));
}

/// BUG or panic: the kernel would stop here.
inline void bug(const char* function, std::string text) {
  sim::current().report(sim::FindingKind::kernel_bug, function, std::move(text));
}

/// A tracepoint of the modelled kernel: its name and its fields as key=value.
template <class... Args>
void trace(const char* event, fmt::format_string<Args...> fields, Args&&... args) {
  sim::Execution& execution = sim::current();
  if (!execution.narrating()) return;
  execution.note(sim::NoteKind::tracepoint,
                 std::string(event) + ": " + fmt::format(fields, std::forward<Args>(args)...));
}

/// What just changed, in a phrase for diagrams: "QGROUP_RESERVED cleared on [596K, 616K)".
template <class... Args>
void effect(fmt::format_string<Args...> format, Args&&... args) {
  sim::Execution& execution = sim::current();
  if (execution.narrating())
    execution.note(sim::NoteKind::effect, fmt::format(format, std::forward<Args>(args)...));
}

/// "[596K, 616K)" where both ends are whole kibibytes, else in bytes.
std::string show(const ByteRange& range);

}  // namespace kernel

/// As `show`, so that a range can be handed to `effect` and `trace` unformatted.
template <>
struct fmt::formatter<kernel::ByteRange> : fmt::formatter<std::string_view> {
  auto format(const kernel::ByteRange& range, fmt::format_context& context) const {
    return fmt::formatter<std::string_view>::format(kernel::show(range), context);
  }
};
