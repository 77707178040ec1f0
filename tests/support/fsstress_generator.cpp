#include "tests/support/fsstress_generator.hpp"

namespace support {
namespace {

using Lines = std::vector<std::string>;

}  // namespace

std::uint64_t FsstressGenerator::draw() {
  state_ += 0x9E3779B97F4A7C15;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

std::string FsstressGenerator::segment(char letter) {
  std::string text(1, letter);
  const std::string digits = "0123456789abcdef";
  const std::uint64_t length = 1 + below(3);
  for (std::uint64_t i = 0; i < length; ++i) text += digits[below(16)];
  if (below(8) == 0) text += std::string(1 + below(20), 'X');
  return text;
}

std::string FsstressGenerator::path(const std::string& letters) {
  std::string text;
  for (std::uint64_t depth = below(4); depth > 0; --depth) text += segment('d') + "/";
  return text + segment(letters[below(letters.size())]);
}

std::string FsstressGenerator::ino() {
  if (below(10) == 0) return "";
  const std::string inode = below(8) == 0 ? "-1" : number(20'000'000);
  return "[" + inode + " " + number(5) + " " + number(100'000) + " " + number(100'000) + " " +
         number(1'000'000) + " " + number(5'000'000) + "]";
}

std::string FsstressGenerator::flags(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    if (below(3) == 0) text += (text.empty() ? "" : "|") + name;
  }
  return text;
}

std::vector<std::string> FsstressGenerator::next_call() {
  Lines bodies;
  switch (below(8)) {
    case 0: bodies = transfer(); break;
    case 1: bodies = mapping_or_fallocate(); break;
    case 2: bodies = sync_or_truncate(); break;
    case 3: bodies = namespace_call(); break;
    case 4: bodies = range_call(); break;
    case 5: bodies = attribute_call(); break;
    case 6: bodies = note(); break;
    default: bodies = transfer(); break;
  }
  opno_ += 1 + below(3);
  const std::string head = number(20) + "/" + std::to_string(opno_) + ": ";
  for (std::string& body : bodies) body = head + body;
  return bodies;
}

std::vector<std::string> FsstressGenerator::transfer() {
  switch (below(5)) {
    case 0: return {pick({"read", "write"}) + " dontcache " + file() + range() + " " + error()};
    case 1: {
      const std::string result = below(5) == 0 ? "-22" : number(100'000);
      return {pick({"uring_read", "uring_write"}) + " " + file() + " [" + position() + ", " +
              position() + "(res=" + result + ")] " + error()};
    }
    case 2:
      return {pick({"readv", "writev"}) + " " + file() + " [" + position() + "," + number(100'000) +
              "," + number(1024) + "] " + error()};
    default: break;
  }
  return {pick({"read", "write", "dread", "dwrite", "aread", "awrite"}) + " " + file() + range() +
          " " + error()};
}

std::vector<std::string> FsstressGenerator::mapping_or_fallocate() {
  switch (below(4)) {
    case 0:
      return {pick({"mread", "mwrite"}) + " " + file() + " [" +
              std::to_string(below(1 << 20) * 4096) + "," + number(1 << 20) + "," +
              pick({"SHARED", "PRIVATE"}) + "] " + pick({"0", "0", "Bus error"})};
    case 1:
      return {"xfsctl(XFS_IOC_" + pick({"RESVSP64", "UNRESVSP64"}) + ") " + file() + range() + " " +
              error()};
    case 2:
      return {"ioctl(FIEMAP) " + file() + " [" + position() + "," + std::to_string(draw()) + "," +
              pick({"SYNC", "XATTR", "0x10000", "0x4"}) + "] " + pick({"0", "-1"})};
    default: break;
  }
  return {"fallocate(" +
          flags({"KEEP_SIZE", "PUNCH_HOLE", "NO_HIDE_STALE", "COLLAPSE_RANGE", "ZERO_RANGE",
                 "INSERT_RANGE", "UNSHARE_RANGE"}) +
          ") " + file() + range() + " " + error()};
}

std::vector<std::string> FsstressGenerator::sync_or_truncate() {
  switch (below(4)) {
    case 0: return {"truncate " + file() + " " + position() + " " + error()};
    case 1: return {"syncfs " + error()};
    case 2: return {"sync"};
    default: break;
  }
  return {pick({"fsync", "fdatasync", "afsync"}) + " " + any_path() + " " + error()};
}

std::vector<std::string> FsstressGenerator::namespace_call() {
  switch (below(8)) {
    case 0: return {"creat " + path("f") + " x:" + number(100) + " 0 0", "creat add " + entry()};
    case 1: {
      const std::string name = pick({"mkdir", "mknod", "symlink"});
      return {name + " " + any_path() + " " + error(), name + " add " + entry()};
    }
    case 2: return {"link " + any_path() + " " + any_path() + " 0", "link add " + entry()};
    case 3: {
      const std::string name = pick({"unlink", "rmdir"});
      return {name + " " + any_path() + " 0", name + " del entry: " + entry()};
    }
    case 4:
      return {"rename(" + pick({"", "NOREPLACE", "EXCHANGE", "WHITEOUT"}) + ") " + any_path() +
                  " to " + any_path() + " 0",
              "rename source entry: " + entry(), "rename target entry: " + entry()};
    case 5:
      return {"snapshot " + path("s") + "->" + path("s") + " " +
              pick({"0(Success)", "19(Could not open)"})};
    case 6:
      return {pick({"subvol_create", "subvol_delete"}) + " " + path("s") + " 0(Success)",
              pick({"subvol_create add ", "subvol_delete del entry: "}) + entry()};
    default: break;
  }
  return {"creat " + pick({".", "", "d1/f2"}) + " x:0 17 0"};
}

std::vector<std::string> FsstressGenerator::range_call() {
  const std::string both = file() + range() + " -> " + file() + range();
  switch (below(4)) {
    case 0:
      return {pick({"clonerange", "copyrange", "exchangerange"}) + " " + both +
              pick({"", " error 22"})};
    case 1:
      return {"copyrange " + both + " asked for " + number(10'000) + ", copied " + number(10'000) +
              "??"};
    case 2:
      return {"splice " + both + " " + error() +
              pick({"", " asked for " + number(9999) + ", spliced " + number(9999) + "??"})};
    default: break;
  }
  Lines lines = {"deduperange from " + file() + range() + pick({"", " error 95"})};
  for (std::uint64_t targets = below(4); targets > 0; --targets) {
    lines.push_back(
        "...to " + file() + range() +
        pick({"", " error 22", " " + number(70'000) + " bytes deduplicated", " differed"}));
  }
  return lines;
}

std::vector<std::string> FsstressGenerator::attribute_call() {
  switch (below(9)) {
    case 0:
      return {"chown " + any_path() + " " + number(1u << 30) + "/" + number(1u << 30) + " " +
              error()};
    case 1: return {pick({"stat", "readlink"}) + " " + any_path() + " " + error()};
    case 2: return {"getdents " + path("d") + " 0"};
    case 3:
      return {pick({"getattr", "setxattr"}) + " " + any_path() + " " + number(1u << 31) + " " +
              error()};
    case 4: return {"setattr " + any_path() + " 4c001 " + error()};
    case 5:
      return {pick({"attr_set", "attr_remove"}) + " " + any_path() + " a1" + pick({"", "b"}) + " " +
              error()};
    case 6:
      return {pick({"getfattr file " + any_path() + " name user.x1 value length 62",
                    "getfattr file " + any_path() + " name user.x1 failed 61",
                    "setfattr file " + any_path() + " name user.x1 flag create value length 62: 0",
                    "removefattr file " + any_path() + " name user.x1 0",
                    "listfattr " + any_path() + " buffer length 8 0"})};
    case 7: return {"bulkstat nent " + number(900) + " total " + number(9)};
    default: break;
  }
  return {"bulkstat1 " + pick({"real", "random"}) + " ino " + number(1u << 31) + " " + error()};
}

std::vector<std::string> FsstressGenerator::note() {
  const std::string name =
      pick({"dwrite", "write", "do_mmap", "do_aio_rw", "do_fallocate", "rename", "getdents"});
  switch (below(5)) {
    case 0: return {name + " - no filename"};
    case 1: return {name + " - " + path("f") + ino() + " zero size"};
    case 2:
      return {pick({"clonerange", "copyrange"}) + pick({" read", " write"}) + " - no filename"};
    case 3: return {name + " - open " + path("f") + " failed 2"};
    default: break;
  }
  return {name + " - xfsctl(XFS_IOC_DIOINFO) " + file() + " return 25, fallback to stat()"};
}

}  // namespace support
