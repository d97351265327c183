public import Testing

/// Expects numbers to be near a reference: `|a - r| ≤ absolute + relative·|r|` for each.
///
/// Prints the index that is furthest outside, with both values.
///
/// - Parameters:
///   - actual: What was computed.
///   - reference: What it should be.
///   - absolute: The distance that is allowed everywhere.
///   - relative: The distance that is allowed besides, as a part of the reference.
///   - sourceLocation: Where to report.
public func expectNear(
    _ actual: [Float], _ reference: [Double], absolute: Double, relative: Double = 0,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard actual.count == reference.count else {
        Issue.record(
            "\(actual.count) numbers, and \(reference.count) in the reference",
            sourceLocation: sourceLocation)
        return
    }
    var worst: (index: Int, excess: Double)?
    for index in actual.indices {
        let distance = abs(Double(actual[index]) - reference[index])
        let allowed = absolute + relative * abs(reference[index])
        // Written so that a NaN on either side counts as outside.
        if !(distance <= allowed) {
            let excess = distance.isNaN ? .infinity : distance - allowed
            if excess > worst?.excess ?? -1 { worst = (index, excess) }
        }
    }
    if let worst {
        Issue.record(
            "at \(worst.index): \(actual[worst.index]), and \(reference[worst.index]) is expected",
            sourceLocation: sourceLocation)
    }
}

/// Expects numbers to be near a reference in single precision.
///
/// - Parameters:
///   - actual: What was computed.
///   - reference: What it should be.
///   - absolute: The distance that is allowed everywhere.
///   - relative: The distance that is allowed besides, as a part of the reference.
///   - sourceLocation: Where to report.
public func expectNear(
    _ actual: [Float], _ reference: [Float], absolute: Double, relative: Double = 0,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    expectNear(
        actual, reference.map(Double.init), absolute: absolute, relative: relative,
        sourceLocation: sourceLocation)
}
