/// Errors in the syntax of declarations and statements.
extension DiagnosticTests {
    static let syntax: [(file: String, report: String)] = [
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
            """
        ),
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
              write `identity` for an alternative that changes nothing, `zero` for no connection
            """
        ),
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
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            op a = relu

            network {
              a >
            }

            """,
            """
            t.space:8:1: error: expected an operation, found `}`
              }
              ^
              put one after `>`, or delete it
            """
        ),
        (
            """
            space t
            image 8x8
            classes 10
            network {
              global-avg-pool > linear classes
            }

            """,
            """
            t.space:2:7: error: expected the image's channels x height x width, found `8x8`
              image 8x8
                    ^^^
              write it as in `image 3x32x32`
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            setting c
            network {
              global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:1: error: expected `=` after the setting's name, found `network`
              network {
              ^^^^^^^
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            cell c(x) {
              choose 2 any(x) | any(x)
            }
            network {
              c > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:3: error: expected a name or `return`, found `choose`
                choose 2 any(x) | any(x)
                ^^^^^^
              each line of a cell is `name = …`, and the last is `return …`
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            require parameters at most
            network {
              global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:1: error: expected a number, found `network`
              network {
              ^^^^^^^
              numbers are written 50000, 500K or 1.5M
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            require params at most 1M
            network {
              global-avg-pool > linear classes
            }

            """,
            """
            t.space:4:9: error: expected `at`, `parameters` or `macs`, found `params`
              require params at most 1M
                      ^^^^^^
              write `require at most 2 skip`, `require at least 1 conv in normal` or `require parameters at most 1.5M`
            """
        ),
    ]
}
