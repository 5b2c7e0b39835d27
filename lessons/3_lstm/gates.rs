//! Each gate held at 0 and at 1: what becomes of the memory?

use burn::prelude::*;
use lstm_lessons::{
    cell::State,
    demos::lstm::{
        Held,
        by_hand::{EXAMPLE, as_cell},
        run,
    },
    look::{
        matrix::{Block, Matrix, matrix_svg},
        pad,
    },
    say,
    shell::{cli::out, error::Result, write_svg},
};
use serde_json::json;

use crate::args::{Args, Part};

/// What the unit reads, and what it remembers before.
const INPUTS: [f32; 7] = [1.0, 0.0, 0.0, -1.0, 0.0, 1.0, 1.0];
const C_0: f32 = 0.8;

pub fn show(args: &Args, device: &Device) -> Result<()> {
    let cell = as_cell(&EXAMPLE, device);
    let held = |input, forget, output| Held { input, forget, output };
    let (shut, open, free) = (Some(0.0), Some(1.0), None);
    let cases = [
        (say!("all gates free", "各门自由"), held(free, free, free)),
        (say!("f = 1, i = 0: keeps", "f = 1, i = 0：保留"), held(shut, open, free)),
        (say!("f = 0, i = 0: erases", "f = 0, i = 0：清空"), held(shut, shut, free)),
        (say!("f = 0, i = 1: overwrites", "f = 0, i = 1：覆盖"), held(open, shut, free)),
        (say!("f = 1, i = 1: adds up", "f = 1, i = 1：累加"), held(open, open, free)),
        (say!("o = 0: hides", "o = 0：隐藏"), held(free, free, shut)),
        (say!("o = 1: shows tanh(c)", "o = 1：显露 tanh(c)"), held(free, free, open)),
    ];
    let number = |v: f32| Tensor::<2>::from_data([[v]], device);
    let x = Tensor::<3>::from_data(TensorData::new(INPUTS.to_vec(), [1, INPUTS.len(), 1]), device);
    if !args.json {
        let read: String = INPUTS.iter().map(|x| format!("{x:>7}")).collect();
        out(&say!(
            "\nThe same unit with gates held: c_t (and h_t), from c_0 = {C_0}\n\n{}  x_t{read}",
            "\n同一个单元，把门固定住：c_t（与 h_t），c_0 = {C_0}\n\n{}  x_t{read}",
            pad("", 26)
        ))?;
    }
    let [mut of_c, mut of_h] = [Vec::new(), Vec::new()];
    for (name, held) in cases {
        let states = run(&cell, x.clone(), State::with_cell(number(0.0), number(C_0)), held);
        let h: Vec<f32> = states.iter().map(|s| s.hidden.clone().into_scalar()).collect();
        let c_of = |state: &State| state.cell.clone().expect("an LSTM has a c").into_scalar();
        let c: Vec<f32> = states.iter().map(c_of).collect();
        of_c.push((name.clone(), cells(&c)));
        of_h.push((name.clone(), cells(&h)));
        if args.json {
            out(&json!({"part": "gates", "held": name, "c": c, "h": h}).to_string())?;
            continue;
        }
        let row = |values: &[f32]| values.iter().map(|v| format!("{v:>7.3}")).collect::<String>();
        out(&format!("{}  c_t{}", pad(&name, 26), row(&c)))?;
        out(&format!("{}  h_t{}", pad("", 26), row(&h)))?;
    }
    match args.svg_of(Part::Gates) {
        Some(file) => write_svg(file, &slide(of_c, of_h), args.json),
        None => Ok(()),
    }
}

/// A row of numbers, tinted by themselves.
fn cells(values: &[f32]) -> Vec<(String, f64)> {
    let word = |value: f32| format!("{:.2}", (100.0 * value).round() / 100.0 + 0.0); // never -0.00
    values.iter().map(|&value| (word(value), f64::from(value))).collect()
}

/// A name and its cells.
type Rows = Vec<(String, Vec<(String, f64)>)>;

/// The memory of every case, and below it what of it is shown.
fn slide(of_c: Rows, of_h: Rows) -> String {
    let columns = || INPUTS.map(|x| format!("x = {x}")).to_vec();
    let block = |title: String, rows: Rows| Block { title, columns: columns(), rows };
    matrix_svg(&Matrix {
        title: say!(
            "One unit with its gates held: what becomes of c_0 = {C_0}, step by step",
            "把一个单元的门固定住：c_0 = {C_0} 逐步变成什么"
        ),
        signs: [say!("below 0", "小于 0"), say!("above 0", "大于 0")],
        blocks: vec![
            block(say!("the memory c_t", "记忆 c_t"), of_c),
            block(say!("what is shown, h_t", "显露的 h_t"), of_h),
        ],
    })
}
