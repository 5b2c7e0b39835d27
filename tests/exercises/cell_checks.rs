//! Exercises 1 to 6: from a curve to a stack of cells. The expected numbers were worked out on
//! paper, or by the unit in plain numbers that `tests/course/lessons/lstm.rs` compares with
//! PyTorch.

use burn::{module::Param, prelude::*};
use lstm_lessons::{
    cell::{LstmCell, LstmGates, RnnCell, State},
    demos::lstm::by_hand::{EXAMPLE, Unit, as_cell, step},
    say,
};

use crate::wrong::{Grid, Verdict, compare, rows};

/// σ of this is ¾, of its negative ¼; tanh of its half is ½.
const LN_3: f32 = 1.098_612_3;
/// The unit of the second layer; the first is lesson 3's.
pub const ABOVE: Unit =
    Unit { w_x: [1.0, -0.5, 0.8, 0.6], w_h: [-0.3, 0.2, 0.5, 0.1], bias: [0.1, 1.0, -0.2, 0.0] };
/// Two sequences of four steps.
const READ: [[f64; 4]; 2] = [[1.0, 0.5, -1.0, 2.0], [-0.5, 0.0, 1.5, 0.25]];

fn matrix<const R: usize, const C: usize>(values: [[f32; C]; R]) -> Tensor<2> {
    Tensor::from_data(values, &Device::flex())
}

fn vector<const N: usize>(values: [f32; N]) -> Param<Tensor<1>> {
    Param::from_tensor(Tensor::from_data(values, &Device::flex()))
}

fn row(name: &str, values: &[f64]) -> (String, Vec<f64>) {
    (name.to_string(), values.to_vec())
}

pub fn sigma(answer: impl Fn(Tensor<2>) -> Tensor<2>) -> Verdict {
    let got = rows("σ(a)", answer(matrix([[-LN_3, 0.0, LN_3], [2.0 * LN_3, -200.0, 200.0]])));
    let want = vec![row("σ(a) 1", &[0.25, 0.5, 0.75]), row("σ(a) 2", &[0.9, 0.0, 1.0])];
    compare(
        got,
        want,
        say!(
            "a was -ln 3, 0, ln 3 and ln 9, -200, 200. σ(0) is ½ because e^0 = 1; a large a must \
             come near 1, not 0.",
            "a 依次是 -ln 3、0、ln 3 和 ln 9、-200、200。因为 e^0 = 1，σ(0) 是 ½；a 很大时应接近 \
             1，而不是 0。"
        ),
    )
}

pub fn rnn(answer: impl Fn(&RnnCell, Tensor<2>, Tensor<2>) -> Tensor<2>) -> Verdict {
    let cell = RnnCell {
        u: Param::from_tensor(matrix([[0.5, -0.3], [0.8, 0.2]])),
        w: Param::from_tensor(matrix([[0.4, 0.1], [-0.2, 0.6]])),
        bias: vector([0.1, -0.1]),
    };
    let got = rows(
        "s",
        answer(&cell, matrix([[1.0, 0.0], [0.0, 1.0]]), matrix([[0.0, 0.0], [0.5, -0.5]])),
    );
    // tanh of 0.6 and -0.4, of 1.2 and -0.15
    let want = vec![row("s 1", &[0.537_050, -0.379_949]), row("s 2", &[0.833_655, -0.148_885])];
    compare(
        got,
        want,
        say!(
            "example 1 has x = (1, 0) and no past: it is tanh of the first row of U plus b. \
             Example 2 has a past as well.",
            "样本 1 的 x = (1, 0)，没有过去：结果是 U 的第一行加 b，再取 tanh。样本 2 还有过去。"
        ),
    )
}

/// The two halves of a state, c first.
fn state_rows(state: State) -> Grid {
    let c = state.cell.unwrap_or_else(|| state.hidden.zeros_like());
    [rows("last c", c), rows("last h", state.hidden)].concat()
}

