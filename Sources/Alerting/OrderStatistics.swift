// Which value stands at a place when all are sorted, found without sorting all.

extension MutableSpan where Element == Double {
  /// Moves the elements of `range` so that `place` has the one that it would have were they sorted, with none
  /// greater before it and none less after it.
  ///
  /// Costs about three passes. A partition without a branch: which way an element goes nobody can foresee.
  ///
  /// - Parameters:
  ///   - place: in `range`.
  ///   - range: numbers alone, no NaN.
  /// - Returns: that element.
  @discardableResult
  mutating func select(_ place: Int, in range: Range<Int>) -> Double {
    var (low, high) = (range.lowerBound, range.upperBound)
    while high - low > Self.smallCount {
      let pivot = Self.middle(self[low], self[low + (high - low) / 2], self[high - 1])
      let end = partition(low..<high) { $0 < pivot }
      if place < end {
        high = end
        continue
      }
      // Slopes of rounded values are often the same.
      let same = partition(end..<high) { $0 <= pivot }
      if place < same { return pivot }
      low = same
    }
    sortFew(low..<high)
    return self[place]
  }

  /// The median of the elements of `range`, which is not empty; moves them.
  mutating func median(of range: Range<Int>) -> Double {
    let middle = range.lowerBound + range.count / 2
    let upper = select(middle, in: range)
    guard range.count.isMultiple(of: 2) else { return upper }
    return (greatest(of: range.lowerBound..<middle) + upper) / 2
  }

  /// The greatest element of `range`, which is not empty.
  func greatest(of range: Range<Int>) -> Double {
    var found = self[range.lowerBound]
    for index in range { found = Swift.max(found, self[index]) }
    return found
  }

  /// Sorts the elements of `range`, of which there are few.
  private mutating func sortFew(_ range: Range<Int>) {
    for index in range {
      let value = self[index]
      var place = index
      while place > range.lowerBound, self[place - 1] > value {
        self[place] = self[place - 1]
        place -= 1
      }
      self[place] = value
    }
  }

  /// Moves the elements of `range` of which `isBefore` holds before the others; says where these begin.
  @inline(__always)
  private mutating func partition(_ range: Range<Int>, _ isBefore: (Double) -> Bool) -> Int {
    var end = range.lowerBound
    for index in range {
      let value = self[index]
      self[index] = self[end]
      self[end] = value
      end += isBefore(value) ? 1 : 0
    }
    return end
  }

  private static func middle(_ first: Double, _ second: Double, _ third: Double) -> Double {
    Swift.max(Swift.min(first, second), Swift.min(Swift.max(first, second), third))
  }

  /// So few are sorted as quickly as parted.
  private static var smallCount: Int { 12 }
}
