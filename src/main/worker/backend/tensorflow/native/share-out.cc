#include "share-out.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace skiplab {
namespace {

/**
 * For how long a thread looks for the next job, or for the end of its own, before it sleeps: to be woken takes as long as a small layer, and
 * the system may put a woken thread on a core that is busy. Longer would take the core from TensorFlow's own threads.
 */
constexpr std::chrono::microseconds patience{150};

inline void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/** Looks until `there()`, but for no longer than the patience. */
template <typename There>
void lookFor(There there) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!there() && std::chrono::steady_clock::now() < end)
    for (int look = 0; look < 64 && !there(); ++look) pause();
}

struct Job {
  const std::function<void(int)>& task;
  const int count;
  std::atomic<int> next{0};
  /** Written under the helpers' mutex. */
  std::atomic<int> helpers{0};

  void run() {
    for (int index; (index = next.fetch_add(1, std::memory_order_relaxed)) < count;) task(index);
  }
};

/** Threads that help with whatever job is there. They live as long as the process. */
class Helpers {
 public:
  static Helpers& instance() {
    static Helpers* helpers = new Helpers;  // never destroyed: threads may outlive main
    return *helpers;
  }

  void run(Job& job, int wanted) {
    bool isAnyAsleep;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      while (threads_ < wanted) {
        std::thread([this] { help(); }).detach();
        ++threads_;
      }
      for (int helper = 0; helper < wanted; ++helper) jobs_.push_back(&job);
      waiting_ = int(jobs_.size());
      isAnyAsleep = sleeping_ > 0;
    }
    if (isAnyAsleep) wanted == 1 ? work_.notify_one() : work_.notify_all();
    job.run();
    {
      std::lock_guard<std::mutex> lock(mutex_);
      jobs_.erase(std::remove(jobs_.begin(), jobs_.end(), &job), jobs_.end());
      waiting_ = int(jobs_.size());
    }
    lookFor([&] { return job.helpers == 0; });
    // In any case under the lock: the last helper may still hold it, and with it the job.
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [&] { return job.helpers == 0; });
  }

 private:
  void help() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      if (jobs_.empty()) {
        lock.unlock();
        lookFor([this] { return waiting_ > 0; });
        lock.lock();
        ++sleeping_;
        work_.wait(lock, [this] { return !jobs_.empty(); });
        --sleeping_;
      }
      Job& job = *jobs_.front();
      jobs_.pop_front();
      waiting_ = int(jobs_.size());
      ++job.helpers;
      lock.unlock();
      job.run();
      lock.lock();
      if (--job.helpers == 0) done_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable work_, done_;
  /** A job stands here once for every helper that it wants. */
  std::deque<Job*> jobs_;
  /** How many stand there, for those who look without the lock. */
  std::atomic<int> waiting_{0};
  int threads_ = 0, sleeping_ = 0;
};

}  // namespace

void shareOut(int count, int threads, const std::function<void(int)>& task) {
  Job job{task, count};
  const int helpers = std::min(threads, count) - 1;
  if (helpers > 0) Helpers::instance().run(job, helpers);
  else job.run();
}

}  // namespace skiplab
