/// How an enlarged picture gets the colours of the picture that it was made from.
public enum ColourFix: String, Sendable, CaseIterable {
    /// All that changes slowly over the picture comes from the reference.
    ///
    /// Source: StableSR (Wang et al. 2023), the wavelet colour correction: five levels of an undecimated
    /// wavelet transform, whose lowest band is exchanged.
    case wavelet
    /// The mean and the deviation of each channel become those of the reference (Huang and Belongie
    /// 2017).
    case adain
    /// Colours stay as they are.
    case none
}

extension Image {
    /// Gives the image the colours of another one of the same size; the result is not clamped.
    ///
    /// - Parameters:
    ///   - reference: What has the right colours.
    ///   - fix: How they are taken over.
    public mutating func takeColours(of reference: Image, by fix: ColourFix) {
        precondition(
            width == reference.width && height == reference.height
                && channels == reference.channels,
            "\(width)×\(height) pixels after \(reference.width)×\(reference.height)")
        switch fix {
        case .none: return
        case .adain: takeStatistics(of: reference)
        case .wavelet:
            // The low band is linear, so one pass over the difference will do. It needs the memory
            // of one channel.
            for channel in 0..<channels.count {
                var difference = difference(to: reference, channel)
                difference.keepLowBand(levels: 5)
                add(difference, to: channel)
            }
        }
    }

    /// What the other image has more in one channel, as a grey image.
    private func difference(to other: Image, _ channel: Int) -> Image {
        var difference = other.plane(channel)
        for pixel in difference.pixels.indices {
            difference.pixels[pixel] -= pixels[pixel * channels.count + channel]
        }
        return difference
    }

    /// What is left when the finer levels of an undecimated wavelet transform are taken away: a blur
    /// over 2^`levels` pixels.
    ///
    /// - Parameter levels: How many levels go; the kernel [1 2 1]/4 has holes of 2^level - 1 pixels.
    mutating func keepLowBand(levels: Int) {
        for level in 0..<levels {
            blurRows(distance: 1 << level)
            blurColumns(distance: 1 << level)
        }
    }

    /// [1 2 1]/4 over pixels of one row that are so far apart; beyond the edges stand copies.
    private mutating func blurRows(distance: Int) {
        let (width, count) = (width, channels.count)
        var row = [Float](repeating: 0, count: (width + 2 * distance) * count)
        pixels.withUnsafeMutableBufferPointer { samples in
            row.withUnsafeMutableBufferPointer { row in
                for start in stride(from: 0, to: samples.count, by: width * count) {
                    for x in -distance..<width + distance {
                        let from = start + min(max(x, 0), width - 1) * count
                        for c in 0..<count { row[(x + distance) * count + c] = samples[from + c] }
                    }
                    let (middle, right) = (distance * count, 2 * distance * count)
                    for index in 0..<width * count {
                        samples[start + index] =
                            0.25 * (row[index] + row[index + right]) + 0.5 * row[index + middle]
                    }
                }
            }
        }
    }

    /// The same along columns, row by row: of the rows that were changed already, those that are
    /// still needed are kept.
    private mutating func blurColumns(distance: Int) {
        let (height, run) = (height, width * channels.count)
        var kept = [Float](repeating: 0, count: (distance + 1) * run)
        pixels.withUnsafeMutableBufferPointer { samples in
            kept.withUnsafeMutableBufferPointer { kept in
                // The row above the first `distance` rows is the first one.
                for slot in 0...distance {
                    for index in 0..<run { kept[slot * run + index] = samples[index] }
                }
                for y in 0..<height {
                    let own = y * run
                    let slot = y % (distance + 1) * run
                    let above = (y + 1) % (distance + 1) * run
                    let below = min(y + distance, height - 1) * run
                    for index in 0..<run {
                        let middle = samples[own + index]
                        let sum = kept[above + index] + samples[below + index]
                        kept[slot + index] = middle
                        samples[own + index] = 0.25 * sum + 0.5 * middle
                    }
                }
            }
        }
    }

    private mutating func takeStatistics(of reference: Image) {
        let count = channels.count
        for channel in 0..<count {
            let (own, wanted) = (statistics(channel), reference.statistics(channel))
            let factor = wanted.deviation / max(own.deviation, 1e-5)
            for index in stride(from: channel, to: pixels.count, by: count) {
                let value = (Double(pixels[index]) - own.mean) * factor + wanted.mean
                pixels[index] = Float(value)
            }
        }
    }

    private func statistics(_ channel: Int) -> (mean: Double, deviation: Double) {
        var (sum, squares, count) = (0.0, 0.0, 0.0)
        for index in stride(from: channel, to: pixels.count, by: channels.count) {
            let value = Double(pixels[index])
            sum += value
            squares += value * value
            count += 1
        }
        let mean = sum / count
        return (mean, max(0, squares / count - mean * mean).squareRoot())
    }
}
