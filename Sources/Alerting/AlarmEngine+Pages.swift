public import PoolModel

extension AlarmEngine {
  /// Up to when everything of `pool` that a rule looks at is judged, by the gateway's clock; nil when
  /// nothing of it is.
  ///
  /// The oldest of its series' newest judged readings: a gateway may send one parameter long after
  /// another. Judgement from the pages begins here.
  public func judgedThrough(of pool: PoolNumber) -> Timestamp? {
    plan.parameters.indices.compactMap { parameter in
      let number = ParameterNumber(parameter)
      return book.looks(at: number)
        ? series[index(of: Series(pool: pool, parameter: number))].newestReading : nil
    }.min() ?? newestJudged(of: pool)
  }
}
