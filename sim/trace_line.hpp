/// One line of a trace file, to and from JSON. Internal to trace_file.cpp; here because writing and
/// reading are two ideas.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "sim/trace.hpp"

namespace sim::trace_line {

inline constexpr std::uint64_t kVersion = 1;

// Written without the closing brace and without the check.
std::string header(const TraceFile& trace);
std::string step(const TraceStep& step, std::size_t index);
std::string footer(const TraceFile& trace, const std::string& digest);

/// A line that is JSON but not what stands there in a trace.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Each fills its part of `trace` from a whole line, or throws Refused.
void read_header(std::string_view line, TraceFile& trace);
void read_step(std::string_view line, TraceFile& trace);
void read_footer(std::string_view line, TraceFile& trace);

/// Does the line claim to be the footer?
bool is_footer(std::string_view line);

}  // namespace sim::trace_line
