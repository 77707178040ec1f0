/// Which inode a path of an fsstress log names. Names move: rename, exchange and link make one
/// inode known by several paths over time, and `PATH` of two processes is never the same file.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/scenario/fsstress_line.hpp"

namespace scenario {

class FsstressFiles {
 public:
  /// A regular file as the log first spoke of it.
  struct File {
    std::string name;          ///< for the scenario: "p0/f0", after the first path
    bool created = false;      ///< the log holds its creat line
    bool used = false;         ///< some line reads, writes or changes it
    std::uint64_t size = 0;    ///< bytes before the first line that used it
    std::uint64_t blocks = 0;  ///< 512-byte units, likewise
  };

  /// `one_file`: every regular file of every process is one inode, named "shared".
  explicit FsstressFiles(bool one_file) : one_file_(one_file) {}

  /// The scenario's name of the file that this line acts on; remembers it if it is new.
  std::string name_of(const FsstressLine& line);

  /// Follows creat, link, rename and unlink of a call that succeeded.
  void follow(const FsstressLine& line);

  /// In the order of first use.
  const std::vector<File>& files() const { return files_; }

 private:
  using Key = std::pair<std::uint32_t, std::string>;

  std::size_t file_at(const Key& key);
  std::size_t add_file(const Key& key);
  void move_tree(std::uint32_t proc, const std::string& from, const std::string& to, bool exchange);

  bool one_file_;
  std::vector<File> files_;
  std::map<Key, std::size_t> index_;
  std::map<std::string, int> times_named_;
};

}  // namespace scenario
