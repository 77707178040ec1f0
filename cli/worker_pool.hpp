/// Forked processes that do one piece of work at a time, each a line of text that they answer with
/// a line. They share nothing with this process but what there was at the fork, and they end with
/// it.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cli {

class WorkerPool {
 public:
  using Work = std::function<std::string(const std::string&)>;

  /// `work` runs in the workers. What it throws ends the worker as a bug of ours.
  WorkerPool(unsigned workers, const Work& work);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool();  ///< kills workers that are still busy

  std::size_t size() const { return workers_.size(); }
  std::optional<std::size_t> idle() const;
  bool is_busy(std::size_t worker) const { return workers_[worker].busy; }
  bool busy() const;
  /// Gives a line, without its end, to an idle worker.
  void give(std::size_t worker, const std::string& line);

  /// Workers that have answered since; waits for one, or for a signal to this process.
  std::vector<std::size_t> wait();
  /// The answer, once; the worker is idle from then on. None: the worker ended instead.
  std::optional<std::string> answer(std::size_t worker);
  /// How a worker that gave no answer ended: "was killed by signal 11".
  std::string end_of(std::size_t worker);

  /// Tells busy workers to come to an end soon (SIGTERM).
  void interrupt();

 private:
  struct Worker {
    pid_t process;
    int channel;  ///< socket
    bool busy = false;
    bool ended = false;
    std::string answer;  ///< as far as it has come
  };

  void start(const Work& work);

  std::vector<Worker> workers_;
};

/// Processors that this process may use.
unsigned processors();

}  // namespace cli
