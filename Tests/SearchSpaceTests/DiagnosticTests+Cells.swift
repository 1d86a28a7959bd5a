/// Errors in cells, and several kinds of errors in one file.
extension DiagnosticTests {
    static let cells: [(file: String, report: String)] = [
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
            t.space:6:10: error: unknown value `b`
                return b
                       ^
              did you mean `a`?
            """
        ),
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
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            cell c(x) {
              return x > relu
            }
            op a = c
            network {
              a > global-avg-pool > linear classes
            }

            """,
            """
            t.space:7:8: error: the cell `c` can be used only in the network
              op a = c
                     ^
              use an `op` for choices that are made again at each use
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            op f = relu
            cell c(x) {
              a = f
              return a
            }
            network {
              c > global-avg-pool > linear classes
            }

            """,
            """
            t.space:6:7: error: `f` is an operation and needs a value
                a = f
                    ^
              apply it: f(x)
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            op f = relu
            cell c(x) {
              a = f(x)
              a = f(a)
              return a
            }
            network {
              c > global-avg-pool > linear classes
            }

            """,
            """
            t.space:7:3: error: `a` already has a value
                a = f(a)
                ^
              give this one another name
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            op f = relu
            cell c(x) {
              return f(x)
              a = f(x)
            }
            network {
              c > global-avg-pool > linear classes
            }

            """,
            """
            t.space:7:3: error: nothing can follow `return`
                a = f(x)
                ^^^^^^^^
              move this above it
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            cell c(x; k) {
              return x > conv 1x1 -> k
            }
            network {
              c > global-avg-pool > linear classes
            }

            """,
            """
            t.space:8:3: error: `c` takes 1 parameter (k), not 0
                c > global-avg-pool > linear classes
                ^
              write it as c(k)
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            op f(k) = conv k
            cell c(x) {
              return f(x)
            }
            network {
              c > global-avg-pool > linear classes
            }

            """,
            """
            t.space:6:10: error: `f` takes its parameters first, then the value
                return f(x)
                       ^^^^
              write it as f(k)(x)
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            cell c(x) {
              a = choose 3 of (x > relu) | (x > tanh)
              return a
            }
            network {
              c > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:14: error: cannot choose 3 of 2
                a = choose 3 of (x > relu) | (x > tanh)
                           ^
              write a number from 1 to 2
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            cell c(x) {
              return x - x
            }
            network {
              c > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:10: error: tensors cannot be subtracted
                return x - x
                       ^^^^^
              add them with `+`; numbers are subtracted in parentheses: conv 1x1 -> (in - 4)
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            cell c(x) {
              return concat(loose)
            }
            network {
              c > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:10: error: the cell has no loose ends: none of its values has a choice
                return concat(loose)
                       ^^^^^^^^^^^^^
              name the values to join: concat(a, b)
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            op any = relu | tanh
            op some = any > sigmoid >
            cell c(x) {
              a = some(x) conv
              b = any(a) + anny(x)
              return b > conv 3x3 stride
            }
            network {
              c > some > any > nothing > global-avg-pool > linear classes
            }

            """,
            """
            t.space:6:1: error: expected an operation, found `cell`
              cell c(x) {
              ^^^^
              put one after `>`, or delete it
            t.space:7:15: error: expected `>`, `+`, `|` or a new line, found `conv`
                a = some(x) conv
                            ^^^^
              connect layers with `>`: relu > conv 3x3 > norm
            t.space:8:16: error: unknown operation `anny`
                b = any(a) + anny(x)
                             ^^^^
              did you mean `any`?
            t.space:9:23: error: `stride` needs a number, found `}`
                return b > conv 3x3 stride
                                    ^^^^^^
            t.space:12:20: error: unknown operation `nothing`
                c > some > any > nothing > global-avg-pool > linear classes
                                 ^^^^^^^
              define it with `op nothing = …`
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            op any = relu | cnov 3x3
            cell c(x) {
              a = any(y)
              return a > conv 3x3 -> chanels
            }
            network {
              c > globl-avg-pool > linear classes
            }

            """,
            """
            t.space:4:17: error: unknown layer `cnov`
              op any = relu | cnov 3x3
                              ^^^^
              did you mean `conv`?
            t.space:6:11: error: unknown value `y`
                a = any(y)
                        ^
              did you mean `x`?
            t.space:7:26: error: unknown number `chanels`
                return a > conv 3x3 -> chanels
                                       ^^^^^^^
              declare it with `setting chanels = 1`
            t.space:10:7: error: unknown operation `globl-avg-pool`
                c > globl-avg-pool > linear classes
                    ^^^^^^^^^^^^^^
              did you mean `global-avg-pool`?
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            op any = relu |
            op some = ) relu
            cell c(x {
              return x
            }
            network {
              any some
              conv 3x3 stride
            }

            """,
            """
            t.space:5:1: error: expected an alternative, found `op`
              op some = ) relu
              ^^
              write `identity` for an alternative that changes nothing, `zero` for no connection
            t.space:5:11: error: expected an operation, found `)`
              op some = ) relu
                        ^
              an operation is a layer such as `relu` or a name defined with `op`
            t.space:6:10: error: expected `)` after the cell's inputs, found `{`
              cell c(x {
                       ^
            t.space:10:7: error: expected `>`, `+`, `|` or a new line, found `some`
                any some
                    ^^^^
              connect layers with `>`: relu > conv 3x3 > norm
            t.space:11:12: error: `stride` needs a number, found `}`
                conv 3x3 stride
                         ^^^^^^
            """
        ),
    ]
}
