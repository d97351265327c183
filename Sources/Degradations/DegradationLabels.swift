public import Foundation
public import Imaging

/// What was done to each picture of a run: the file behind `promptscaler degrade --labels`.
public struct DegradationLabels: Codable, Equatable, Sendable {
    /// The version of the file's format.
    public var formatVersion = 1
    /// The recipe's name; nil when the steps were given one by one.
    public var recipe: String?
    /// The seed that the user chose.
    public var seed: UInt64
    /// The pictures, in the order in which they were made.
    public var images: [Picture] = []

    enum CodingKeys: String, CodingKey {
        case recipe, seed, images
        case formatVersion = "format_version"
    }

    /// One picture.
    public struct Picture: Codable, Equatable, Sendable {
        /// The file that was read, as the user named it.
        public var input: String
        /// The file that was written.
        public var output: String
        /// Columns of the input.
        public var width: Int
        /// Rows of the input.
        public var height: Int
        /// Columns of the output.
        public var outputWidth: Int
        /// Rows of the output.
        public var outputHeight: Int
        /// The format of the output, in which JPEG and WebP lose something more.
        public var outputFormat: String
        /// Whether the recipe drew its last JPEG behind the last reduction; nil without a recipe.
        public var isJPEGLast: Bool?
        /// What was done, in order.
        public var steps: [DegradationStep]

        enum CodingKeys: String, CodingKey {
            case input, output, width, height, steps
            case outputWidth = "output_width"
            case outputHeight = "output_height"
            case outputFormat = "output_format"
            case isJPEGLast = "jpeg_last"
        }

        /// Describes a picture.
        ///
        /// - Parameters:
        ///   - input: The file that was read.
        ///   - output: The file that was written.
        ///   - inputSize: Columns and rows of the input.
        ///   - outputSize: Columns and rows of the output.
        ///   - format: The format of the output.
        ///   - degradation: What was done.
        public init(
            input: String, output: String, inputSize: (width: Int, height: Int),
            outputSize: (width: Int, height: Int), format: ImageFormat,
            degradation: DrawnDegradation
        ) {
            self.input = input
            self.output = output
            (width, height) = inputSize
            (outputWidth, outputHeight) = outputSize
            outputFormat = format.rawValue
            isJPEGLast = degradation.isJPEGLast
            steps = degradation.steps
        }
    }

    /// Labels of no picture yet.
    ///
    /// - Parameters:
    ///   - recipe: The recipe's name; nil when the steps were given one by one.
    ///   - seed: The seed that the user chose.
    public init(recipe: String?, seed: UInt64) {
        self.recipe = recipe
        self.seed = seed
    }

    /// The labels as a file: JSON with sorted keys, which is always the same for the same labels.
    ///
    /// - Returns: The bytes.
    /// - Throws: What the encoder throws.
    public func data() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return try encoder.encode(self) + Data("\n".utf8)
    }
}
