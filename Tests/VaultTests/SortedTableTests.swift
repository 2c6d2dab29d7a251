import Testing

@testable import Vault

extension Int: TableKey {}

private typealias Table = SortedTable<Int, Int>

/// Whether each way to look at a table shows what `wanted` holds, in the order of the keys.
private func expectSame(_ table: Table, _ wanted: [Int: Int], _ comment: Comment? = nil) {
    let keys = wanted.keys.sorted()
    let values = keys.compactMap { wanted[$0] }
    #expect(table.count == wanted.count && table.isEmpty == wanted.isEmpty, comment)
    #expect(Array(table.keys) == keys && Array(table.values) == values, comment)
    #expect(table.map(\.key) == keys && table.map(\.value) == values, comment)
    var lent: [Int] = []
    table.each { key, value in lent += [key, value] }
    #expect(lent == zip(keys, values).flatMap { [$0, $1] }, comment)
    #expect(keys.allSatisfy { table[$0] == wanted[$0] && table.with($0) { $0 } == wanted[$0] }, comment)
}

private func add(_ number: Int, to key: Int, in table: inout Table) -> Int? {
    table.update(key) { value in
        value += number
        return value
    }
}

/// Tables of 64 keys on a page.
@Suite struct SortedTableTests {
    @Test func `nothing is in an empty table`() {
        var table = Table()
        expectSame(table, [:])
        #expect(table[1] == nil && table.with(1) { $0 } == nil && table.update(1) { $0 } == nil)
        table.eachKey(from: 0) { key in
            Issue.record("\(key) is in an empty table")
            return true
        }
        table[1] = nil
        expectSame(table, [:])
    }

