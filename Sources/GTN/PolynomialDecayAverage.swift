import Tensors

/// Returns the average of iterates 1 … n from that of 1 … n − 1 and iterate n, by polynomial-decay averaging (Shamir and Zhang, "Stochastic
/// Gradient Descent for Non-smooth Optimization", 2013, section 4).
///
///     āₙ = (1 − s) āₙ₋₁ + s aₙ,    s = (power + 1) / (n + power)
///
/// Iterate k has a weight of about kᵖᵒʷᵉʳ. Power 0 is the plain mean; large powers favor the last iterates.
func polynomialDecayAverage(_ average: [Tensor], _ iterate: [Tensor], count: Int, power: Double) -> [Tensor] {
    let share = (power + 1) / (Double(count) + power)
    return withoutGradients { zip(average, iterate).map { $0 + ($1 - $0) * share } }
}
