import SearchSpace
import Testing

@testable import Networks

@Suite struct ClassicNetworkTests {
    @Test(arguments: ClassicNetwork.allCases)
    func isASpaceOfOneArchitecture(classic: ClassicNetwork) throws {
        #expect(Array(classic.space.architectures()).count == 1)
        #expect(classic.space.warnings.isEmpty)
    }

    /// By hand, for LeNet: 6·25 + 6, 16·6·25 + 16, 400·120 + 120, 120·84 + 84, 84·10 + 10, as in the literature. For AlexNet: 64·75 + 64,
    /// 64·1600 + 64, 4096·384 + 384, 384·192 + 192, 192·10 + 10. For the network of three blocks: 32·27 + 64, twice 32·288 + 64, 512·10 +
    /// 10.
    @Test(arguments: zip(ClassicNetwork.allCases, [61_706, 1_756_426, 24_618]))
    func hasAsManyParametersAsByHand(classic: ClassicNetwork, parameters: Int) throws {
        let space = classic.space
        let graph = space.canonicalGraph(of: try space.architecture(""))
        #expect(graph.cost.parameters == parameters)
        #expect(Network(graph).layout.count == parameters)
    }

    @Test func lenetHasTheFeatureMapsOfThePaper() throws {
        let space = ClassicNetwork.lenet.space
        let maps = space.canonicalGraph(of: try space.architecture("")).nodes.filter { if case .maxPool = $0.layer { true } else { false } }
        #expect(maps.map(\.output) == [FeatureShape(6, 14, 14), FeatureShape(16, 5, 5)])
    }
}
