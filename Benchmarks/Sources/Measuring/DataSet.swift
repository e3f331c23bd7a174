import Foundation
import LinuxSystem
import PoolModel

/// Readings that `series.py` wrote: every pool's free chlorine, pH and temperature, row by row.
///
/// `NAME.times` has one little-endian 64-bit integer a row, or one a row and pool where the times
/// jitter; `NAME.values` three doubles a row and pool.
package final class DataSet {
  /// Which one.
  package enum Name: String {
    /// 1,000 pools, more than a day at 10 s.
    case fleet
    /// 20 pools, a week at 10 s.
    case exact
    /// The same values at times ±200 ms.
    case jitter
    /// One pool, 30 days at 10 s.
    case month
    /// 1,000 pools, one day at 60 s.
    case minutes
  }

  /// What a reading carries, as columns of a row.
  package static let parameterCount = 3

  private struct Shape: Decodable {
    var pools: Int
    var rows: Int
    var periodMilliseconds: Int64
    var isJittered: Bool
  }

  package let poolCount: Int
  package let rowCount: Int
  package let interval: Duration
  private let isJittered: Bool
  private let times: any StorageFile
  private let values: any StorageFile

  package init(_ name: Name, directory: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let manifest = Data(try Files.bytes(atPath: directory + "/manifest.json"))
    let shapes = try decoder.decode([String: Shape].self, from: manifest)
    let storage = try DiskStorage(path: directory)
    guard let shape = shapes[name.rawValue], let times = try storage.open(name.rawValue + ".times"),
      let values = try storage.open(name.rawValue + ".values")
    else { throw Failure("\(directory) has no data set \(name.rawValue)") }
    poolCount = shape.pools
    rowCount = shape.rows
    interval = .milliseconds(shape.periodMilliseconds)
    isJittered = shape.isJittered
    self.times = times
    self.values = values
    try require(
      values.byteCount == 8 * Self.parameterCount * poolCount * rowCount
        && times.byteCount == 8 * rowCount * (isJittered ? poolCount : 1),
      "the files of data set \(name.rawValue) are not of the size that the manifest says")
  }

  /// How many values all rows have together.
  package var pointCount: Int { poolCount * rowCount * Self.parameterCount }

  /// The times of the pools in row `row`, in milliseconds.
  package func times(row: Int) throws -> [Int64] {
    if isJittered {
      return try words(times, row * poolCount, poolCount).map(Int64.init(bitPattern:))
    }
    let time = Int64(bitPattern: try words(times, row, 1)[0])
    return Array(repeating: time, count: poolCount)
  }

  /// The values of the pools in row `row`: three of the first pool, three of the second, and so on.
  package func values(row: Int) throws -> [Double] {
    let count = poolCount * Self.parameterCount
    return try words(values, row * count, count).map(Double.init(bitPattern:))
  }

  /// All times of one pool.
  package func times(ofPool pool: Int) throws -> [Int64] {
    let all = try words(times, 0, times.byteCount / 8).map(Int64.init(bitPattern:))
    return isJittered ? (0..<rowCount).map { all[$0 * poolCount + pool] } : all
  }

  /// All values of one pool, a column for each parameter.
  package func columns(ofPool pool: Int) throws -> [[Double]] {
    let count = Self.parameterCount
    var columns = [[Double]](repeating: [], count: count)
    for row in 0..<rowCount {
      let three = try words(values, (row * poolCount + pool) * count, count)
      for index in 0..<count { columns[index].append(Double(bitPattern: three[index])) }
    }
    return columns
  }

  private func words(_ file: any StorageFile, _ first: Int, _ count: Int) throws -> [UInt64] {
    var bytes = [UInt8](repeating: 0, count: 8 * count)
    var span = bytes.mutableSpan
    try file.read(into: &span, at: 8 * first)
    return (0..<count).map { index in
      var word: UInt64 = 0
      for byte in 0..<8 { word |= UInt64(bytes[8 * index + byte]) << UInt64(8 * byte) }
      return word
    }
  }
}
