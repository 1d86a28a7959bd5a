/// Errors in names and their use.
extension DiagnosticTests {
    static let names: [(file: String, report: String)] = [
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
              the first declaration is on line 4; choose another name
            """
        ),
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
            """
        ),
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
              an op can use only other ops
            """
        ),
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
            t.space:6:3: error: `a` takes 1 parameter (k), not 0
                a > a(3x3, 1) > global-avg-pool > linear classes
                ^
              write it as a(k)
            t.space:6:7: error: `a` takes 1 parameter (k), not 2
                a > a(3x3, 1) > global-avg-pool > linear classes
                    ^^^^^^^^^
              write it as a(k)
            """
        ),
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
            t.space:5:8: error: `conv` needs a window such as 3x3, not a number
                conv 4 > global-avg-pool > linear classes
                     ^
            """
        ),
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
            t.space:5:15: error: unknown number `chanels`
                conv 3x3 -> chanels > global-avg-pool > linear classes
                            ^^^^^^^
              declare it with `setting chanels = 1`
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            network {
              any > global-avg-pool > linear classes
            }

            """,
            """
            t.space:5:3: error: unknown operation `any`
                any > global-avg-pool > linear classes
                ^^^
              define it with `op any = …`
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            op any = relu | tanh
            network {
              anny > global-avg-pool > linear classes
            }

            """,
            """
            t.space:6:3: error: unknown operation `anny`
                anny > global-avg-pool > linear classes
                ^^^^
              did you mean `any`?
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            op a = relu | relu
            network {
              a > global-avg-pool > linear classes
            }

            """,
            """
            t.space:4:15: error: two alternatives have the label `relu`
              op a = relu | relu
                            ^^^^
              give each its own label: a: … | b: …
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            setting width = 8
            network {
              conv 3x3 -> widht > width > global-avg-pool > linear classes
            }

            """,
            """
            t.space:6:15: error: unknown number `widht`
                conv 3x3 -> widht > width > global-avg-pool > linear classes
                            ^^^^^
              did you mean `width`?
            t.space:6:23: error: `width` is a number, not an operation
                conv 3x3 -> widht > width > global-avg-pool > linear classes
                                    ^^^^^
              use it in a layer, as in conv 1x1 -> width
            """
        ),
        (
            """
            space t
            classes 10
            image 3x8x8
            image 1x8x8
            network {
              global-avg-pool > linear classes
            }

            """,
            """
            t.space:4:1: error: a second `image`
              image 1x8x8
              ^^^^^
              a space has one; delete this or the first
            """
        ),
        (
            """
            image 3x8x8
            network {
              global-avg-pool > linear classes
            }

            """,
            """
            t.space:1:1: error: the space has no name
              image 3x8x8
              ^
              begin the file with `space NAME`
            t.space:5:1: error: the space has no classes

              ^
              add a default such as `classes 10`; a data set overrides it
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            foreign nasbench-201
            network {
              global-avg-pool > linear classes
            }

            """,
            """
            t.space:4:9: error: unknown foreign notation `nasbench-201`
              foreign nasbench-201
                      ^^^^^^^^^^^^
              did you mean `nas-bench-201`?
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            include ops
            network {
              global-avg-pool > linear classes
            }

            """,
            """
            t.space:4:9: error: cannot read `ops.ops` in the directory of this file
              include ops
                      ^^^
              `include` takes the name without `.ops`
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            op any = skip: identity | relu
            network {
              any > global-avg-pool > linear classes
            }
            require at most 2 skp

            """,
            """
            t.space:8:19: error: no alternative has the label `skp`
              require at most 2 skp
                                ^^^
              did you mean `skip`?
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            classes 1
            network {
              global-avg-pool > linear classes
            }

            """,
            """
            t.space:4:1: error: a second `classes`
              classes 1
              ^^^^^^^
              a space has one; delete this or the first
            t.space:4:1: error: a classifier needs at least 2 classes
              classes 1
              ^^^^^^^
              write it as in `classes 10`
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            op f(k) = conv k
            network {
              f(5) > global-avg-pool > linear classes
            }

            """,
            """
            t.space:4:16: error: `conv` needs a window such as 3x3, not a number
              op f(k) = conv k
                             ^
            """
        ),
        (
            """
            space t
            image 3x8x8
            classes 10
            op f = relu
            network {
              conv 3x3 -> f > global-avg-pool > linear classes
            }

            """,
            """
            t.space:6:15: error: `f` is an operation, not a number
                conv 3x3 -> f > global-avg-pool > linear classes
                            ^
              declare a number with `setting`
            """
        ),
    ]
}
