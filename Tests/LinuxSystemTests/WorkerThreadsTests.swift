import Dispatch
import Foundation
import LinuxSystem
import PoolModel
import TestSupport
import Testing

@Suite(.serialized) struct `Threads that share work` {
  @Test(arguments: [0, 1, 3])
  func `every part is done once, and its result is in its place`(threadCount: Int) {
    let workers = WorkerThreads(threadCount: threadCount)
    for count in [0, 1, 2, 3, 1000] + Array(0..<200) {
      #expect(workers.map(count) { $0 * $0 } == (0..<count).map { $0 * $0 })
    }
  }

  @Test func `parts are done at the same time`() {
    let workers = WorkerThreads(threadCount: 1)
    let bells = [DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)]
    // Each part waits for the other one: one after the other they would never end.
    let haveMet = workers.map(2) { number in
      bells[number].signal()
      return bells[1 - number].wait(timeout: .now() + 300) == .success
    }
    #expect(haveMet == [true, true])
  }

  @Test func `the threads end with their owner`() async throws {
    do {
      let workers = WorkerThreads(threadCount: 2)
      #expect(workers.map(10) { $0 }.count == 10)
    }
    // The system takes a thread off its list a little later.
    try await eventually("no worker thread is left") { try workerThreadCount() == 0 }
  }

  private func workerThreadCount() throws -> Int {
    let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
    return tasks.count { task in
      // A thread that has ended meanwhile has no name.
      let name = try? String(contentsOfFile: "/proc/self/task/\(task)/comm", encoding: .utf8)
      return name?.hasPrefix("worker ") ?? false
    }
  }
}