pub fn update(answer: impl Fn(LstmGates, Tensor<2>) -> State) -> Verdict {
    let gates = LstmGates {
        input: matrix([[1.0, 0.0, 0.5]]),
        forget: matrix([[0.0, 1.0, 0.5]]),
        candidate: matrix([[0.9, 0.9, -0.4]]),
        output: matrix([[1.0, 0.5, 0.0]]),
    };
    let got = state_rows(answer(gates, matrix([[0.2, 0.2, 0.8]])));
    // tanh 0.9, half of tanh 0.2, nothing
    let want = vec![row("last c", &[0.9, 0.2, 0.2]), row("last h", &[0.716_298, 0.098_688, 0.0])];
    compare(
        got,
        want,
        say!(
            "unit 1 has f = 0, i = 1 and is overwritten; unit 2 has f = 1, i = 0 and keeps its \
             0.2; o shows tanh of the new c.",
            "单元 1 的 f = 0、i = 1，被改写；单元 2 的 f = 1、i = 0，保留 0.2；o 显露的是新 c 的 \
             tanh。"
        ),
    )
}

pub fn gates(answer: impl Fn(&LstmCell, Tensor<2>, Tensor<2>) -> LstmGates) -> Verdict {
    const L: f32 = LN_3;
    let cell = LstmCell {
        w_x: Param::from_tensor(matrix([
            [0.0, L, -L, 0.0, L / 2.0, -L / 2.0, L, -L],
            [L, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        ])),
        w_h: Param::from_tensor(matrix([
            [0.0, -L, 0.0, -2.0 * L, 0.0, L / 2.0, 0.0, L],
            [9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0],
        ])),
        bias: vector([0.0, 0.0, L, L, 0.0, 0.0, 0.0, 0.0]),
    };
    let gates = answer(&cell, matrix([[1.0, 0.0], [0.0, 1.0]]), matrix([[0.0, 0.0], [1.0, 0.0]]));
    let named =
        [("i", gates.input), ("f", gates.forget), ("g", gates.candidate), ("o", gates.output)];
    let got = named.into_iter().flat_map(|(name, gate)| rows(name, gate)).collect();
    let want = vec![
        row("i 1", &[0.5, 0.75]),
        row("i 2", &[0.75, 0.25]),
        row("f 1", &[0.5, 0.75]),
        row("f 2", &[0.75, 0.25]),
        row("g 1", &[0.5, -0.5]),
        row("g 2", &[0.0, 0.5]),
        row("o 1", &[0.75, 0.25]),
        row("o 2", &[0.5, 0.75]),
    ];
    compare(
        got,
        want,
        say!(
            "H is 2 here, so i is columns 0 and 1 of a, f is 2 and 3, g is 4 and 5, o is 6 and 7; \
             g alone goes through tanh.",
            "这里 H 是 2，所以 i 是 a 的第 0、1 列，f 是第 2、3 列，g 是第 4、5 列，o 是第 6、7 \
             列；只有 g 用 tanh。"
        ),
    )
}

/// (h, c) after every step of some units on top of each other, in plain numbers: for each unit, for
/// each step.
fn by_hand(units: &[Unit], inputs: &[f64]) -> Vec<Vec<(f64, f64)>> {
    let mut x = inputs.to_vec();
    let mut all = vec![];
    for unit in units {
        let (mut h, mut c) = (0.0, 0.0);
        let read = |&x: &f64| {
            let now = step(unit, x, h, c);
            (h, c) = (now.h, now.c);
            (h, c)
        };
        let states: Vec<(f64, f64)> = x.iter().map(read).collect();
        x = states.iter().map(|(h, _)| *h).collect();
        all.push(states);
    }
    all
}

/// Steps `from` to `to` of both sequences, `[B, T, D]` with D = 1.
fn inputs(from: usize, to: usize) -> Tensor<3> {
    let values: Vec<f32> =
        READ.iter().flat_map(|row| row[from..to].iter().map(|&x| x as f32)).collect();
    Tensor::from_data(TensorData::new(values, [READ.len(), to - from, 1]), &Device::flex())
}

/// h at each step, one row an example.
fn shown(name: &str, outputs: Tensor<3>) -> Grid {
    let [batch, seq_len, width] = outputs.dims();
    rows(name, outputs.reshape([batch, seq_len * width]))
}

/// The expected h of `units` at each step, and the states after the last.
fn wanted(units: &[Unit]) -> Grid {
    let read: Vec<_> = READ.iter().map(|inputs| by_hand(units, inputs)).collect();
    let mut grid: Grid = vec![];
    for (b, layers) in read.iter().enumerate() {
        let h: Vec<f64> = layers[units.len() - 1].iter().map(|(h, _)| *h).collect();
        grid.push((format!("h {}", b + 1), h));
    }
    for (k, _) in units.iter().enumerate() {
        let last: Vec<(f64, f64)> =
            read.iter().flat_map(|layers| layers[k].last().copied()).collect();
        grid.extend(
            last.iter().enumerate().map(|(b, &(_, c))| (format!("last c {}", b + 1), vec![c])),
        );
        grid.extend(
            last.iter().enumerate().map(|(b, &(h, _))| (format!("last h {}", b + 1), vec![h])),
        );
    }
    grid
}

pub fn sequence(
    answer: impl Fn(&LstmCell, Tensor<3>, Option<State>) -> (Tensor<3>, State),
) -> Verdict {
    let cell = as_cell(&EXAMPLE, &Device::flex());
    let want = wanted(&[EXAMPLE]);
    let (outputs, state) = answer(&cell, inputs(0, 4), None);
    compare(
        [shown("h", outputs), state_rows(state)].concat(),
        want.clone(),
        say!(
            "four steps of two examples, then the last state. Step 1 starts from zeros; every \
             later one from the state before it.",
            "两个样本各四步，然后是最后的状态。第 1 步从零开始；以后每一步都从前一步的状态开始。"
        ),
    )?;
    let (first, state) = answer(&cell, inputs(0, 3), None);
    let (rest, state) = answer(&cell, inputs(3, 4), Some(state));
    let outputs = Tensor::cat(vec![first, rest], 1);
    compare(
        [shown("h", outputs), state_rows(state)].concat(),
        want,
        say!(
            "the same sequence read in two pieces, three steps and one: the second call must begin \
             with the state that it is given.",
            "同一个序列分两段读，三步加一步：第二次调用必须从交给它的状态开始。"
        ),
    )
}

type Stacked = (Tensor<3>, Vec<State>);

pub fn stack(answer: impl Fn(&[LstmCell], Tensor<3>, Option<Vec<State>>) -> Stacked) -> Verdict {
    let units = [EXAMPLE, ABOVE];
    let cells = units.map(|unit| as_cell(&unit, &Device::flex()));
    let all = |outputs: Tensor<3>, states: Vec<State>| -> Grid {
        shown("h", outputs).into_iter().chain(states.into_iter().flat_map(state_rows)).collect()
    };
    let (outputs, states) = answer(&cells, inputs(0, 4), None);
    compare(
        all(outputs, states),
        wanted(&units),
        say!(
            "the outputs of the upper layer, then the last state of the lower and of the upper. \
             What does the upper layer read?",
            "先是上层的输出，然后是下层和上层最后的状态。上层读的是什么？"
        ),
    )?;
    let (first, states) = answer(&cells, inputs(0, 2), None);
    let (rest, states) = answer(&cells, inputs(2, 4), Some(states));
    compare(
        all(Tensor::cat(vec![first, rest], 1), states),
        wanted(&units),
        say!(
            "the same in two pieces: each layer must go on with its own state, and hand its own \
             back.",
            "同样的内容分两段读：每层都要从自己的状态接着读，再交回自己的状态。"
        ),
    )
}
