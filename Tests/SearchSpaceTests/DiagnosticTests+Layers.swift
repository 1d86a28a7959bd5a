/// Errors in the syntax of layers and their numbers.
extension DiagnosticTests {
    static let layers: [(file: String, report: String)] = [
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
            """
        ),
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
              connect layers with `>`: relu > conv 3x3 > norm
            """
        ),
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
              it takes nothing more; delete this
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              group-norm > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:3: error: `group-norm` needs a number of groups, such as 8, found `>`
                group-norm > global-avg-pool > linear classes
                ^^^^^^^^^^
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              group-norm 3x3 > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:14: error: `group-norm` needs a number of groups, such as 8, not a window
                group-norm 3x3 > global-avg-pool > linear classes
                           ^^^
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              max-pool 3x3 padding 2 > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:3: error: a padding cannot be 2
                max-pool 3x3 padding 2 > global-avg-pool > linear classes
                ^^^^^^^^^^^^^^^^^^^^^^
              use a value from 0 to 1
            """
        ),
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
            t.space:4:4: error: expected the operation's name, found `relu`, a reserved word
              op relu = tanh
                 ^^^^
              choose another name
            """
        ),
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
              write a smaller one
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              (relu | tanh > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:3: error: the parenthesis is never closed
                (relu | tanh > global-avg-pool > linear classes
                ^
              expected `)` before `}`
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            op a = b: relu
            network {
              a: relu > global-avg-pool > linear classes
            }

            """,
            """
            t.space:4:8: error: a label without a choice
              op a = b: relu
                     ^
              labels name the alternatives of a choice: a: … | b: …
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              conv 3x3 stride 2 stride 1 > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:21: error: `stride` is given twice
                conv 3x3 stride 2 stride 1 > global-avg-pool > linear classes
                                  ^^^^^^
              delete this or the first
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              relu(tanh) > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:7: error: `relu` is a layer and takes no parentheses
                relu(tanh) > global-avg-pool > linear classes
                    ^
              to apply it to a value, write the value first: x > relu
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              conv 3 x 3 > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:10: error: a window is written without spaces
                conv 3 x 3 > global-avg-pool > linear classes
                       ^
              write it as in `conv 3x3`
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              conv 3x3x3 > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:8: error: expected a window of height x width, found `3x3x3`
                conv 3x3x3 > global-avg-pool > linear classes
                     ^^^^^
              write it as in `conv 3x3`
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              conv 3x3 -> 16K > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:15: error: `16K` is allowed only in `require`
                conv 3x3 -> 16K > global-avg-pool > linear classes
                            ^^^
              write the number in full, as in 16
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              conv 3*3 > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:8: error: `conv` needs a window such as 3x3, not a number
                conv 3*3 > global-avg-pool > linear classes
                     ^^^
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              dropout 20 > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:11: error: `dropout` needs a probability such as 0.2, not a number
                dropout 20 > global-avg-pool > linear classes
                        ^^
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              dropout 1.5 > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:11: error: 1.5 is not a valid probability
                dropout 1.5 > global-avg-pool > linear classes
                        ^^^
              use a number of at least 0.0 and below 1
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              conv 64x64 > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:8: error: 64x64 is not a valid window
                conv 64x64 > global-avg-pool > linear classes
                     ^^^^^
              use 1x1 to 63x63
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              conv 3x3 stride 1.5 > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:19: error: expected a whole number
                conv 3x3 stride 1.5 > global-avg-pool > linear classes
                                ^^^
              decimal numbers are only for probabilities, as in dropout 0.2
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              conv 3x3 @ norm > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:12: error: unexpected `@`
                conv 3x3 @ norm > global-avg-pool > linear classes
                         ^
              delete it, or put it in a comment after `#`
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              conv 3x3 -> 12ab > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:15: error: `12ab` is neither a number nor a name
                conv 3x3 -> 12ab > global-avg-pool > linear classes
                            ^^^^
              numbers are written 16, 0.2 or 1.5M, windows 3x3, images 3x32x32; names start with a letter
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            op any = | relu | tanh
            network {
              any > global-avg-pool > linear classes
            }

            """,
            """
            t.space:4:10: error: expected an alternative, found `|`
              op any = | relu | tanh
                       ^
              write `identity` for an alternative that changes nothing, `zero` for no connection
            """
        ),
    ]
}
