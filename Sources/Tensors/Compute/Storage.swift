/// The memory of one or more tensors, which returns to its workspace at the end.
final class Storage {
    let block: Workspace.Block
    private let workspace: Workspace

    init(byteCount: Int, in workspace: Workspace) {
        self.workspace = workspace
        self.block = workspace.take(byteCount)
    }

    deinit {
        workspace.giveBack(block)
    }
}
