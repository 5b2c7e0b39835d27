//! What PyTorch says a recurrent cell computes: two sequences of three steps, each step three
//! numbers in and two hidden units, forward and backward. Arrays are flat and row-major, in *our*
//! layout (inputs multiply from the left: `x W`); each line is one row of the last axis.
//!
//! The Python above each module is whole: with torch and numpy installed it prints the module's
//! body, all but the indentation. Nothing is drawn at random: the k-th entry of an input is
//! `(2 (k a mod m) - m) / 20` with an odd m, a short decimal that is never zero. Gradients are
//! those of
//!
//! ```text
//! L = sum_t sum(outputs_t * K_t) + 0.5 sum(h_T) [+ 0.25 sum(c_T)]
//! ```
//!
//! which reaches every step and both final states with different weights, so no term can hide
//! behind another.

pub const BATCH: usize = 2; // B
pub const SEQ_LEN: usize = 3; // T
pub const D_INPUT: usize = 3; // D
pub const D_HIDDEN: usize = 2; // H

// h_t = tanh(x_t W_x + h_{t-1} W_h + b). PyTorch adds a second bias on the hidden side; here it is
// zero.
//
// ```python
// import math, numpy, torch  # torch 2.15.0 (CPU, float32), numpy 2.4.6
//
// def numbers(a, m, *shape):
//     return torch.tensor([(2 * (k * a % m) - m) / 20 for k in range(math.prod(shape))]).view(shape).requires_grad_()
//
// def show(name, axes, t):
//     rows = t.detach().reshape(-1, t.shape[-1]).numpy()
//     print(f"pub const {name}: [f32; {t.numel()}] = [ // [{axes}] = {list(t.shape)}")
//     for row in rows: print("    " + ", ".join(numpy.format_float_positional(v, trim="0") for v in row) + ",")
//     print("];")
//
// x, w_x, w_h, bias = numbers(7, 11, 2, 3, 3), numbers(5, 17, 3, 2), numbers(4, 13, 2, 2), numbers(3, 11, 2)
// h0, k = numbers(2, 7, 2, 2), numbers(6, 17, 2, 3, 2)
// cell = torch.nn.RNN(3, 2, batch_first=True)
// with torch.no_grad():  # PyTorch keeps its weights transposed, and a second bias for the hidden state
//     cell.weight_ih_l0.copy_(w_x.T); cell.weight_hh_l0.copy_(w_h.T); cell.bias_ih_l0.copy_(bias)
//     cell.bias_hh_l0.zero_()
// outputs, h = cell(x, h0[None])
// loss = (outputs * k).sum() + 0.5 * h.sum()
// loss.backward()
//
// show("X", "B, T, D", x); show("W_X", "D, H", w_x); show("W_H", "H, H", w_h); show("BIAS", "H", bias)
// show("H0", "B, H", h0); show("K", "B, T, H", k)
// show("OUTPUTS", "B, T, H", outputs); show("H_T", "B, H", h[0])
// print(f"pub const LOSS: f32 = {numpy.float32(loss.item())!s};")
// show("D_X", "B, T, D", x.grad); show("D_W_X", "D, H", cell.weight_ih_l0.grad.T)
// show("D_W_H", "H, H", cell.weight_hh_l0.grad.T); show("D_BIAS", "H", cell.bias_ih_l0.grad)
// show("D_H0", "B, H", h0.grad)
// ```
#[rustfmt::skip]
pub mod rnn {
    pub const X: [f32; 18] = [ // [B, T, D] = [2, 3, 3]
        -0.55, 0.15, -0.25,
        0.45, 0.05, -0.35,
        0.35, -0.05, -0.45,
        0.25, -0.15, -0.55,
        0.15, -0.25, 0.45,
        0.05, -0.35, 0.35,
    ];
    pub const W_X: [f32; 6] = [ // [D, H] = [3, 2]
        -0.85, -0.35,
        0.15, 0.65,
        -0.55, -0.05,
    ];
    pub const W_H: [f32; 4] = [ // [H, H] = [2, 2]
        -0.65, -0.25,
        0.15, 0.55,
    ];
    pub const BIAS: [f32; 2] = [ // [H] = [2]
        -0.55, -0.25,
    ];
    pub const H0: [f32; 4] = [ // [B, H] = [2, 2]
        -0.35, -0.15,
        0.05, 0.25,
    ];
    pub const K: [f32; 12] = [ // [B, T, H] = [2, 3, 2]
        -0.85, -0.25,
        0.35, -0.75,
        -0.15, 0.45,
        -0.65, -0.05,
        0.55, -0.55,
        0.05, 0.65,
    ];
    pub const OUTPUTS: [f32; 12] = [ // [B, T, H] = [2, 3, 2]
        0.27521732, 0.05743669,
        -0.7176468, -0.37541714,
        -0.19481972, -0.38810557,
        -0.44423923, -0.2752173,
        -0.61381954, -0.48370507,
        -0.47078085, -0.5546571,
    ];
    pub const H_T: [f32; 4] = [ // [B, H] = [2, 2]
        -0.19481972, -0.38810557,
        -0.47078085, -0.5546571,
    ];
    pub const LOSS: f32 = -1.3206263;
    pub const D_X: [f32; 18] = [ // [B, T, D] = [2, 3, 3]
        0.73829776, -0.35070357, 0.41159737,
        0.105980545, -0.14791279, 0.02981254,
        -0.56862533, 0.5749958, -0.22553898,
        0.47779897, -0.11877252, 0.29882753,
        -0.025668347, -0.017040797, -0.02308008,
        -0.64255893, 0.5817508, -0.275266,
    ];
    pub const D_W_X: [f32; 6] = [ // [D, H] = [3, 2]
        0.38900664, 0.40932623,
        -0.20615175, -0.36825374,
        0.505152, 0.10183658,
    ];
    pub const D_W_H: [f32; 4] = [ // [H, H] = [2, 2]
        -0.31086177, -0.9837461,
        -0.37527183, -0.64901793,
    ];
    pub const D_BIAS: [f32; 2] = [ // [H] = [2]
        -0.476414, 0.9135063,
    ];
    pub const D_H0: [f32; 4] = [ // [B, H] = [2, 2]
        0.55796814, -0.31323293,
        0.36434203, -0.112915166,
    ];
}

