import PoolModel

/// The seam in the store's own words: arrays in and out, the store's error type.
extension StorageFile {
  /// The `count` bytes at `offset`.
  func bytes(_ count: Int, at offset: Int) throws(RingStoreError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var span = bytes.mutableSpan
    do { try read(into: &span, at: offset) } catch { throw .storage(error) }
    return bytes
  }

  /// Writes all of `bytes` at `offset`.
  func put(_ bytes: [UInt8], at offset: Int) throws(RingStoreError) {
    do { try write(bytes.span, at: offset) } catch { throw .storage(error) }
  }

  /// Makes every finished write durable.
  func settle() throws(RingStoreError) {
    do { try synchronize() } catch { throw .storage(error) }
  }
}
