extension Image {
    /// Corrects an enlarged picture so that reducing it gives the photo again, or comes nearer to it.
    ///
    /// Source: Irani and Peleg 1991, "Improving resolution by image registration": one step of iterative
    /// back-projection, with the cubic kernel both ways. At the size of the photo and with a share of 1
    /// the picture becomes the photo. It is not clamped.
    ///
    /// - Parameters:
    ///   - photo: What the picture was made from, with the same channels and no larger.
    ///   - share: How much of the correction is made, 0…1.
    public mutating func backProject(to photo: Image, share: Float) {
        precondition(
            width >= photo.width && height >= photo.height && channels == photo.channels,
            "\(width)×\(height) pixels from \(photo.width)×\(photo.height)")
        if share == 0 { return }
        var missing = resized(width: photo.width, height: photo.height)
        for index in missing.pixels.indices {
            missing.pixels[index] = share * (photo.pixels[index] - missing.pixels[index])
        }
        for channel in 0..<channels.count {
            add(missing.plane(channel).resized(width: width, height: height), to: channel)
        }
    }
}
