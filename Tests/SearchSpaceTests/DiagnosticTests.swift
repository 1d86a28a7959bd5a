import Testing

@testable import SearchSpace

/// What a writer is told, whole, for each kind of mistake.
@Suite struct DiagnosticTests {
    static let mistakes: [(file: String, report: String)] = [
        (
            """
            space t
            image 3x8x8
            classes 10
            op a = relu > cnov 3x3
            network {
              a > global-avg-pool > linear classes
            }

            """,
            """
            t.space:4:15: error: unknown layer `cnov`
              op a = relu > cnov 3x3
                            ^^^^
              did you mean `conv`?
            """),
        (
            """
            space t
            image 3x8x8
            classes 10
            cell c(x) {
              a = x > relu
              return b
            }
            network {
              c > global-avg-pool > linear classes
            }

            """,
            """
            t.space:6:10: error: `b` has no value here
                return b
                       ^
              did you mean `a`?
            """),
        (
            """
            space t
            image 3x8x8
            classes 10
            op a = relu
            op a = tanh
            network {
              a > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:4: error: `a` is declared twice
              op a = tanh
                 ^
              the first is in line 4; choose another name
            """),
        (
            """
            space t
            image 3x8x8
            classes 10
            op a = relu

            """,
            """
            t.space:5:1: error: the space has no network

              ^
              add `network { … }`, from the image to `linear classes`
            """),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              (conv 3x3 stride 2 + identity) > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:3: error: cannot add 3×4×4 + 3×8×8
                (conv 3x3 stride 2 + identity) > global-avg-pool > linear classes
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              the terms of a sum must have the same shape: give each the same stride and the same `->` channels
            """),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              conv 3x3 > linear classes

            """,
            """
            t.space:4:9: error: the brace is never closed
              network {
                      ^
              close the network with `}`
            """),
        (
            """
            space t
            image 3x8x8
            classes 10
            op a = relu |
            network {
              a > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:1: error: expected an alternative, found `network`
              network {
              ^^^^^^^
              a choice of doing nothing is written `identity`, one of no connection `zero`
            """),
        (
            """
            space t
            image 3x8x8
            classes 10
            op a = b
            op b = relu > a
            network {
              a > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:15: error: the op `a` uses itself: a > b > a
              op b = relu > a
                            ^
              an op can use only others
            """),
        (
            """
            space t
            image 3x8x8
            classes 10
            op a(k) = conv k
            network {
              a > a(3x3, 1) > global-avg-pool > linear classes
            }

            """,
            """
            t.space:6:3: error: `a` takes 1 (k) in parentheses, not 0
                a > a(3x3, 1) > global-avg-pool > linear classes
                ^
            t.space:6:7: error: `a` takes 1 (k) in parentheses, not 2
                a > a(3x3, 1) > global-avg-pool > linear classes
                    ^^^^^^^^^
            """),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              conv 4 > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:8: error: `conv` needs a window such as 3x3
                conv 4 > global-avg-pool > linear classes
                     ^
            """),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              relu conv 3x3
            }

            """,
            """
            t.space:5:8: error: expected `>`, `+`, `|` or a new line, found `conv`
                relu conv 3x3
                     ^^^^
              layers follow each other with `>`: relu > conv 3x3 > norm
            """),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              conv 3x3 -> chanels > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:15: error: `chanels` is no number here
                conv 3x3 -> chanels > global-avg-pool > linear classes
                            ^^^^^^^
              declare it with `setting chanels = 1`
            """),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              norm stride 2 > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:8: error: `norm` takes no `stride`
                norm stride 2 > global-avg-pool > linear classes
                     ^^^^^^
            """),
        (
            """
            space t
            image 3x8x8
            classes 10
            network { conv 3x3 -> 8 }

            """,
            """
            t.space:4:1: error: the network gives 8×8×8, not one number for each of 10 classes
              network { conv 3x3 -> 8 }
              ^^^^^^^
              end it with `global-avg-pool > linear classes`
            """),
        (
            """
            space t
            image 3x8x8
            classes 10
            op relu = tanh
            network {
              relu > global-avg-pool > linear classes
            }

            """,
            """
            t.space:4:4: error: expected the operation's name, found `relu`, a word of the language
              op relu = tanh
                 ^^^^
              choose another name
            """),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              conv 3x3 -> 99999999 > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:15: error: the number is too large; the largest is 1000000
                conv 3x3 -> 99999999 > global-avg-pool > linear classes
                            ^^^^^^^^
            """),
        (
            """
            spcae t
            network {
              relu > global-avg-pool > linear classes
            }

            """,
            """
            t.space:1:1: error: expected a declaration, found `spcae`
              spcae t
              ^^^^^
              did you mean `space`?
            """),
        (
            """
            space t
            image 3x8x8
            classes 10
            op a = identity + (relu | conv 3x3 stride 2)
            network {
              a > global-avg-pool > linear classes
            }

            """,
            """
            t.space:4:19: error: the alternatives differ in shape: `relu` gives 3×8×8, `conv-3x3-stride-2` gives 3×4×4
              op a = identity + (relu | conv 3x3 stride 2)
                                ^^^^^^^^^^^^^^^^^^^^^^^^^^
              give each the same stride and the same `->` channels
            """),
        (
            """
            space t
            image 3x8x8
            classes 10
            cell c(x) {
              a = x > relu
            }
            network {
              c > global-avg-pool > linear classes
            }

            """,
            """
            t.space:4:6: error: the cell `c` returns nothing
              cell c(x) {
                   ^
              end it with `return` and a value
            """),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              conv 3x3 groups 2 > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:3: error: 3 inputs and 3 outputs cannot be split into 2 groups
                conv 3x3 groups 2 > global-avg-pool > linear classes
                ^^^^^^^^^^^^^^^^^
              both must be multiples of it; `groups in` filters each channel alone
            """),
    ]

    @Test(arguments: mistakes.indices) func reports(_ index: Int) {
        let (file, report) = Self.mistakes[index]
        #expect { try SearchSpace.parse(file, file: "t.space") } throws: { error in
            // An empty source line is shown with its indent, which an editor would strip here.
            let text = "\(error)".split(separator: "\n", omittingEmptySubsequences: false).map { $0.allSatisfy { $0 == " " } ? "" : String($0) }
            return text.joined(separator: "\n") == report
        }
    }
}
