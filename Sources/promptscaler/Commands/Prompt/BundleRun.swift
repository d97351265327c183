internal import Foundation
internal import Imaging
internal import SemanticPrompts
internal import Upscaling

/// Bundles for many photos, several at a time, reported in their order.
struct BundleRun: Sendable {
    let photos: [PhotoList.Photo]
    /// Who says what photos show; nil for nobody.
    let prompter: Prompter?
    let preparation: PhotoPreparation
    /// Whether bundles are to say how photos were degraded.
    let judges: Bool
    /// The negative prompt of bundles that nobody was asked for.
    let negative: String
    let grid: PhotoGrid?
    let place: BundlePlace?
    let cleaned: CleanedPhotos?
    let jobs: Int
    let interruption: Interruption

    /// What became of a photo.
    enum Outcome: Sendable {
        case made(PromptBundle, seconds: Double)
        /// It was there, and something that was missing is added.
        case completed(PromptBundle, asked: Bool, seconds: Double)
        case kept(PromptBundle)
        case failed(any Error)
    }

    /// Does all photos.
    ///
    /// - Parameter report: Called for one photo after the other, in their order.
    /// - Throws: ``Interrupted`` when what was open is done, or what `report` throws.
    func run(report: (PhotoList.Photo, Outcome) throws -> Void) async throws {
        try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
            var (next, reported) = (0, 0)
            var waiting: [Int: Outcome] = [:]
            func start() {
                guard next < photos.count, (try? interruption.check()) != nil else { return }
                let number = next
                next += 1
                group.addTask { (number, await outcome(of: photos[number])) }
            }
            for _ in 0..<jobs { start() }
            while let (number, outcome) = try await group.next() {
                start()
                waiting[number] = outcome
                while let outcome = waiting.removeValue(forKey: reported) {
                    try report(photos[reported], outcome)
                    reported += 1
                }
            }
        }
        try interruption.check()
    }

    private func outcome(of photo: PhotoList.Photo) async -> Outcome {
        let start = ContinuousClock.now
        do {
            let found = try await preparation.open(photo.url)
            let existing = try place?.existing(photo, sha256: found.photo.sha256)
            let asks = prompter != nil && existing?.hasWords != true
            let judges = judges && existing?.degradation == nil
            if let existing, !asks, !judges { return .kept(existing) }
            let look = try await preparation.look(
                found.data, name: photo.url.lastPathComponent, cleaned: cleaned?.file(photo),
                judges: judges)
            var bundle =
                existing ?? PromptBundle(tags: [], description: "", negative: negative)
            if asks, let prompter {
                bundle = try await prompter.bundle(
                    for: found.photo, image: look.picture, grid: grid)
                bundle.negative = existing?.negative ?? bundle.negative
                bundle.degradation = existing?.degradation
            }
            bundle.photo = bundle.photo ?? found.photo
            bundle.degradation = look.degradation ?? bundle.degradation
            try place?.write(bundle, for: photo)
            let seconds = start.duration(to: .now) / .seconds(1)
            return existing == nil
                ? .made(bundle, seconds: seconds)
                : .completed(bundle, asked: asks, seconds: seconds)
        } catch {
            return .failed(error)
        }
    }
}

/// Cleaned versions of photos, which are looked at in their place.
struct CleanedPhotos: Sendable {
    private let path: String
    private let isFile: Bool

    /// - Parameter path: A file, or a folder with files of the photos' names.
    init(_ path: String) {
        self.path = path
        isFile = !FolderListing.isFolder(path)
    }

    func file(_ photo: PhotoList.Photo) -> URL {
        isFile ? URL(filePath: path) : URL(filePath: path).appending(path: photo.relativePath)
    }
}

/// Runs tasks from a command that is none itself.
enum Waiting {
    /// Unchecked: written before the semaphore is signalled and read after.
    private final class Box<Value>: @unchecked Sendable {
        var result: Result<Value, any Error>?
    }

    /// Waits, on this thread, until the work is done.
    static func run<Value>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
        let box = Box<Value>()
        let done = DispatchSemaphore(value: 0)
        Task {
            do { box.result = .success(try await work()) } catch { box.result = .failure(error) }
            done.signal()
        }
        done.wait()
        guard let result = box.result else { throw CancellationError() }
        return try result.get()
    }
}
