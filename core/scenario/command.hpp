/// Operations of scenario files: xfs_io's commands in xfs_io's spelling, and a few that name what
/// the kernel does by itself (writeback, memory reclaim, commit, eviction). Text to plain data;
/// nothing here runs anything.
/// docs/SCENARIOS.md has the table of them.
///
/// `FILE: command` runs one command on an opened file that is not the current one: `foo: pwrite 0
/// 4k`. Numbers are bytes: 4096, 0x1000, 4k, 1m, 2g.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/scenario/input_error.hpp"

namespace scenario {

enum class Verb : std::uint8_t {
  open,
  file,
  close,
  pwrite,
  pread,
  mmap,
  munmap,
  mwrite,
  mread,
  truncate,
  falloc,
  fpunch,
  fzero,
  fcollapse,
  finsert,
  fsync,
  fdatasync,
  sync,
  syncfs,
  writeback,
  reclaim,
  es_shrink,
  commit,
  chattr,
  limit,
  evict,
  umount,
  drain,
};

/// `length` of a writeback or reclaim of the whole file.
inline constexpr std::uint64_t kToEndOfFile = 0x7FFF'FFFF'FFFF'FFFF;

/// One operation. The range is the half-open [offset, offset + length) in bytes and fits loff_t.
struct Command {
  Verb verb = Verb::drain;
  std::string file;  ///< empty: the current file, until `OpenFiles` fills it in; always empty for
                     ///< the whole fs
  std::uint64_t offset = 0;  ///< bytes
  std::uint64_t length = 0;  ///< bytes; truncate: the new size; limit: the limit
  bool create = false;       ///< open -f
  bool truncate = false;     ///< open -t
  bool direct =
      false;  ///< open -d, pwrite -d, pread -d; `OpenFiles` sets it for files opened with -d
  bool keep_size = false;  ///< falloc -k, fzero -k
  std::string text;        ///< as the user wrote it
  Position position;       ///< of that text
};

/// The verb's name in scenario files.
std::string_view verb_name(Verb verb);

/// How the verb is written: "pwrite [-d] OFF LEN".
std::string_view synopsis(Verb verb);

/// All verbs, in the order of the table above.
const std::vector<Verb>& all_verbs();

/// True where the command acts on one file (and may take a `FILE:` prefix), false where it acts on
/// the filesystem.
bool acts_on_file(Verb verb);

/// True where the verb takes an offset and a length.
bool takes_range(Verb verb);

/// A name that a file of a scenario may have: segments of letters, digits and `_ . + -` joined by
/// '/', at most 255 bytes, beginning with a letter or '_', no segment "." or "..".
bool is_file_name(std::string_view name);

/// Parses one command. Throws InputError at the word that is wrong.
Command parse_command(const PlacedText& source);

/// The command in one canonical spelling that `parse_command` reads back.
std::string to_string(const Command& command);

}  // namespace scenario
