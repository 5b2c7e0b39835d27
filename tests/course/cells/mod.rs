//! The three cells do what their equations say: PyTorch's numbers, Burn's own modules, gradients by
//! differences, and the claims the lessons make about gates, states and layers. Every test runs on
//! every device of the build.

mod gates;
mod golden;
mod gradients;
mod matches_burn;
mod matches_pytorch;
mod sequences;
mod stacks;
mod weights;
