extension Convolution {
    /// What a convolution does with its input, apart from its weights.
    public struct Geometry: Sendable, Hashable {
        /// The channels of the input.
        public let inputs: Int
        /// The channels of the result.
        public let outputs: Int
        /// The side of the square kernel, in pixels.
        public let kernel: Int
        /// The distance between results, in pixels of the input.
        public let stride: Int
        /// The zeros added on every side, in pixels; on the upper and left side alone when
        /// ``trailingPadding`` differs.
        public let padding: Int
        /// The zeros added on the lower and right side, in pixels.
        public let trailingPadding: Int
        /// The distance between taps of the kernel, in pixels.
        public let dilation: Int
        /// Channels are cut into this many groups that do not see each other.
        public let groups: Int

        /// Describes a convolution.
        ///
        /// - Parameters:
        ///   - inputs: The channels of the input.
        ///   - outputs: The channels of the result.
        ///   - kernel: The side of the square kernel, in pixels.
        ///   - stride: The distance between results, in pixels of the input.
        ///   - padding: The zeros added on every side, in pixels.
        ///   - dilation: The distance between taps of the kernel, in pixels.
        ///   - groups: The number of groups of channels, which divides both channel counts.
        ///   - trailingPadding: The zeros on the lower and right side; as many as on the others
        ///     when nil.
        public init(
            inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, padding: Int,
            dilation: Int = 1, groups: Int = 1, trailingPadding: Int? = nil
        ) {
            precondition(
                inputs % groups == 0 && outputs % groups == 0,
                "\(inputs) to \(outputs) channels in \(groups) groups")
            self.inputs = inputs
            self.outputs = outputs
            self.kernel = kernel
            self.stride = stride
            self.padding = padding
            self.trailingPadding = trailingPadding ?? padding
            self.dilation = dilation
            self.groups = groups
        }

        /// The size of the result along one side.
        ///
        /// - Parameter size: The size of the input along that side, in pixels.
        /// - Returns: The size of the result along that side, in pixels.
        public func outputSize(_ size: Int) -> Int {
            let reach = size + padding + trailingPadding - dilation * (kernel - 1) - 1
            return reach < 0 ? 0 : reach / stride + 1
        }

        /// The shape of the weights in files.
        var weightShape: [Int] { [outputs, inputs / groups, kernel, kernel] }
    }
}
