/// Reads a whole `fsstress -v` log: per process the list of modelled commands in program order, and
/// an account in which every line is counted once.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/scenario/command.hpp"
#include "core/scenario/fsstress_files.hpp"

namespace scenario {

enum class FsstressSource : std::uint8_t {
  log,    ///< fsstress's own output: a line outside the grammar is unparsed
  prose,  ///< a mail or commit message that quotes lines: they may be indented or quoted with '>',
          ///< all else is text
};

struct FsstressOptions {
  FsstressSource source = FsstressSource::log;
  /// Folds all regular files of all processes onto one inode, for races within one inode.
  bool shared_file = false;
};

struct FsstressImport {
  struct Process {
    std::uint32_t number = 0;
    std::vector<Command> commands;  ///< each with the text and place of its line; files are named,
                                    ///< nothing depends on "current"
  };
  struct TextLine {
    std::uint64_t number = 0;  ///< from 1
    std::string text;
  };
  using Counts = std::map<std::string, std::uint64_t>;

  std::vector<Process> processes;  ///< that have commands, by number
  std::vector<FsstressFiles::File> files;

  // Every line is in exactly one of these; `lines` is their sum.
  std::uint64_t lines = 0;
  std::uint64_t operations = 0;  ///< became commands (mread and mwrite become three)
  Counts failed;                 ///< modelled calls that returned an error, by name
  Counts ignored;                ///< calls that are not modelled, by name
  std::uint64_t notes = 0;       ///< calls that did not happen, and remarks
  std::uint64_t details = 0;     ///< further lines of calls
  std::uint64_t banners = 0;
  std::uint64_t blank = 0;
  std::uint64_t prose = 0;
  std::uint64_t unparsed = 0;

  std::vector<TextLine> prose_lines;     ///< every one
  std::vector<TextLine> unparsed_lines;  ///< the first 20
};

/// Never fails on content; the caller refuses `unparsed` lines unless asked to be lenient.
FsstressImport import_fsstress(std::string_view text, const FsstressOptions& options = {});

/// `prose` where some op-line is indented or quoted, which fsstress itself never does.
FsstressSource detect_source(std::string_view text);

/// The account, a line each: lines, operations, notes, what was ignored by name, failures by name,
/// unparsed.
std::string account(const FsstressImport& import);

}  // namespace scenario
