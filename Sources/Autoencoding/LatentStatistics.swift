/// Mean and deviation of each channel over any number of latents.
public struct LatentStatistics: Sendable {
    private var count = 0.0
    private var means: [Double]
    private var squares: [Double]

    /// Statistics of no latent yet.
    ///
    /// - Parameter channels: c, the channels of every latent to come.
    public init(channels: Int) {
        means = [Double](repeating: 0, count: channels)
        squares = means
    }

    /// Takes a latent in.
    ///
    /// - Parameter latent: A latent of as many channels.
    public mutating func add(_ latent: Latent) {
        let channels = means.count
        precondition(latent.channels == channels, "\(latent.channels) channels, not \(channels)")
        for start in stride(from: 0, to: latent.values.count, by: channels) {
            count += 1
            for c in 0..<channels {  // Welford's update
                let x = Double(latent.values[start + c])
                let before = x - means[c]
                means[c] += before / count
                squares[c] += before * (x - means[c])
            }
        }
    }

    /// The mean of each channel.
    public var mean: [Double] { means }

    /// The standard deviation of each channel, over all latent pixels; 0 without any.
    public var deviation: [Double] { squares.map { count > 0 ? ($0 / count).squareRoot() : 0 } }
}
