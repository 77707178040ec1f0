/// One line of an `fsstress -v` log: text to a typed record. The grammar is that of ltp/fsstress.c
/// in xfstests.
///
///     op-line = PROC "/" OPNO ": " body
///     path    = segments of one letter of "dflcrs", a hexadecimal number and padding X, joined by
///     "/"; or "." or nothing ino     = "[" INO " " NLINK " " UID " " GID " " BLOCKS " " SIZE "]",
///     glued to the path: the state before the call
///
/// A line is printed after its call returned: the order of lines is the order of completion, and
/// only the order within one PROC is program order. A file is known by (PROC, path): every process
/// works in a directory of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scenario {

enum class FsstressKind : std::uint8_t {
  operation,  ///< a call was made; `error` says how it ended
  note,       ///< "NAME - REASON": the call was not made, or a remark about one that another line
              ///< reports
  detail,     ///< further line of a call: "creat add id=0,parent=-1", "...to PATH"
  banner,     ///< "seed = N" and other lines without PROC
  blank,
  unparsed,
};

/// A file's attributes before the call.
struct FsstressInode {
  std::int64_t number = 0;  ///< -1 under -V
  std::uint64_t links = 0;
  std::int64_t uid = 0;
  std::int64_t gid = 0;
  std::uint64_t blocks = 0;  ///< 512-byte units
  std::int64_t size = 0;     ///< bytes
};

struct FsstressFile {
  std::string path;
  std::optional<FsstressInode> before;
};

struct FsstressLine {
  FsstressKind kind = FsstressKind::unparsed;
  std::uint32_t proc = 0;
  std::uint64_t opno = 0;
  std::string name;  ///< the operation as `-f NAME=freq` spells it; fallocate with flags is punch,
                     ///< zero, collapse, insert, unshare
  FsstressFile file;
  FsstressFile target;       ///< second file of rename, link, clonerange, copyrange, exchangerange,
                             ///< splice, snapshot
  std::string mode;          ///< flags as printed: "KEEP_SIZE|PUNCH_HOLE", "SHARED", "EXCHANGE"
  std::uint64_t offset = 0;  ///< bytes
  std::uint64_t length =
      0;  ///< bytes as requested, which may be more than was moved; truncate: the new size
  std::int64_t error = 0;  ///< 0: done; otherwise an errno, or -1 where the line has none
};

/// Lines longer than this are not read.
inline constexpr std::size_t kLongestFsstressLine = 4096;

/// Never fails: what is no line of the grammar comes back as `unparsed`. `line` is without its
/// newline.
FsstressLine parse_fsstress_line(std::string_view line);

/// True where the text begins as an op-line does: "0/4: ".
bool has_fsstress_head(std::string_view line);

}  // namespace scenario
