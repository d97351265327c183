internal import CImageCodecs

/// The libraries that read and write image files, for reports.
public enum ImageLibraries {
    /// Name and version of each.
    public static var versions: [String] {
        let webp = ps_webp_version()
        return [
            "libpng \(String(cString: ps_png_version()))",
            String(cString: ps_jpeg_version()),
            "libwebp \(webp >> 16).\(webp >> 8 & 255).\(webp & 255)",
        ]
    }
}