// The columns of the weights are the gates r, z, n. Only n needs the second bias, because r scales
// h W_hn + b_hn: h_t = (1 - z) * n + z * h_{t-1} with n = tanh(x_t W_xn + b_n + r * (h_{t-1} W_hn +
// b_hn)).
//
// ```python
// import math, numpy, torch  # torch 2.15.0 (CPU, float32), numpy 2.4.6
//
// def numbers(a, m, *shape):
//     return torch.tensor([(2 * (k * a % m) - m) / 20 for k in range(math.prod(shape))]).view(shape).requires_grad_()
//
// def show(name, axes, t):
//     rows = t.detach().reshape(-1, t.shape[-1]).numpy()
//     print(f"pub const {name}: [f32; {t.numel()}] = [ // [{axes}] = {list(t.shape)}")
//     for row in rows: print("    " + ", ".join(numpy.format_float_positional(v, trim="0") for v in row) + ",")
//     print("];")
//
// x, w_x, w_h, bias = numbers(7, 11, 2, 3, 3), numbers(5, 17, 3, 6), numbers(4, 13, 2, 6), numbers(3, 11, 6)
// h0, k = numbers(2, 7, 2, 2), numbers(6, 17, 2, 3, 2)
// bias_hn = numbers(4, 5, 2)
// cell = torch.nn.GRU(3, 2, batch_first=True)
// with torch.no_grad():  # PyTorch keeps its weights transposed, and a second bias for the hidden state
//     cell.weight_ih_l0.copy_(w_x.T); cell.weight_hh_l0.copy_(w_h.T); cell.bias_ih_l0.copy_(bias)
//     cell.bias_hh_l0.zero_(); cell.bias_hh_l0[4:] = bias_hn
// outputs, h = cell(x, h0[None])
// loss = (outputs * k).sum() + 0.5 * h.sum()
// loss.backward()
//
// show("X", "B, T, D", x); show("W_X", "D, 3H", w_x); show("W_H", "H, 3H", w_h); show("BIAS", "3H", bias)
// show("BIAS_HN", "H", bias_hn); show("H0", "B, H", h0); show("K", "B, T, H", k)
// show("OUTPUTS", "B, T, H", outputs); show("H_T", "B, H", h[0])
// print(f"pub const LOSS: f32 = {numpy.float32(loss.item())!s};")
// show("D_X", "B, T, D", x.grad); show("D_W_X", "D, 3H", cell.weight_ih_l0.grad.T)
// show("D_W_H", "H, 3H", cell.weight_hh_l0.grad.T); show("D_BIAS", "3H", cell.bias_ih_l0.grad)
// show("D_BIAS_HN", "H", cell.bias_hh_l0.grad[4:]); show("D_H0", "B, H", h0.grad)
// ```
#[rustfmt::skip]
pub mod gru {
    pub const X: [f32; 18] = [ // [B, T, D] = [2, 3, 3]
        -0.55, 0.15, -0.25,
        0.45, 0.05, -0.35,
        0.35, -0.05, -0.45,
        0.25, -0.15, -0.55,
        0.15, -0.25, 0.45,
        0.05, -0.35, 0.35,
    ];
    pub const W_X: [f32; 18] = [ // [D, 3H] = [3, 6]
        -0.85, -0.35, 0.15, 0.65, -0.55, -0.05,
        0.45, -0.75, -0.25, 0.25, 0.75, -0.45,
        0.05, 0.55, -0.65, -0.15, 0.35, -0.85,
    ];
    pub const W_H: [f32; 12] = [ // [H, 3H] = [2, 6]
        -0.65, -0.25, 0.15, 0.55, -0.35, 0.05,
        0.45, -0.45, -0.05, 0.35, -0.55, -0.15,
    ];
    pub const BIAS: [f32; 6] = [ // [3H] = [6]
        -0.55, -0.25, 0.05, 0.35, -0.45, -0.15,
    ];
    pub const BIAS_HN: [f32; 2] = [ // [H] = [2]
        -0.25, 0.15,
    ];
    pub const H0: [f32; 4] = [ // [B, H] = [2, 2]
        -0.35, -0.15,
        0.05, 0.25,
    ];
    pub const K: [f32; 12] = [ // [B, T, H] = [2, 3, 2]
        -0.85, -0.25,
        0.35, -0.75,
        -0.15, 0.45,
        -0.65, -0.05,
        0.55, -0.55,
        0.05, 0.65,
    ];
    pub const OUTPUTS: [f32; 12] = [ // [B, T, H] = [2, 3, 2]
        -0.25015333, -0.017295927,
        -0.4339037, 0.044103034,
        -0.5474399, 0.13674901,
        -0.26388264, 0.29733387,
        -0.44736814, 0.012673855,
        -0.5166741, -0.10209567,
    ];
    pub const H_T: [f32; 4] = [ // [B, H] = [2, 2]
        -0.5474399, 0.13674901,
        -0.5166741, -0.10209567,
    ];
    pub const LOSS: f32 = -0.5276285;
    pub const D_X: [f32; 18] = [ // [B, T, D] = [2, 3, 3]
        0.17620131, -0.087268546, 0.073751435,
        -0.043175627, 0.11689906, 0.07478078,
        -0.09020901, -0.13046916, -0.27393547,
        0.019343141, 0.00375388, 0.058436006,
        -0.13785084, 0.20195286, 0.07578772,
        -0.09229377, -0.10105187, -0.40876687,
    ];
    pub const D_W_X: [f32; 18] = [ // [D, 3H] = [3, 6]
        -0.0067151515, 0.0075459243, 0.014299227, -0.024954744, 0.26593974, 0.22187372,
        0.0070261015, -0.0075524454, -0.00873475, -0.014839407, -0.17299652, -0.2356499,
        -0.012465209, 0.0049539814, 0.03186187, 0.030823283, 0.21852644, 0.13611278,
    ];
    pub const D_W_H: [f32; 12] = [ // [H, 3H] = [2, 6]
        0.009126469, -0.008103646, -0.06247021, -0.015310595, -0.03762476, -0.15194482,
        -0.00621027, 0.0015822547, 0.0019016676, -0.006719445, 0.05273752, 0.019151278,
    ];
    pub const D_BIAS: [f32; 6] = [ // [3H] = [6]
        -0.026303906, 0.013838069, 0.13445467, 0.044282716, 0.3787088, 0.523238,
    ];
    pub const D_BIAS_HN: [f32; 2] = [ // [H] = [2]
        0.10194905, 0.28619742,
    ];
    pub const D_H0: [f32; 4] = [ // [B, H] = [2, 2]
        -0.21803337, -0.08569892,
        -0.18828826, -0.08678186,
    ];
}

