import ArgumentParser
import Foundation
import GTN
import Networks
import SearchSpace

/// One architecture: a network of the literature by its name, or an architecture of a search space.
struct NetworkOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "lenet, alexnet, convnet, or a search space (default: lenet for gray images, alexnet for color images).",
            valueName: "name|file"))
    var network: String?

    @Option(help: "The architecture, if --network is a search space of several.") var architecture: String?

    @Option(name: .customLong("set"), parsing: .singleValue, help: SpaceOptions.settingHelp) var overrides: [String] = []

    @Option(help: "Norm layers of the network.") var norm: NormKind = .batch

    /// The network's space and architecture, for the images of a data set.
    func chosen(for task: LearningTask) throws -> (space: SearchSpace, architecture: Architecture) {
        let name = network ?? (task.imageShape[0] == 1 ? ClassicNetwork.lenet : .alexnet).rawValue
        let shape = task.imageShape
        let pairs = try SpaceOptions.pairs(overrides)
        var space: SearchSpace
        if let classic = ClassicNetwork(rawValue: name) {
            space = classic.space
        } else {
            let path = (try? ShippedFiles.path(ofSpace: name)) ?? name
            guard FileManager.default.fileExists(atPath: path) else {
                let known = ClassicNetwork.allCases.map(\.rawValue).joined(separator: ", ")
                throw InputRefusal("--network \(name): neither a known network (\(known)) nor a search space")
            }
            space = try SearchSpace.load(path: path)
        }
        space = try space.with(settings: pairs).with(image: FeatureShape(shape[0], shape[1], shape[2]), classes: task.classes)
        if let architecture { return (space, try space.architecture(architecture)) }
        guard Array(space.architectures().prefix(2)).count == 1 else {
            throw InputRefusal(
                "--network \(name): has several architectures; choose one of 'gtn-nas space sample \(name)' with --architecture"
            )
        }
        return (space, try space.architecture(""))
    }
}
