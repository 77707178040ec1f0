#include "core/scenario/fsstress_line.hpp"

#include <limits>

#include "core/scenario/fsstress_scan.hpp"

namespace scenario {
namespace {

using Scan = FsstressScan;
using Line = FsstressLine;

constexpr std::int64_t kNoErrno = -1;

/// path ino [OFF,LEN] err
bool transfer(Scan& in, Line& line) {
  return in.file(line.file) && in.range(line.offset, line.length) && in.result(line.error);
}

/// path ino [OFF, LEN(res=R)] err
bool uring(Scan& in, Line& line) {
  return in.file(line.file) && in.literal(" [") && in.position(line.offset) && in.literal(", ") &&
         in.position(line.length) && in.literal("(res=") && in.skip_integer() && in.literal(")]") &&
         in.result(line.error);
}

/// path ino [OFF,IOVLEN,IOVCNT] err
bool vectored(Scan& in, Line& line) {
  std::uint32_t size = 0;
  std::uint32_t count = 0;
  const bool fits = in.file(line.file) && in.literal(" [") && in.position(line.offset) &&
                    in.literal(",") && in.number(size) && in.literal(",") && in.number(count) &&
                    in.literal("]") && in.result(line.error);
  line.length = std::uint64_t{size} * count;
  return fits && line.length <= std::uint64_t{std::numeric_limits<std::int64_t>::max()};
}

/// path ino [OFF,LEN,FLAGS] 0|Bus error
bool mapped(Scan& in, Line& line) {
  const bool fits = in.file(line.file) && in.literal(" [") && in.position(line.offset) &&
                    in.literal(",") && in.position(line.length) && in.literal(",") &&
                    in.flags(line.mode) && in.literal("] ");
  if (!fits) return false;
  if (in.literal("Bus error")) line.error = kNoErrno;
  return line.error != 0 || in.literal("0");
}

/// FLAGS) path ino [OFF,LEN] err
bool fallocate(Scan& in, Line& line) {
  if (!in.flags(line.mode) || !in.literal(") ") || !transfer(in, line)) return false;
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"PUNCH_HOLE", "punch"},
      {"COLLAPSE_RANGE", "collapse"},
      {"ZERO_RANGE", "zero"},
      {"INSERT_RANGE", "insert"},
      {"UNSHARE_RANGE", "unshare"}};
  for (const auto& [flag, name] : kNames) {
    if (line.mode.find(flag) != std::string::npos) line.name = name;
  }
  return true;
}

/// path ino [START,LEN,FLAGS] RC, START and LEN of the full width of u64
bool fiemap(Scan& in, Line& line) {
  return in.file(line.file) && in.literal(" [") && in.number(line.offset) && in.literal(",") &&
         in.number(line.length) && in.literal(",") && in.flags(line.mode) && in.literal("]") &&
         in.result(line.error);
}

/// path ino NEWSIZE err
bool truncate(Scan& in, Line& line) {
  return in.file(line.file) && in.literal(" ") && in.position(line.length) && in.result(line.error);
}

bool path_and_result(Scan& in, Line& line) {
  return in.path(line.file.path) && in.result(line.error);
}
bool result_alone(Scan& in, Line& line) { return in.number(line.error); }
bool nothing(Scan&, Line&) { return true; }

/// path x:EXTSIZE err err1
bool creat(Scan& in, Line& line) {
  return in.path(line.file.path) && in.literal(" x:") && in.skip_integer() &&
         in.result(line.error) && in.literal(" ") && in.skip_integer();
}

/// MODE) path to path err
bool rename(Scan& in, Line& line) {
  return in.flags(line.mode) && in.literal(") ") && in.path(line.file.path) && in.literal(" to ") &&
         in.path(line.target.path) && in.result(line.error);
}

/// path path err
bool link(Scan& in, Line& line) {
  return in.path(line.file.path) && in.literal(" ") && in.path(line.target.path) &&
         in.result(line.error);
}

/// path ino [OFF,LEN] -> path ino [OFF,LEN]
bool two_ranges(Scan& in, Line& line) {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  return in.file(line.file) && in.range(line.offset, line.length) && in.literal(" -> ") &&
         in.file(line.target) && in.range(offset, length);
}

/// " asked for N, VERB M??"
bool short_transfer(Scan& in, std::string_view verb) {
  return in.literal(" asked for ") && in.skip_integer() && in.literal(verb) && in.skip_integer() &&
         in.literal("??");
}

bool range_copy(Scan& in, Line& line) {
  if (!two_ranges(in, line)) return false;
  if (in.literal(" error")) return in.result(line.error);
  return in.at_end() || short_transfer(in, ", copied ");
}

bool splice(Scan& in, Line& line) {
  return two_ranges(in, line) && in.result(line.error) &&
         (in.at_end() || short_transfer(in, ", spliced "));
}

