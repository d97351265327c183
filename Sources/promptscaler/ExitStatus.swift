internal import ArgumentParser
internal import DegradationPrompts
internal import Degradations
internal import Foundation
internal import Imaging
internal import ModelStore
internal import SemanticPrompts
internal import Tensors
internal import TextureMemory
internal import Transfer
internal import Upscaling

/// The status with which the program ends, as in BSD's sysexits.h.
enum ExitStatus: Int32 {
    case usage = 64
    case badData = 65
    case noInput = 66
    case unavailable = 69
    case software = 70
    case system = 71
    case cannotCreate = 73
    case inputOutput = 74
    case configuration = 78

    /// The one table from errors to statuses.
    static func code(for error: any Error) -> Int32 {
        switch error {
        case let error as ExitCode: error.rawValue
        case let error as Interrupted: 128 + error.signal
        case let error as BatchFailure: error.firstCode
        case let error as BatchError: status(of: error).rawValue
        case let error as UpscaleError: status(of: error).rawValue
        case let error as ImageError: status(of: error).rawValue
        case let error as ModelError: status(of: error).rawValue
        case let error as MemoryError: status(of: error).rawValue
        case let error as DegradationError: status(of: error).rawValue
        case let error as VectorIndexError: status(of: error).rawValue
        case DegradationPromptError.unknownWords: usage.rawValue
        case is DegradationPromptError, is DegradationStatementError: badData.rawValue
        case let error as PromptError: status(of: error).rawValue
        case is TransferError: unavailable.rawValue
        case is WeightsError, is DegradationBankError: configuration.rawValue
        case let error as CommandError: error.status.rawValue
        case is QualityError, is PristineModelError: badData.rawValue
        case is ComputeError: unavailable.rawValue
        case let error as CocoaError where error.code.isWriting: cannotCreate.rawValue
        case is CocoaError: inputOutput.rawValue
        default: software.rawValue
        }
    }

    private static func status(of error: BatchError) -> ExitStatus {
        switch error {
        case .noInput, .emptyFolder: .noInput
        case .unreadable: .inputOutput
        case .outputIsFile: .cannotCreate
        case .sameOutput, .replacesInput, .unknownFormat: .usage
        }
    }

    private static func status(of error: UpscaleError) -> ExitStatus {
        switch error {
        case .impossibleSize, .notLarger, .scaleTooLarge, .badRegions, .transparencyLost, .badMask,
            .badRestoration:
            .usage
        case .notEnoughMemory: .system
        case .notFinite: .software
        }
    }

    private static func status(of error: ImageError) -> ExitStatus {
        switch error {
        case .missing, .folder: .noInput
        case .notPermitted, .unreadable: .inputOutput
        case .empty, .notAnImage, .unsupportedKind, .unsupportedFeature, .damaged, .tooManyPixels:
            .badData
        case .cannotStore: .usage
        case .notANumber: .software
        case .unwritable: .cannotCreate
        }
    }

    private static func status(of error: ModelError) -> ExitStatus {
        switch error {
        case .notFound: .unavailable
        case .badManifest, .missingFile, .damaged, .unfit, .laterFormat: .configuration
        }
    }

    private static func status(of error: MemoryError) -> ExitStatus {
        switch error {
        case .notFound, .noTags: .unavailable
        case .notAMemory, .madeByNewerVersion, .missingFile, .damaged, .otherFile, .otherEncoder:
            .configuration
        case .cannotMerge, .badOption, .otherBuild: .usage
        case .outputExists, .inUse, .unwritable: .cannotCreate
        case .nothingFound: .noInput
        case .badTable: .badData
        case .badPatch: .software
        case .missing: .noInput
        case .unreadable: .inputOutput
        }
    }

    private static func status(of error: DegradationError) -> ExitStatus {
        switch error {
        case .noRecipe: .unavailable
        case .missing: .noInput
        case .unreadable: .inputOutput
        case .badRecipe: .configuration
        case .tooLarge: .usage
        }
    }

    private static func status(of error: PromptError) -> ExitStatus {
        switch error {
        case .service, .badAnswer, .emptyAnswer, .notRemembered: .unavailable
        case .noModel, .badOption: .usage
        case .badTemplate: .configuration
        case .badBundle, .badPhoto: .badData
        case .cache: .cannotCreate
        }
    }

    private static func status(of error: VectorIndexError) -> ExitStatus {
        switch error {
        case .unreadable: .inputOutput
        case .damaged, .mismatch, .unsupported: .configuration
        case .unwritable: .cannotCreate
        case .invalidKey, .invalidQuery, .refused: .software
        }
    }

    /// Ends the program after an error, with one line on stderr that says what it was.
    static func end(with error: any Error) -> Never {
        switch error {
        case let failure as BatchFailure: exit(failure.firstCode)  // each file has had its line
        case is Interrupted: exit(code(for: error))
        default:
            // Help, version, completion scripts and wrong arguments are ArgumentParser's own errors;
            // for all others it knows only EXIT_FAILURE.
            if PromptScaler.exitCode(for: error) != .failure { PromptScaler.exit(withError: error) }
            Console.say("promptscaler: \(Console.describe(error))")
            exit(code(for: error))
        }
    }
}

/// Several files failed; each has been reported already.
struct BatchFailure: Error {
    /// The status of the first that failed.
    let firstCode: Int32
}

/// An error that only the command line knows.
struct CommandError: Error, CustomStringConvertible {
    let status: ExitStatus
    let description: String

    init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }
}

extension CocoaError.Code {
    /// Whether the error came from creating, and not from reading, a file or folder.
    fileprivate var isWriting: Bool {
        switch self {
        case .fileWriteNoPermission, .fileWriteInvalidFileName, .fileWriteFileExists,
            .fileWriteOutOfSpace, .fileWriteVolumeReadOnly, .fileWriteUnknown:
            true
        default: false
        }
    }
}
