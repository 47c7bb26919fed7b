#include "share-out.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace skiplab {
namespace {

struct Job {
  const std::function<void(int)>& task;
  const int count;
  std::atomic<int> next{0};
  /** Guarded by the helpers' mutex. */
  int helpers = 0;

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
    {
      std::lock_guard<std::mutex> lock(mutex_);
      while (threads_ < wanted) {
        std::thread([this] { help(); }).detach();
        ++threads_;
      }
      for (int helper = 0; helper < wanted; ++helper) jobs_.push_back(&job);
    }
    wanted == 1 ? work_.notify_one() : work_.notify_all();
    job.run();
    std::unique_lock<std::mutex> lock(mutex_);
    jobs_.erase(std::remove(jobs_.begin(), jobs_.end(), &job), jobs_.end());
    done_.wait(lock, [&] { return job.helpers == 0; });
  }

 private:
  void help() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      work_.wait(lock, [this] { return !jobs_.empty(); });
      Job& job = *jobs_.front();
      jobs_.pop_front();
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
  int threads_ = 0;
};

}  // namespace

void shareOut(int count, int threads, const std::function<void(int)>& task) {
  Job job{task, count};
  const int helpers = std::min(threads, count) - 1;
  if (helpers > 0) Helpers::instance().run(job, helpers);
  else job.run();
}

}  // namespace skiplab
