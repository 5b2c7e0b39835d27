//! Hints for those who do not know how to begin: `exercises hint NAME`, or HINT=1 with
//! `cargo test`.

use lstm_lessons::say;

/// How to begin `exercise`, without the answer.
pub fn hint(exercise: &str) -> String {
    match exercise {
        "sigma" => say!(
            "read the formula from the inside: negate, exponentiate, add 1, turn upside down. Each \
             is one method, and they chain.",
            "从里往外读公式：取负、取指数、加 1、取倒数。每步一个方法，可以连着写。"
        ),
        "rnn" => say!(
            "make the two products first and call them by name; add them, add the bias as a row, \
             and only then take tanh.",
            "先算两个乘积，各取一个名字；相加，再把偏置当作一行加上，最后才取 tanh。"
        ),
        "update" => say!(
            "write the first line as `let c = …`; it is used twice afterwards, so one use needs a \
             clone.",
            "第一行写成 `let c = …`；之后要用它两次，所以其中一次要 clone。"
        ),
        "gates" => say!(
            "a small closure helps: `let part = |k: usize| …` that cuts the k-th block of H \
             columns out of a.",
            "写一个小闭包会方便些：`let part = |k: usize| …`，从 a 里切出第 k 块 H 列。"
        ),
        "sequence" => say!(
            "keep the state in a `let mut` before the loop; in the loop make gates, update, and \
             push a clone of h into a Vec.",
            "循环之前用 `let mut` 存状态；循环里先算门，再更新，然后把 h 的 clone 放进 Vec。"
        ),
        "stack" => say!(
            "let x itself be `let mut x`: each layer takes it and puts its outputs in its place. \
             Push each new state into a Vec.",
            "让 x 成为 `let mut x`：每层取走它，再把自己的输出放回原处。把每个新状态放进 Vec。"
        ),
        _ => learning_hint(exercise),
    }
}

/// The same for exercises 7 to 12 and the poem.
fn learning_hint(exercise: &str) -> String {
    match exercise {
        "choose" => say!(
            "do not divide by the sum: compare the running sum of weights with u times their \
             total. A loop with an early return will do.",
            "不必真的除以总和：把累加的权重与 u 乘总和相比。一个能提前返回的循环就够了。"
        ),
        "shift" => say!(
            "the inputs are BOS followed by the poem, the targets the poem followed by EOS; \
             nothing is moved by hand.",
            "输入是 BOS 接上诗，目标是诗接上 EOS；不需要手动移动任何数。"
        ),
        "pad" => say!(
            "make the mask row from the length of the row as it was, before you fill it up.",
            "掩码这一行要根据补足之前的长度来生成。"
        ),
        "loss" => say!(
            "ln p of everything, picked at the targets, times the mask, summed, divided by the sum \
             of the mask; the minus comes last.",
            "先求全部的 ln p，在目标处取出，乘掩码，求和，除以掩码之和；最后取负。"
        ),
        "clip" => say!(
            "max_norm / norm is the factor, but never more than 1: `f64::min` says that in one \
             call.",
            "因子是 max_norm / norm，但不超过 1：`f64::min` 一次就能表达。"
        ),
        "train" => say!(
            "four lines, one for each of the four points; `let (grads, _) = …` takes the gradients \
             out of the pair.",
            "四行，每点一行；`let (grads, _) = …` 从二元组里取出梯度。"
        ),
        "poem" => say!(
            "nothing is to be written here: solve exercises 1 and 3 to 7, and your functions are \
             used.",
            "这里不用写代码：解出练习 1 和 3 至 7，用的就是你的函数。"
        ),
        _ => String::new(),
    }
}