    @Test(arguments: [1, 63, 64, 65, 128, 129, 1000])
    func `keys come in any order and lie in theirs`(count: Int) {
        var generator = SeededGenerator(state: UInt64(count))
        let wanted = Dictionary(uniqueKeysWithValues: (0..<count).map { (3 * $0, $0) })
        let upwards = Array(0..<count)
        for order in [upwards, upwards.reversed(), upwards.shuffled(using: &generator)] {
            var table = Table()
            for number in order { table[3 * number] = number }
            expectSame(table, wanted)
            expectSame(Table(order, by: { 3 * $0 }), wanted)
            for key in -1...(3 * count) where key % 3 != 0 { #expect(table[key] == nil) }
            for number in order.reversed() { table[3 * number] = nil }
            expectSame(table, [:])
        }
    }

    @Test func `a value is replaced and changed where it lies`() {
        var table: Table = [5: 1, 7: 2]
        table[5] = 3
        #expect(add(10, to: 7, in: &table) == 12)
        #expect(table.update(6) { $0 = 1 } == nil)
        expectSame(table, [5: 3, 7: 12])
    }

    @Test func `who throws while a value changes gets the error, and the rest stays`() {
        struct Refusal: Error {}
        var table: Table = [1: 1, 2: 2]
        #expect(throws: Refusal.self) { try table.update(1) { _ in throw Refusal() } }
        #expect(throws: Refusal.self) { try table.each { _, _ in throw Refusal() } }
        expectSame(table, [1: 1, 2: 2])
    }

    @Test func `copies do not see each other's changes`() {
        var first = Table()
        for number in 0..<300 { first[number] = number }
        let wanted = Dictionary(uniqueKeysWithValues: (0..<300).map { ($0, $0) })
        var (second, third) = (first, first)
        second[150] = -1
        second[1000] = 1
        second[-1] = 1
        for number in 0..<100 { third[number] = nil }
        _ = third.update(200) { $0 = 7 }
        expectSame(first, wanted)
        expectSame(second, wanted.merging([150: -1, 1000: 1, -1: 1]) { $1 })
        expectSame(third, wanted.filter { $0.key >= 100 }.merging([200: 7]) { $1 })
        first[150] = nil
        #expect(second[150] == -1 && third[150] == 150)
    }

    @Test func `10,000 random operations are those of a dictionary`() {
        var generator = SeededGenerator(state: 77)
        var (table, wanted) = (Table(), [Int: Int]())
        var copies: [(Table, [Int: Int])] = []
        for step in 0..<10_000 {
            // There are more keys in the first half and fewer in the second, so that pages split and go.
            let isGrowing = step < 5_000
            let key = Int.random(in: 0..<900, using: &generator)
            switch Int.random(in: 0..<10, using: &generator) {
            case 0: #expect(table[key] == wanted[key])
            case 1:
                #expect(add(1, to: key, in: &table) == wanted[key].map { $0 + 1 })
                if let value = wanted[key] { wanted[key] = value + 1 }
            case 2..<(isGrowing ? 8 : 4): (table[key], wanted[key]) = (step, step)
            default: (table[key], wanted[key]) = (nil, nil)
            }
            if step % 500 == 0 {
                expectSame(table, wanted, "step \(step)")
                copies.append((table, wanted))
            }
        }
        expectSame(table, wanted)
        for (table, wanted) in copies { expectSame(table, wanted, "a copy") }
    }

    @Test func `two tables are gone through side by side`() {
        var generator = SeededGenerator(state: 5)
        for most in [0, 1, 70, 400] {
            var (one, other) = (Table(), Table())
            for _ in 0..<most { one[.random(in: 0..<500, using: &generator)] = 1 }
            for _ in 0..<(most / 2) { other[.random(in: 0..<500, using: &generator)] = 2 }
            var seen: [Int] = []
            one.each(beside: other) { key, value, their in
                seen.append(key)
                #expect(value == one[key] && their == other[key])
            }
            #expect(seen == Set(one.keys).union(other.keys).sorted())
            seen = []
            one.each(beside: other, but: { $0 == 2 }) { key, _, _ in seen.append(key) }
            #expect(seen == one.keys.sorted())
        }
    }

    @Test(arguments: [0, 1, 3, 40, 900])
    func `a table shares the pages of another that are the same, and what is different is seen`(changes: Int) {
        var generator = SeededGenerator(state: UInt64(changes))
        let (none, ten) = (Table(), 10)
        var one = Table()
        for number in 0..<1000 { one[3 * number] = 3 * number * ten }
        var wanted = Dictionary(uniqueKeysWithValues: one.map { ($0.key, $0.value) })
        for _ in 0..<changes {
            let key = Int.random(in: -20..<3050, using: &generator)
            wanted[key] = wanted[key] == nil ? key * ten : Bool.random(using: &generator) ? nil : key * ten + 1
        }
        let values = wanted.sorted { $0.key < $1.key }.map(\.value)
        func key(_ value: Int) -> Int { value >= 0 ? value / ten : -(-value / ten) }
        for list in [values, values.reversed(), values.shuffled(using: &generator)] {
            expectSame(Table(list, by: key), wanted)
        }
        var other = Table(values, by: key, sharing: one) { $0 == $1 }
        expectSame(other, wanted)

        func different(_ one: Table, _ other: Table) -> (seen: Int, keys: Set<Int>) {
            var (seen, keys) = (0, Set<Int>())
            one.each(beside: other, passingShared: true) { key, value, their in
                seen += 1
                #expect(value == one[key] && their == other[key])
                if value != their { keys.insert(key) }
            }
            return (seen, keys)
        }
        let all = Set(one.keys).union(wanted.keys)
        let found = different(one, other)
        #expect(found.keys == all.filter { one[$0] != wanted[$0] })
        #expect(found.seen <= 2 * 64 * changes && found == different(other, one))
        #expect(different(none, one).keys == Set(one.keys))

        let before = one
        other[1500] = 7
        _ = one.update(1503) { $0 = 8 }
        one[1506] = nil
        #expect(different(one, before).keys == [1503, 1506] && before[1503] == 15030 && one[1500] == before[1500])
        #expect(different(one, other).keys.isSuperset(of: [1500, 1503, 1506]))
    }

    @Test func `keys that are asked for in their order are found in one walk`() {
        var table = Table()
        for number in 0..<300 { table[2 * number] = number }
        var finder = table.finder()
        for key in [-1, 0, 1, 2, 126, 127, 128, 129, 130, 400, 598, 599, 600] {
            #expect(finder.value(at: key) == table[key])
        }
    }

    @Test func `keys from one on, as long as they are wanted`() {
        var table = Table()
        for number in 0..<500 { table[2 * number] = number }
        for first in [-1, 0, 1, 126, 127, 128, 129, 997, 998, 999] {
            var found: [Int] = []
            table.eachKey(from: first) { key in
                guard key < 700 else { return false }
                found.append(key)
                return true
            }
            #expect(found == (0..<500).map { 2 * $0 }.filter { $0 >= first && $0 < 700 })
        }
    }

    @Test func `several have one number, and are found by it`() {
        var index = NumberIndex()
        let ids = (0..<200).map { Identifier(high: UInt64($0), low: 0) }
        for (number, id) in ids.enumerated() { index.insert(id, at: UInt64(number / 2 * 3)) }
        #expect(index[0] == [ids[0], ids[1]] && index[1] == [] && index[297] == [ids[198], ids[199]])
        #expect(index.shared == ids)
        index.remove(ids[0], from: 0)
        index.remove(ids[3], from: 4)
        #expect(index[0] == [ids[1]] && index[3] == [ids[2], ids[3]])
        #expect(index.shared == Array(ids.dropFirst(2)))
        index.insert(ids[1], at: 0)
        #expect(index[0] == [ids[1]])
        #expect(index[.max] == [])
    }
}
