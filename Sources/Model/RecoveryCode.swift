/// A recovery code of a service that comes in.
package struct NewRecoveryCode: Equatable, Sendable {
    /// Where it lies in the text that it comes in.
    package var text: Range<Int>
    /// Whether it is used already: the service's own file marks it so.
    package var isUsed: Bool

    package init(text: Range<Int>, isUsed: Bool = false) { (self.text, self.isUsed) = (text, isUsed) }
}
