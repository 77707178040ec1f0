#include "cli/worker_pool.hpp"

#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "cli/exit_code.hpp"
#include "cli/terminal.hpp"

namespace cli {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// False where nobody writes any more.
bool read_more(int channel, std::string& text) {
  char bytes[65536];
  while (true) {
    const ssize_t got = ::read(channel, bytes, sizeof bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got > 0) text.append(bytes, static_cast<std::size_t>(got));
    return got > 0;
  }
}

/// False where nobody reads any more.
bool write_all(int channel, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::send(channel, text.data(), text.size(), MSG_NOSIGNAL);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// The life of a worker: nothing of the parent's buffers and destructors is run here.
[[noreturn]] void serve(int channel, const WorkerPool::Work& work) {
  std::string text;
  try {
    while (true) {
      const std::size_t end = text.find('\n');
      if (end == std::string::npos) {
        if (!read_more(channel, text)) ::_exit(0);
        continue;
      }
      const std::string answer = work(text.substr(0, end)) + '\n';
      text.erase(0, end + 1);
      if (!write_all(channel, answer)) ::_exit(0);
    }
  } catch (const std::exception& error) {
    complain(fmt::format("a bug of fsweave itself: {}", error.what()));
    ::_exit(static_cast<int>(ExitCode::bug));
  }
}

}  // namespace

WorkerPool::WorkerPool(unsigned workers, const Work& work) {
  for (unsigned i = 0; i < workers; ++i) start(work);
}

void WorkerPool::start(const Work& work) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) fail("socketpair");
  std::fflush(nullptr);
  const pid_t parent = ::getpid();
  const pid_t process = ::fork();
  if (process < 0) fail("fork");
  if (process == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(0);
    for (const Worker& other : workers_) ::close(other.channel);
    ::close(ends[0]);
    serve(ends[1], work);
  }
  ::close(ends[1]);
  workers_.push_back({process, ends[0], false, false, {}});
}

WorkerPool::~WorkerPool() {
  for (const Worker& worker : workers_) {
    if (worker.busy && !worker.ended) ::kill(worker.process, SIGKILL);
    ::close(worker.channel);
  }
  for (const Worker& worker : workers_)
    while (!worker.ended && ::waitpid(worker.process, nullptr, 0) < 0 && errno == EINTR) {
    }
}

std::optional<std::size_t> WorkerPool::idle() const {
  for (std::size_t i = 0; i < workers_.size(); ++i)
    if (!workers_[i].busy) return i;
  return std::nullopt;
}

bool WorkerPool::busy() const {
  for (const Worker& worker : workers_)
    if (worker.busy) return true;
  return false;
}

/// Where the worker is gone, `wait` will say so.
void WorkerPool::give(std::size_t worker, const std::string& line) {
  workers_[worker].busy = true;
  workers_[worker].answer.clear();
  write_all(workers_[worker].channel, line + '\n');
}

std::vector<std::size_t> WorkerPool::wait() {
  std::vector<std::size_t> done;
  std::vector<pollfd> channels;
  std::vector<std::size_t> whose;
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    if (!workers_[i].busy) continue;
    channels.push_back({workers_[i].channel, POLLIN, 0});
    whose.push_back(i);
  }
  if (::poll(channels.data(), channels.size(), -1) < 0) {
    if (errno != EINTR) fail("poll");
    return done;
  }
  for (std::size_t i = 0; i < channels.size(); ++i) {
    if (channels[i].revents == 0) continue;
    Worker& worker = workers_[whose[i]];
    worker.ended = !read_more(worker.channel, worker.answer);
    if (worker.ended || worker.answer.ends_with('\n')) done.push_back(whose[i]);
  }
  return done;
}

std::optional<std::string> WorkerPool::answer(std::size_t worker) {
  workers_[worker].busy = false;
  std::string answer = std::exchange(workers_[worker].answer, {});
  if (!answer.ends_with('\n')) return std::nullopt;
  answer.pop_back();
  return answer;
}

std::string WorkerPool::end_of(std::size_t worker) {
  int status = 0;
  while (::waitpid(workers_[worker].process, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) return fmt::format("was killed by signal {}", WTERMSIG(status));
  return fmt::format("ended with code {}", WEXITSTATUS(status));
}

void WorkerPool::interrupt() {
  for (const Worker& worker : workers_)
    if (worker.busy && !worker.ended) ::kill(worker.process, SIGTERM);
}

unsigned processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<unsigned>(CPU_COUNT(&set));
}

}  // namespace cli
