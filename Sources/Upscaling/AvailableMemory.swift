internal import Foundation

/// How much memory a job may take without pushing others, or itself, out.
public enum AvailableMemory {
    /// Bytes that can be allocated now: what the kernel calls available, or less where a control
    /// group (a container) sets a limit.
    ///
    /// - Returns: nil when the system does not say.
    public static func bytes() -> Int? {
        let candidates = [
            text("/proc/meminfo").flatMap(availableInMemoryInformation), controlGroupBytes(),
        ]
        return candidates.compactMap { $0 }.min()
    }

    /// `MemAvailable` of `/proc/meminfo`, which stands there in KiB.
    static func availableInMemoryInformation(_ text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
            let words = line.split(separator: " ")
            if words.count >= 2, let kibibytes = Int(words[1]) { return kibibytes * 1024 }
        }
        return nil
    }

    /// What is left below the limit of this process's control group, version 2.
    private static func controlGroupBytes() -> Int? {
        let root = "/sys/fs/cgroup"
        let path =
            text("/proc/self/cgroup").flatMap { groups in
                groups.split(separator: "\n").first { $0.hasPrefix("0::") }?.dropFirst(3)
            } ?? "/"
        for folder in [root + path, root] {
            guard let limit = number("\(folder)/memory.max"),
                let used = number("\(folder)/memory.current")
            else { continue }
            // Cached file pages count as used, yet they are given up before anything fails.
            let cache = text("\(folder)/memory.stat").map(fileCache) ?? 0
            return max(0, limit - max(0, used - cache))
        }
        return nil
    }

    static func fileCache(_ statistics: String) -> Int {
        var sum = 0
        for line in statistics.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, ["inactive_file", "active_file"].contains(words[0]) else {
                continue
            }
            sum += Int(words[1]) ?? 0
        }
        return sum
    }

    private static func number(_ path: String) -> Int? {
        text(path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    private static func text(_ path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }
}
