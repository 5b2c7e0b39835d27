use burn::prelude::*;
use lstm_lessons::gradients::*;
fn main() {
    let device = Device::flex();
    for seed in [1, 2, 3] {
        for (g, t, lr) in [
            (1.0, 10, 0.3),
            (4.0, 10, 0.3),
            (4.0, 10, 1.0),
            (3.0, 10, 1.0),
            (3.0, 15, 0.5),
            (3.0, 20, 0.5),
            (4.0, 20, 0.5),
            (6.0, 10, 0.5),
        ] {
            for m in [f64::INFINITY, 1.0] {
                let d = descend(g, t, 60, lr, m, seed, &device);
                let mean = |k: usize, n: usize| d.losses[k..k + n].iter().sum::<f64>() / n as f64;
                println!(
                    "seed {seed} g {g} T {t} lr {lr} max {m}: {:.2} .. {:.2} .. {:.2} highest {:.2} longest {:.1}",
                    mean(0, 1),
                    mean(20, 10),
                    mean(50, 10),
                    d.losses.iter().copied().fold(0.0, f64::max),
                    d.norms.iter().copied().fold(0.0, f64::max)
                );
            }
        }
    }
}
