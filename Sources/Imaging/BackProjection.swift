extension Image {
    /// The enlarged picture, corrected so that reducing it gives the photo again, or comes nearer to it.
    ///
    /// Source: Irani and Peleg 1991, "Improving resolution by image registration": one step of iterative
    /// back-projection, with the cubic kernel both ways. At the size of the photo and with a share of 1
    /// the result is the photo.
    ///
    /// - Parameters:
    ///   - photo: What the picture was made from, with the same channels and no larger.
    ///   - share: How much of the correction is made, 0…1.
    /// - Returns: The picture, not clamped.
    public func backProjected(to photo: Image, share: Float) -> Image {
        precondition(
            width >= photo.width && height >= photo.height && channels == photo.channels,
            "\(width)×\(height) pixels from \(photo.width)×\(photo.height)")
        if share == 0 { return self }
        var missing = resized(width: photo.width, height: photo.height)
        for index in missing.pixels.indices {
            missing.pixels[index] = share * (photo.pixels[index] - missing.pixels[index])
        }
        var result = missing.resized(width: width, height: height)
        for index in result.pixels.indices { result.pixels[index] += pixels[index] }
        return result
    }
}