bool dedupe_source(Scan& in, Line& line) {
  if (!in.file(line.file) || !in.range(line.offset, line.length)) return false;
  return !in.literal(" error") || in.result(line.error);
}

bool dedupe_target(Scan& in, Line& line) {
  if (!dedupe_source(in, line)) return false;
  const bool bytes =
      in.at_end() || in.literal(" differed") || (in.literal(" ") && in.skip_integer());
  return bytes && (in.at_end() ||
                   (in.literal(" bytes deduplicated") && (in.literal(" differed") || in.at_end())));
}

/// path UID/GID err
bool chown(Scan& in, Line& line) {
  return in.path(line.file.path) && in.literal(" ") && in.skip_integer() && in.literal("/") &&
         in.skip_integer() && in.result(line.error);
}

/// path and some text: the attribute calls, of which nothing is modelled
bool path_and_text(Scan& in, Line& line) {
  if (!in.path(line.file.path) || !in.literal(" ") || in.at_end()) return false;
  in = Scan{{}};
  return true;
}

/// path name TEXT
bool named_attribute(Scan& in, Line& line) {
  if (!in.path(line.file.path) || !in.literal(" name ") || in.at_end()) return false;
  in = Scan{{}};
  return true;
}

/// path buffer length N err
bool attribute_list(Scan& in, Line& line) {
  return in.path(line.file.path) && in.literal(" buffer length ") && in.skip_integer() &&
         in.result(line.error);
}

/// N total T
bool bulkstat(Scan& in, Line&) {
  return in.skip_integer() && in.literal(" total ") && in.skip_integer();
}

/// real|random ino I err
bool bulkstat_one(Scan& in, Line& line) {
  return (in.literal("real") || in.literal("random")) && in.literal(" ino ") && in.skip_integer() &&
         in.result(line.error);
}

/// RC(text)
bool library_result(Scan& in, Line& line) {
  if (!in.result(line.error) || !in.literal("(") || !in.rest().ends_with(')')) return false;
  in = Scan{{}};
  return true;
}

bool subvolume(Scan& in, Line& line) { return in.path(line.file.path) && library_result(in, line); }

bool snapshot(Scan& in, Line& line) {
  return in.path_until("->", line.file.path) && in.literal("->") && in.path(line.target.path) &&
         library_result(in, line);
}

/// "id=ID,parent=PARENT", parent -1 at the top
bool entry(Scan& in, Line&) {
  return in.literal("id=") && in.skip_integer() && in.literal(",parent=") && in.skip_integer();
}

struct Production {
  std::string_view head;
  std::string_view name;
  FsstressKind kind;
  bool (*parse)(Scan&, Line&);
};

constexpr auto kOperation = FsstressKind::operation;
constexpr auto kDetail = FsstressKind::detail;

