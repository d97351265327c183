internal import Foundation
internal import Imaging
internal import SemanticPrompts

/// Bundles for many photos, several at a time, reported in their order.
struct SemanticRun: Sendable {
    let photos: [PhotoList.Photo]
    let prompter: Prompter
    let preparation: PhotoPreparation
    let grid: PhotoGrid?
    let place: BundlePlace?
    let cleaned: CleanedPhotos?
    let jobs: Int
    let interruption: Interruption

    /// What became of a photo.
    enum Outcome: Sendable {
        case made(PromptBundle, seconds: Double)
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
            if let bundle = try place?.existing(photo, sha256: found.photo.sha256) {
                return .kept(bundle)
            }
            let image = try await preparation.picture(
                found.data, name: photo.url.lastPathComponent, cleaned: cleaned?.file(photo))
            let bundle = try await prompter.bundle(for: found.photo, image: image, grid: grid)
            try place?.write(bundle, for: photo)
            return .made(bundle, seconds: start.duration(to: .now) / .seconds(1))
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
        isFile = !PhotoList.isFolder(path)
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
