import Tensors

/// One operator at one shape.
struct Operator {
    /// What it is, and its shape.
    let name: String
    /// How often the network calls it.
    let calls: Int
    /// Multiplications and additions of one call; 0 when counting them says nothing.
    let operations: Double
    /// Bytes that one call has to read and write, weights left out.
    let bytes: Double
    /// Seconds of a plain oneDNN call, or nil when oneDNN has none.
    let plain: () -> Double?
    /// Prepares the inputs and returns what is timed.
    let prepare: (ComputeContext) throws -> () throws -> Void

    /// Seconds of the fastest call within a fifth of a second.
    func seconds(in context: ComputeContext) throws -> Double {
        let call = try prepare(context)
        try call()  // plans the operation
        var best = Duration.seconds(3600)
        let deadline = ContinuousClock.now + .milliseconds(200)
        while ContinuousClock.now < deadline {
            best = min(best, try ContinuousClock().measure(call))
        }
        return best / .seconds(1)
    }
}