constexpr Production kProductions[] = {
    {"read dontcache ", "read_dontcache", kOperation, transfer},
    {"write dontcache ", "write_dontcache", kOperation, transfer},
    {"read ", "read", kOperation, transfer},
    {"write ", "write", kOperation, transfer},
    {"dread ", "dread", kOperation, transfer},
    {"dwrite ", "dwrite", kOperation, transfer},
    {"aread ", "aread", kOperation, transfer},
    {"awrite ", "awrite", kOperation, transfer},
    {"uring_read ", "uring_read", kOperation, uring},
    {"uring_write ", "uring_write", kOperation, uring},
    {"readv ", "readv", kOperation, vectored},
    {"writev ", "writev", kOperation, vectored},
    {"mread ", "mread", kOperation, mapped},
    {"mwrite ", "mwrite", kOperation, mapped},
    {"fallocate(", "fallocate", kOperation, fallocate},
    {"xfsctl(XFS_IOC_RESVSP64) ", "resvsp", kOperation, transfer},
    {"xfsctl(XFS_IOC_UNRESVSP64) ", "unresvsp", kOperation, transfer},
    {"ioctl(FIEMAP) ", "fiemap", kOperation, fiemap},
    {"truncate ", "truncate", kOperation, truncate},
    {"fsync ", "fsync", kOperation, path_and_result},
    {"fdatasync ", "fdatasync", kOperation, path_and_result},
    {"afsync ", "afsync", kOperation, path_and_result},
    {"syncfs ", "sync", kOperation, result_alone},
    {"sync", "sync", kOperation, nothing},
    {"creat add ", "creat", kDetail, entry},
    {"link add ", "link", kDetail, entry},
    {"mkdir add ", "mkdir", kDetail, entry},
    {"mknod add ", "mknod", kDetail, entry},
    {"symlink add ", "symlink", kDetail, entry},
    {"subvol_create add ", "subvol_create", kDetail, entry},
    {"snapshot add ", "snapshot", kDetail, entry},
    {"unlink del entry: ", "unlink", kDetail, entry},
    {"rmdir del entry: ", "rmdir", kDetail, entry},
    {"subvol_delete del entry: ", "subvol_delete", kDetail, entry},
    {"rename source entry: ", "rename", kDetail, entry},
    {"rename target entry: ", "rename", kDetail, entry},
    {"...to ", "deduperange", kDetail, dedupe_target},
    {"creat ", "creat", kOperation, creat},
    {"link ", "link", kOperation, link},
    {"mkdir ", "mkdir", kOperation, path_and_result},
    {"mknod ", "mknod", kOperation, path_and_result},
    {"symlink ", "symlink", kOperation, path_and_result},
    {"unlink ", "unlink", kOperation, path_and_result},
    {"rmdir ", "rmdir", kOperation, path_and_result},
    {"rename(", "rename", kOperation, rename},
    {"clonerange ", "clonerange", kOperation, range_copy},
    {"copyrange ", "copyrange", kOperation, range_copy},
    {"exchangerange ", "exchangerange", kOperation, range_copy},
    {"splice ", "splice", kOperation, splice},
    {"deduperange from ", "deduperange", kOperation, dedupe_source},
    {"chown ", "chown", kOperation, chown},
    {"stat ", "stat", kOperation, path_and_result},
    {"readlink ", "readlink", kOperation, path_and_result},
    {"getdents ", "getdents", kOperation, path_and_result},
    {"getattr ", "getattr", kOperation, path_and_text},
    {"setattr ", "setattr", kOperation, path_and_text},
    {"setxattr ", "setxattr", kOperation, path_and_text},
    {"attr_set ", "attr_set", kOperation, path_and_text},
    {"attr_remove ", "attr_remove", kOperation, path_and_text},
    {"getfattr file ", "getfattr", kOperation, named_attribute},
    {"setfattr file ", "setfattr", kOperation, named_attribute},
    {"removefattr file ", "removefattr", kOperation, named_attribute},
    {"listfattr ", "listfattr", kOperation, attribute_list},
    {"bulkstat nent ", "bulkstat", kOperation, bulkstat},
    {"bulkstat1 ", "bulkstat1", kOperation, bulkstat_one},
    {"snapshot ", "snapshot", kOperation, snapshot},
    {"subvol_create ", "subvol_create", kOperation, subvolume},
    {"subvol_delete ", "subvol_delete", kOperation, subvolume},
};

/// "NAME - REASON", "NAME read - REASON"; listfattr puts the path in front of its reason, REXCHANGE
/// names two.
bool is_note(std::string_view body, std::string& name) {
  Scan in(body);
  if (!in.word()) return false;
  name = body.substr(0, body.size() - in.rest().size());
  if (name == "rename" && in.literal("(REXCHANGE) ")) {
    return in.rest().ends_with(" have ancestor-descendant relationship");
  }
  if (name == "listfattr") {
    std::string path;
    Scan attributes = in;
    if (attributes.literal(" ") && attributes.path(path) &&
        (attributes.literal(" - ") || attributes.literal(" failed "))) {
      return true;
    }
  }
  if (!in.literal(" read - ") && !in.literal(" write - ") && !in.literal(" - ")) return false;
  return !in.at_end();
}

bool is_banner(std::string_view text) {
  Scan in(text);
  if (in.literal("seed = ")) return in.skip_integer() && in.at_end();
  if (in.literal("Injecting failure on tag #")) return in.skip_integer() && in.at_end();
  if (in.literal("io_uring isn't ")) return true;
  return in.skip_integer() && in.literal(": execute command ");
}

bool take_head(Scan& in, Line& line) {
  return in.number(line.proc) && in.literal("/") && in.number(line.opno) && in.literal(": ");
}

bool is_plain_text(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
  }
  return true;
}

Line parse_body(const Line& head, std::string_view body) {
  for (const Production& production : kProductions) {
    Scan in(body);
    if (!in.literal(production.head)) continue;
    Line line = head;
    line.name = production.name;
    line.kind = production.kind;
    if (production.parse(in, line) && in.at_end()) return line;
  }
  Line line = head;
  line.kind = is_note(body, line.name) ? FsstressKind::note : FsstressKind::unparsed;
  return line;
}

}  // namespace

FsstressLine parse_fsstress_line(std::string_view text) {
  FsstressLine line;
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (text.find_first_not_of(" \t") == std::string_view::npos) {
    line.kind = FsstressKind::blank;
    return line;
  }
  if (text.size() > kLongestFsstressLine || !is_plain_text(text)) return line;
  Scan in(text);
  if (take_head(in, line)) return parse_body(line, in.rest());
  line = {};
  if (is_banner(text)) line.kind = FsstressKind::banner;
  return line;
}

bool has_fsstress_head(std::string_view text) {
  FsstressLine line;
  Scan in(text);
  return take_head(in, line);
}

}  // namespace scenario
