import ArgumentParser
import Foundation
import GTN
import Networks
import SearchSpace

/// One architecture: a network of the literature by its name, or one of a space.
struct NetworkOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "lenet, alexnet, convnet, or a search-space file (default: lenet for gray images, alexnet for colored ones).",
            valueName: "name or file"))
    var network: String?

    @Option(help: "Which architecture of a search-space file.")
    var architecture: String?

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Override a setting of the space; repeatable.", valueName: "name=value"))
    var overrides: [String] = []

    @Option(help: "batch: ordinary batch norm where the network has norms; mean-only: weight norm with mean-only batch norm.")
    var norm: NormKind = .batch

    /// The network's space and its architecture, for the images of a data set.
    func chosen(for task: LearningTask) throws -> (space: SearchSpace, architecture: Architecture) {
        let name = network ?? (task.imageShape[0] == 1 ? ClassicNetwork.lenet : .alexnet).rawValue
        let shape = task.imageShape
        let pairs = try SpaceOptions.pairs(overrides)
        var space: SearchSpace
        if let classic = ClassicNetwork(rawValue: name) {
            space = classic.space
        } else {
            guard FileManager.default.fileExists(atPath: name) else {
                let known = ClassicNetwork.allCases.map(\.rawValue).joined(separator: ", ")
                throw InputRefusal("--network \(name): neither a network known by name (\(known)) nor a search-space file")
            }
            space = try SearchSpace.load(path: name)
        }
        space = try space.with(settings: pairs).with(image: FeatureShape(shape[0], shape[1], shape[2]), classes: task.classes)
        if let architecture { return (space, try space.architecture(architecture)) }
        guard Array(space.architectures().prefix(2)).count == 1 else {
            throw InputRefusal(
                "--network \(name): it has many architectures; say which with --architecture, as 'gtn-nas space sample \(name)' writes them"
            )
        }
        return (space, try space.architecture(""))
    }
}
