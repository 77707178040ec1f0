#include "cli/terminal.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

namespace cli {
namespace {

bool colour = false;
bool lost_output = false;

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

std::string_view escape(Style style) {
  switch (style) {
    case Style::plain: return "";
    case Style::strong: return "\033[1m";
    case Style::good: return "\033[32m";
    case Style::bad: return "\033[31m";
    case Style::faint: return "\033[2m";
  }
  return "";
}

}  // namespace

void set_up_terminal() {
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  colour = ::isatty(STDOUT_FILENO) == 1 && !dumb && !is_set("NO_COLOR");
}

std::string styled(Style style, std::string_view text) {
  if (!colour || style == Style::plain) return std::string(text);
  return fmt::format("{}{}\033[0m", escape(style), text);
}

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) lost_output = true;
}

void remark(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

void complain(std::string_view line) {
  std::fflush(stdout);
  remark(fmt::format("fsweave: {}\n", line));
}

bool flush_output() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) lost_output = true;
  return !lost_output;
}

}  // namespace cli