// The columns of the weights are the gates i, f, g, o, as in PyTorch, whose second bias is zero
// here: c_t = f * c_{t-1} + i * g, h_t = o * tanh(c_t).
//
// ```python
// import math, numpy, torch  # torch 2.15.0 (CPU, float32), numpy 2.4.6
//
// def numbers(a, m, *shape):
//     return torch.tensor([(2 * (k * a % m) - m) / 20 for k in range(math.prod(shape))]).view(shape).requires_grad_()
//
// def show(name, axes, t):
//     rows = t.detach().reshape(-1, t.shape[-1]).numpy()
//     print(f"pub const {name}: [f32; {t.numel()}] = [ // [{axes}] = {list(t.shape)}")
//     for row in rows: print("    " + ", ".join(numpy.format_float_positional(v, trim="0") for v in row) + ",")
//     print("];")
//
// x, w_x, w_h, bias = numbers(7, 11, 2, 3, 3), numbers(5, 17, 3, 8), numbers(4, 13, 2, 8), numbers(3, 11, 8)
// h0, c0, k = numbers(2, 7, 2, 2), numbers(5, 9, 2, 2), numbers(6, 17, 2, 3, 2)
// cell = torch.nn.LSTM(3, 2, batch_first=True)
// with torch.no_grad():  # PyTorch keeps its weights transposed, and a second bias for the hidden state
//     cell.weight_ih_l0.copy_(w_x.T); cell.weight_hh_l0.copy_(w_h.T); cell.bias_ih_l0.copy_(bias)
//     cell.bias_hh_l0.zero_()
// outputs, (h, c) = cell(x, (h0[None], c0[None]))
// loss = (outputs * k).sum() + 0.5 * h.sum() + 0.25 * c.sum()
// loss.backward()
//
// show("X", "B, T, D", x); show("W_X", "D, 4H", w_x); show("W_H", "H, 4H", w_h); show("BIAS", "4H", bias)
// show("H0", "B, H", h0); show("C0", "B, H", c0); show("K", "B, T, H", k)
// show("OUTPUTS", "B, T, H", outputs); show("H_T", "B, H", h[0]); show("C_T", "B, H", c[0])
// print(f"pub const LOSS: f32 = {numpy.float32(loss.item())!s};")
// show("D_X", "B, T, D", x.grad); show("D_W_X", "D, 4H", cell.weight_ih_l0.grad.T)
// show("D_W_H", "H, 4H", cell.weight_hh_l0.grad.T); show("D_BIAS", "4H", cell.bias_ih_l0.grad)
// show("D_H0", "B, H", h0.grad); show("D_C0", "B, H", c0.grad)
// ```
#[rustfmt::skip]
pub mod lstm {
    pub const X: [f32; 18] = [ // [B, T, D] = [2, 3, 3]
        -0.55, 0.15, -0.25,
        0.45, 0.05, -0.35,
        0.35, -0.05, -0.45,
        0.25, -0.15, -0.55,
        0.15, -0.25, 0.45,
        0.05, -0.35, 0.35,
    ];
    pub const W_X: [f32; 24] = [ // [D, 4H] = [3, 8]
        -0.85, -0.35, 0.15, 0.65, -0.55, -0.05, 0.45, -0.75,
        -0.25, 0.25, 0.75, -0.45, 0.05, 0.55, -0.65, -0.15,
        0.35, -0.85, -0.35, 0.15, 0.65, -0.55, -0.05, 0.45,
    ];
    pub const W_H: [f32; 16] = [ // [H, 4H] = [2, 8]
        -0.65, -0.25, 0.15, 0.55, -0.35, 0.05, 0.45, -0.45,
        -0.05, 0.35, -0.55, -0.15, 0.25, -0.65, -0.25, 0.15,
    ];
    pub const BIAS: [f32; 8] = [ // [4H] = [8]
        -0.55, -0.25, 0.05, 0.35, -0.45, -0.15, 0.15, 0.45,
    ];
    pub const H0: [f32; 4] = [ // [B, H] = [2, 2]
        -0.35, -0.15,
        0.05, 0.25,
    ];
    pub const C0: [f32; 4] = [ // [B, H] = [2, 2]
        -0.45, 0.05,
        -0.35, 0.15,
    ];
    pub const K: [f32; 12] = [ // [B, T, H] = [2, 3, 2]
        -0.85, -0.25,
        0.35, -0.75,
        -0.15, 0.45,
        -0.65, -0.05,
        0.55, -0.55,
        0.05, 0.65,
    ];
    pub const OUTPUTS: [f32; 12] = [ // [B, T, H] = [2, 3, 2]
        -0.14508028, 0.0834727,
        -0.20670845, 0.03369659,
        -0.222283, 0.02640183,
        -0.21115158, 0.019278707,
        -0.12830067, -0.09725623,
        -0.1169971, -0.15933655,
    ];
    pub const H_T: [f32; 4] = [ // [B, H] = [2, 2]
        -0.222283, 0.02640183,
        -0.1169971, -0.15933655,
    ];
    pub const C_T: [f32; 4] = [ // [B, H] = [2, 2]
        -0.41592696, 0.0505605,
        -0.20223212, -0.24607562,
    ];
    pub const LOSS: f32 = -0.37968147;
    pub const D_X: [f32; 18] = [ // [B, T, D] = [2, 3, 3]
        0.063440576, -0.087805405, 0.013896415,
        0.007276727, 0.006326925, 0.032829005,
        -0.026829386, 0.21530996, -0.17092964,
        0.023749823, -0.0082899565, -0.04278373,
        -0.12932196, 0.013394816, 0.15182927,
        -0.06648032, 0.15840425, 0.05125398,
    ];
    pub const D_W_X: [f32; 24] = [ // [D, 4H] = [3, 8]
        -0.048332985, -0.0033739153, -0.041168023, 0.004365548, 0.1116255, 0.20800847, -0.055344984, 0.000026065438,
        0.014715297, 0.038025353, 0.022817792, 0.0097543495, -0.13581969, -0.14421785, 0.017685395, 0.014078331,
        0.011767418, -0.041192453, -0.012280915, -0.01767033, 0.1477779, -0.067595296, -0.048612513, -0.0104364585,
    ];
    pub const D_W_H: [f32; 16] = [ // [H, 4H] = [2, 8]
        0.028740905, 0.01795696, 0.024515921, 0.002468217, -0.0801007, -0.0876997, -0.0001899954, 0.0048166057,
        0.00092796586, 0.009520814, -0.0003611443, 0.004843411, -0.009052934, 0.014043823, 0.003519775, 0.006315504,
    ];
    pub const D_BIAS: [f32; 8] = [ // [4H] = [8]
        -0.14359441, -0.12201714, -0.13076854, -0.018706648, 0.49187264, 0.6501199, 0.0120701045, -0.048604276,
    ];
    pub const D_H0: [f32; 4] = [ // [B, H] = [2, 2]
        0.044910423, 0.016351504,
        0.029300235, -0.06932934,
    ];
    pub const D_C0: [f32; 4] = [ // [B, H] = [2, 2]
        -0.05233702, -0.0667711,
        -0.07873302, 0.067709684,
    ];
}
