internal import Foundation
public import Imaging

/// How a second run knows what the first has done.
public enum FinishedResult {
    /// Whether a result need not be made again.
    ///
    /// Results are written under another name and renamed when they are complete, so a file that is
    /// there is whole. It is the wanted one when it is not older than the input and has the size and
    /// format that this run would give it.
    ///
    /// - Parameters:
    ///   - job: The input and the output.
    ///   - size: The size that the result would have.
    ///   - format: The format that the result would have.
    /// - Returns: False also when the output is not there or is not a picture.
    public static func exists(for job: BatchJob, size: PixelSize, format: ImageFormat) -> Bool {
        guard let inputDate = modificationDate(job.input),
            let outputDate = modificationDate(job.output), outputDate >= inputDate,
            let data = try? Data(contentsOf: job.output, options: .alwaysMapped),
            let header = try? ImageFile.inspect(data, name: job.name, limits: .standard)
        else { return false }
        return header.format == format && header.width == size.width
            && header.height == size.height
    }

    private static func modificationDate(_ url: URL) -> Date? {
        let attributes = try? FileManager.default.attributesOfItem(
            atPath: url.resolvingSymlinksInPath().path)
        return attributes?[.modificationDate] as? Date
    }
}
