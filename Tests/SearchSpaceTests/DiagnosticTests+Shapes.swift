/// Files with incompatible shapes or without any architecture.
extension DiagnosticTests {
    static let shapes: [(file: String, report: String)] = [
        (
            """
            space t
            image 3x4x4
            classes 10
            network { conv 5x5 stride 2 padding 0 > global-avg-pool > linear classes }

            """,
            """
            t.space:4:11: error: the window of `conv 5x5 stride 2 padding 0` is larger than its input of 3×4×4
              network { conv 5x5 stride 2 padding 0 > global-avg-pool > linear classes }
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^
              use fewer strides before it, or a larger image
            """
        ),
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
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network { conv 3x3 -> 8 }

            """,
            """
            t.space:4:1: error: the network outputs 8×8×8, not one number for each of 10 classes
              network { conv 3x3 -> 8 }
              ^^^^^^^
              end it with `global-avg-pool > linear classes`
            """
        ),
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
            """
        ),
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
              both must be multiples of the number of groups; `groups in` filters each channel separately
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              conv 1x1 -> 6 > group-norm 4 > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:19: error: 6 channels cannot be split into 4 groups
                conv 1x1 -> 6 > group-norm 4 > global-avg-pool > linear classes
                                ^^^^^^^^^^^^
              the channels must be a multiple of the number of groups; `group-norm in` normalizes each channel separately
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              group-norm (in - 3) > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:3: error: the number of groups cannot be 0, the value of `(in-3)`
                group-norm (in - 3) > global-avg-pool > linear classes
                ^^^^^^^^^^^^^^^^^^^
              use a value from 1 to 65536
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              zero > global-avg-pool > linear classes
            }

            """,
            """
            t.space:4:1: error: the output never depends on the image: every path to it contains a `zero`
              network {
              ^^^^^^^
              remove the `zero`, or make it one of several alternatives
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            cell c(x) {
              a = x > zero
              b = a > conv 3x3
              return b + a
            }
            network {
              c > global-avg-pool > linear classes
            }

            """,
            """
            t.space:9:1: error: the output never depends on the image: every path to it contains a `zero`
              network {
              ^^^^^^^
              remove the `zero`, or make it one of several alternatives
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              conv 3x3 -> 8
            }

            """,
            """
            t.space:4:1: error: the network outputs 8×8×8, not one number for each of 10 classes
              network {
              ^^^^^^^
              end it with `global-avg-pool > linear classes`
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              conv 3x3 -> 8 > linear classes
            }

            """,
            """
            t.space:5:19: error: `linear` needs a vector, not 8×8×8
                conv 3x3 -> 8 > linear classes
                                ^^^^^^^^^^^^^^
              put `global-avg-pool` or `flatten` before it
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              global-avg-pool > linear 11
            }

            """,
            """
            t.space:4:1: error: the network outputs 11×1×1, not one number for each of 10 classes
              network {
              ^^^^^^^
              end it with `linear classes`
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              4 * avg-pool 3x3 stride 2 > conv 3x3 stride 0 > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:31: error: a stride cannot be 0
                4 * avg-pool 3x3 stride 2 > conv 3x3 stride 0 > global-avg-pool > linear classes
                                            ^^^^^^^^^^^^^^^^^
              use a value from 1 to 64
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              conv 3x3 > 4 * conv 7x7 stride 2 > avg-pool 4x4 > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:38: error: the window of `avg-pool 4x4` is larger than its input of 3×1×1
                conv 3x3 > 4 * conv 7x7 stride 2 > avg-pool 4x4 > global-avg-pool > linear classes
                                                   ^^^^^^^^^^^^
              use fewer strides before it, or a larger image
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              conv 3x3 -> in / 2 > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:3: error: `in/2`: 3 cannot be divided by 2 without remainder
                conv 3x3 -> in / 2 > global-avg-pool > linear classes
                ^^^^^^^^^^^^^^^^^^
              make the first number a multiple of the second
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              conv 3x3 -> in - 4 > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:3: error: tensors cannot be subtracted
                conv 3x3 -> in - 4 > global-avg-pool > linear classes
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              add them with `+`; numbers are subtracted in parentheses: conv 1x1 -> (in - 4)
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              2000 * relu > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:3: error: a repeat cannot be 2000
                2000 * relu > global-avg-pool > linear classes
                ^^^^^^^^^^^
              use a value from 1 to 1000
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              conv 3x3 stride match > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:3: error: `match` is allowed only in a cell
                conv 3x3 stride match > global-avg-pool > linear classes
                ^^^^^^^^^^^^^^^^^^^^^
              it is the stride that reduces a map to the size of the cell's last input
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            cell c(x) {
              a = x > conv 3x3 stride 2
              return concat(x, a)
            }
            network {
              c > global-avg-pool > linear classes
            }

            """,
            """
            t.space:6:10: error: cannot concatenate 3×8×8 and 3×4×4
                return concat(x, a)
                       ^^^^^^^^^^^^
              height and width must be the same
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            op any = a: relu | b: tanh
            cell c(x) {
              y = any(x)
              z = any(x) > conv 3x3 stride 2
              return concat(loose)
            }
            network {
              c > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:6: error: the loose ends of `c` differ in shape: 3×8×8 and 3×4×4
              cell c(x) {
                   ^
              give each value the same stride and the same `->` channels
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            op any = a: relu | b: tanh
            cell c(x) {
              y = any(x)
              z = any(x | y)
              return concat(loose)
            }
            network {
              c > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:6: error: `c` gives 3×8×8 with one loose end and 6×8×8 with 2
              cell c(x) {
                   ^
              give them one number of channels: concat(loose) > relu > conv 1x1 -> c > norm
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            cell c(x, y) {
              return (x > relu) + y
            }
            network {
              c > conv 3x3 stride 2 > c > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:10: error: cannot add 3×8×8 + 3×4×4
                return (x > relu) + y
                       ^^^^^^^^^^^^^^
              the terms of a sum must have the same shape: give each the same stride and the same `->` channels
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            op f = relu | tanh
            cell c(x) {
              return f(x)
            }
            network {
              c > global-avg-pool > linear classes
            }
            require at least 2 relu

            """,
            """
            t.space:8:1: error: no architecture satisfies the requirements on choices
              network {
              ^^^^^^^
              relax a `require`
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            op f = conv 3x3 | conv 5x5
            network {
              f > global-avg-pool > linear classes
            }
            require parameters at most 20

            """,
            """
            t.space:5:1: error: none of 2000 random architectures satisfies the requirements
              network {
              ^^^^^^^
              relax a `require`
            """
        ),
    ]
}
